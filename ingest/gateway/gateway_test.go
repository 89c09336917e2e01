package gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/gateway"
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

const (
	asArray = "application/json"
	asLines = "application/x-ndjson"
)

func TestEveryTypeBecomesItsFact(t *testing.T) {
	s, brokers := openOnKafka(t, gateway.Config{})
	who := `"visitor":"device 1","session":"s1","store":"S7","member":"M1","channel":"web",` +
		`"at":"2026-11-24T01:02:03.5+08:00","simulated":true`
	bodies := []string{
		`{"type":"view",` + who + `,"sku":"milk","dwell_ms":1500,` +
			`"event_id":"01234567-89ab-cdef-0123-456789abcdef"}`,
		`{"type":"search",` + who + `,"query":" milk 138-0013-8000 ","results":3}`,
		`{"type":"add_to_cart",` + who + `,"sku":"bread"}`,
		`{"type":"impression",` + who + `,"slot":"home","skus":["milk","tea"],"attribution_id":"a1"}`,
		`{"type":"click",` + who + `,"sku":"tea","slot":"home","position":1,"attribution_id":"a1"}`,
		`{"type":"coupon_issued",` + who + `,"coupon_id":5,"campaign_id":6}`,
		`{"type":"coupon_redeemed",` + who + `,"coupon_id":5,"campaign_id":6,"order_id":8,"discount":1.5}`,
		`{"type":"favourite",` + who + `,"sku":"tea","removed":true}`,
	}
	if r := s.post(t, asArray, "["+strings.Join(bodies, ",")+"]"); r.status != 202 || r.Failed != 0 {
		t.Fatalf("answer %d: %s", r.status, r.text)
	}
	records := written(t, brokers, len(bodies))
	type visited interface{ GetVisit() *event.Visit }
	for i, rec := range records {
		kind, _ := event.ParseKind(header(rec, event.HeaderType))
		m, err := event.Decode(kind, rec.Value)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		v := m.(visited).GetVisit()
		if string(rec.Key) != strconv.FormatInt(int64(v.VisitorId), 10) {
			t.Errorf("key %s, visitor %d", rec.Key, v.VisitorId)
		}
		session, ok := gateway.Sessions([]byte("0123456789abcdef"))([]byte("s1"))
		if v.VisitorId == 0 || !ok || v.SessionId != session || v.MemberId != 99 || v.StoreId != 7 ||
			!v.Simulated ||
			v.Channel != event.Channel_CHANNEL_WEB || len(v.EventId) != 16 || v.At.UtcOffsetS != 28_800 ||
			!v.At.Time().Equal(time.Date(2026, 11, 23, 17, 2, 3, 5e8, time.UTC)) {
			t.Errorf("%s: visit %v", kind, v)
		}
		want := fmt.Sprintf("%016x-%08x", 1, i)
		if got := header(rec, event.HeaderID); got != want {
			t.Errorf("%s: position %s, want %s", kind, got, want)
		}
		if f, ok := m.(*event.Favourite); ok && (!f.Removed || f.SkuId == 0) {
			t.Errorf("the favourite is %v", f)
		}
		if q, ok := m.(*event.Search); ok && q.Query != "milk *************" {
			t.Errorf("the search is %q", q.Query)
		}
	}
}

func TestWrongRowsNameThemselves(t *testing.T) {
	s, _ := openOnKafka(t, gateway.Config{})
	f := func(body, want string) {
		t.Helper()
		r := s.post(t, asArray, "["+view("")+","+body+","+view("")+"]")
		if r.status != 200 || r.Failed != 1 || len(r.Results) != 3 || r.Results[1].Status != 422 {
			t.Errorf("%s: answer %d: %s", body, r.status, r.text)
			return
		}
		if got := r.Results[1].Problem.lines(); got != want {
			t.Errorf("%s\n got %s\nwant %s", body, got, want)
		}
	}
	f(`{}`, "body[1].visitor is missing\nbody[1].session is missing\nbody[1].store is missing\n"+
		"body[1].type is missing")
	f(`7`, "body[1] 7 must be an object")
	f(`{"type":"buy","visitor":"v","session":"s","store":"S7"}`, `body[1].type "buy" must be one of `+
		"view, search, add_to_cart, impression, click, coupon_issued, favourite, coupon_redeemed")
	f(view(`,"qty":1`), "body[1].qty does not belong to an event of type view")
	f(view(`,"colour":"red"`), `body[1].colour "red" is not a known field`)
	f(view(`,"sku":"milk"`), `body[1].sku "milk" is given twice`)
	f(view(`,"member":"nobody"`), `body[1].member "nobody" is not a known member`)
	f(view(`,"at":"1970-01-01T00:00:00Z"`),
		`body[1].at "1970-01-01T00:00:00Z" must lie within the years 2000 to 2099`)
	f(view(`,"at":"2026-11-24T04:05:01Z"`),
		`body[1].at "2026-11-24T04:05:01Z" lies in the future: it is 2026-11-24T04:00:00Z now`)
	f(view(`,"event_id":"1"`), `body[1].event_id "1" must be a UUID or 32 hexadecimal digits`)
	f(view(`,"dwell_ms":-1`), `body[1].dwell_ms -1 must be an integer from 0 to 86400000`)
	f(view(",\"channel\":\"fax\""),
		`body[1].channel "fax" must be one of till, mini_program, web, phone`)
	f(view(",\"member\":\"\xff\""),
		"body[1].member \"\uFFFD\" is not valid UTF-8: byte 0 of the text is 0xff")
	cart := func(more string) string {
		return `{"type":"add_to_cart","visitor":"v","session":"s","store":"S7"` + more + `}`
	}
	f(cart(`,"sku":"milk","qty":0`), "body[1].qty 0 must be an integer from 1 to 100000")
	f(cart(`,"sku":"milk","qty":100001`), "body[1].qty 100001 must be an integer from 1 to 100000")
	f(cart(`,"sku":"gold"`), `body[1].sku "gold" is not a known SKU`)
	f(cart(``), "body[1].sku is missing: an event of type add_to_cart needs it")
	f(cart(`,"sku":"`+strings.Repeat("x", 65)+`"`),
		`body[1].sku "`+strings.Repeat("x", 65)+`" has 65 bytes, at most 64 are allowed`)
	f(`{"type":"impression","visitor":"v","session":"s","store":"S7","slot":"x","skus":[]}`,
		"body[1].skus [] must hold at least one SKU")
	f(`{"type":"impression","visitor":"v","session":"s","store":"S7","slot":"x","skus":["tea","gold"]}`,
		`body[1].skus[1] "gold" is not a known SKU`)
	f(`{"type":"coupon_redeemed","visitor":"v","session":"s","store":"S7","coupon_id":1,"discount":-1}`,
		"body[1].discount -1 must not be negative")
	f(`{"type":"view","visitor":"v","session":"s","store":"Mars","sku":"milk"}`,
		`body[1].store "Mars" is not a known store`)
}

func TestBadRequestsAreRefusedAsAWhole(t *testing.T) {
	s, _ := openOnKafka(t, gateway.Config{})
	f := func(media, body string, status int, want string) {
		t.Helper()
		r := s.post(t, media, body)
		if r.status != status || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%.40s: answer %d %s: %s", body, r.status, r.header.Get("Content-Type"), r.text)
		}
		if got := r.Title + ": " + r.Detail + r.lines(); got != want {
			t.Errorf("%.40s\n got %s\nwant %s", body, got, want)
		}
	}
	taken := "The body cannot be taken: "
	f(asArray, ``, 400, taken+"body expected a value at byte 0, found the end of the body")
	f(asArray, `[`+view("")+`,`, 400, taken+"body[1] expected a value at byte 71, found the end of the body")
	f(asArray, view(""), 422, taken+"body "+view("")+" must be an array")
	f(asArray, `[]`, 422, taken+"body holds no event")
	f(asLines, "\n \n", 422, taken+"body holds no event")
	f(asArray, `[`+strings.Repeat(`1,`, 1_000)+`1]`, 422,
		taken+"body has 1001 elements, at most 1000 are allowed")
	f(asLines, strings.Repeat("1\n", 1_001), 422, taken+"body holds 1001 events, at most 1000 are allowed")
	f("text/csv", "a,b", 415, "The body must be application/json or application/x-ndjson: "+
		"Content-Type is text/csv")

	r := s.post(t, asArray, "[]", "Content-Encoding", "gzip")
	if r.status != 415 {
		t.Errorf("a compressed body: %d", r.status)
	}
	req, _ := http.NewRequest("GET", s.url+"/v1/events", nil)
	if r := do(t, req); r.status != 405 || r.header.Get("Allow") != "POST" {
		t.Errorf("GET: %d %v", r.status, r.header)
	}
	req, _ = http.NewRequest("GET", s.url+"/nothing", nil)
	if r := do(t, req); r.status != 404 {
		t.Errorf("nothing: %d", r.status)
	}
}

func TestBrokenLineSparesItsNeighbours(t *testing.T) {
	s, brokers := openOnKafka(t, gateway.Config{})
	r := s.post(t, asLines, view("")+"\n{\"type\":\r\n\n"+view(""))
	if r.status != 200 || r.Failed != 1 || len(r.Results) != 3 {
		t.Fatalf("answer %d: %s", r.status, r.text)
	}
	want := "body[1].type expected a value at byte 8, found the end of the body"
	if got := r.Results[1].Problem.lines(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	written(t, brokers, 2)
}

func TestTenMegabytesAreRefusedUnread(t *testing.T) {
	s, _ := openOnKafka(t, gateway.Config{})
	r := s.post(t, asArray, strings.Repeat(" ", 10<<20))
	if r.status != 413 || r.Title != "The body is too large" {
		t.Errorf("answer %d: %s", r.status, r.text)
	}
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"+
		"Content-Length: 10485760\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 413 {
		t.Errorf("before a byte of the body was sent: %d", resp.StatusCode)
	}
}

func TestRepeatedEventIsWrittenOnce(t *testing.T) {
	s, brokers := openOnKafka(t, gateway.Config{})
	id := `,"event_id":"000102030405060708090a0b0c0d0e0f"`
	first := s.post(t, asArray, "["+view(id)+","+view(id)+"]")
	if first.status != 202 || first.Results[0].Status != 202 || first.Results[1].Status != 200 {
		t.Errorf("the first time: %d %s", first.status, first.text)
	}
	if again := s.post(t, asArray, "["+view(id)+"]"); again.Results[0].Status != 200 || again.Failed != 0 {
		t.Errorf("again: %s", again.text)
	}
	other := strings.Replace(view(id), `"visitor":"v"`, `"visitor":"w"`, 1)
	if r := s.post(t, asArray, "["+other+"]"); r.Results[0].Status != 202 {
		t.Errorf("another visitor's: %s", r.text)
	}
	if n := len(written(t, brokers, 2)); n != 2 {
		t.Errorf("%d records, want 2", n)
	}
	if st := s.Stats(); st.Duplicates != 2 || st.Stored != 2 {
		t.Errorf("stats %+v", st)
	}
}

// slow is a log that holds back, or fails, what it is given.
type slow struct {
	mu   sync.Mutex
	held []func(error)
	fail error
}

func (s *slow) ProduceAsync(_ context.Context, _ *kafka.Record, done func(error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		go done(s.fail)
		return
	}
	s.held = append(s.held, done)
}

func (s *slow) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, done := range s.held {
		done(nil)
	}
	s.held = nil
}

func (s *slow) Ping(context.Context) error { return s.fail }

func TestSlowLogGives503(t *testing.T) {
	log := &slow{}
	s := open(t, gateway.Config{Publisher: log, AckTimeout: 20 * time.Millisecond, MaxInFlightEvents: 2})
	id := `,"event_id":"000102030405060708090a0b0c0d0e0f"`
	f := func(what, body string, status int) {
		t.Helper()
		r := s.post(t, asArray, body)
		if r.status != status {
			t.Errorf("%s: answer %d: %s", what, r.status, r.text)
		}
		if after := r.header.Get("Retry-After"); status == 503 && after != "2" {
			t.Errorf("%s: Retry-After is %q", what, after)
		}
	}
	f("no acknowledgement", "["+view(id)+"]", 503)
	f("the same, still on its way", "["+view(id)+"]", 503)
	f("more than may wait", "["+view("")+","+view("")+"]", 503)
	log.release()
	f("the same, stored by now", "["+view(id)+"]", 202)
	if st := s.Stats(); st.Stored != 1 || st.Overflow != 2 || st.Timeouts != 1 || st.InFlight != 0 {
		t.Errorf("stats %+v", st)
	}
	log.mu.Lock()
	log.fail = errors.New("no space left")
	log.mu.Unlock()
	other := `,"event_id":"ff0102030405060708090a0b0c0d0e0f"`
	f("the log fails", "["+view(other)+"]", 503)
	req, _ := http.NewRequest("GET", s.url+"/readyz", nil)
	if r := do(t, req); r.status != 503 || r.Detail != "no space left" {
		t.Errorf("readyz: %d %s", r.status, r.text)
	}
}

func TestRatesAreLimited(t *testing.T) {
	var mu sync.Mutex
	now := noon()
	s, _ := openOnKafka(t, gateway.Config{
		AddressEventsPerSecond: 10, AddressBurst: 20, VisitorEventsPerSecond: 1, VisitorBurst: 3,
		Now: func() time.Time { mu.Lock(); defer mu.Unlock(); return now },
	})
	f := func(what, from string, events int, visitor string, status int) {
		t.Helper()
		e := strings.Replace(view(""), `"visitor":"v"`, `"visitor":"`+visitor+`"`, 1)
		body := "[" + strings.TrimSuffix(strings.Repeat(e+",", events), ",") + "]"
		r := s.post(t, asArray, body, "X-Forwarded-For", from)
		if r.status != status || (status == 429) != (r.header.Get("Retry-After") != "") {
			t.Errorf("%s: %d, Retry-After %q: %s", what, r.status, r.header.Get("Retry-After"), r.text)
		}
	}
	f("within the burst", "9.9.9.9", 3, "a", 202)
	f("the visitor's fourth", "9.9.9.9", 1, "a", 429)
	f("another visitor", "9.9.9.9", 3, "b", 202)
	f("one row too many", "9.9.9.9", 4, "c", 200)
	f("the address", "9.9.9.9", 10, "d", 429)
	f("a forged first hop", "1.2.3.4, 9.9.9.9", 10, "d", 429)
	f("another address", "9.9.9.8", 3, "e", 202)
	mu.Lock()
	now = now.Add(2 * time.Second)
	mu.Unlock()
	f("later", "9.9.9.9", 2, "a", 202)
	if n := s.Stats().RateLimited; n != 22 {
		t.Errorf("%d events were limited, want 22", n)
	}
}

type oneToken struct{}

func (oneToken) Verify(token string) (gateway.Speaks, error) {
	switch token {
	case "good":
		return nil, nil
	case "guide":
		return func(id retail.MemberID) bool { return id == 99 }, nil
	case "planner":
		return gateway.Nobody, nil
	}
	return nil, errors.New("the token is forged")
}

// TestMembersAreNamedByThoseWhoSpeakForThem has strangers, staff and channels tell what members did.
func TestMembersAreNamedByThoseWhoSpeakForThem(t *testing.T) {
	s, brokers := openOnKafka(t, gateway.Config{Verifier: oneToken{}})
	good := 0
	f := func(token, member, want string) {
		t.Helper()
		var headers []string
		if token != "" {
			headers = []string{"Authorization", "Bearer " + token}
		}
		r := s.post(t, asArray, "["+view("")+","+view(`,"member":"`+member+`"`)+"]", headers...)
		if good++; want == "" {
			good++
		}
		if want == "" && (r.status != 202 || r.Failed != 0) {
			t.Errorf("%q tells of %s: %d %s", token, member, r.status, r.text)
		}
		if want != "" && (r.Failed != 1 || r.Results[1].Status != 422 ||
			r.Results[1].Problem.lines() != `body[1].member "`+member+`" `+want) {
			t.Errorf("%q tells of %s: %d %s, want %s", token, member, r.status, r.text, want)
		}
	}
	const stranger = "may be named with a token only: send Authorization: Bearer <token>"
	const foreign = "is not a member for whom your token speaks"
	f("", "M1", stranger)
	f("", "nobody", stranger)
	f("good", "M1", "")
	f("good", "nobody", "is not a known member")
	f("guide", "M1", "")
	f("guide", "M2", foreign)
	f("guide", "nobody", foreign)
	f("planner", "M1", foreign)
	for _, rec := range written(t, brokers, good) {
		kind, _ := event.ParseKind(header(rec, event.HeaderType))
		m, err := event.Decode(kind, rec.Value)
		if err != nil {
			t.Fatal(err)
		}
		if id := m.(*event.View).Visit.MemberId; id != 0 && id != 99 {
			t.Errorf("an event about member %d was written", id)
		}
	}
}

func TestTokens(t *testing.T) {
	s, _ := openOnKafka(t, gateway.Config{Verifier: oneToken{}, TokenRequired: true, VisitorBurst: 1})
	f := func(token string, status int) {
		t.Helper()
		var headers []string
		if token != "" {
			headers = []string{"Authorization", "Bearer " + token}
		}
		r := s.post(t, asArray, "["+view("")+","+view("")+"]", headers...)
		if r.status != status || (status == 401) != (r.header.Get("Www-Authenticate") != "") {
			t.Errorf("token %q: %d %v", token, r.status, r.header)
		}
	}
	f("good", 202)
	f("bad", 401)
	f("", 401)
}

func TestStopLetsRequestsFinish(t *testing.T) {
	log := &slow{}
	s := open(t, gateway.Config{Publisher: log})
	answered := make(chan *reply, 1)
	go func() { answered <- s.post(t, asArray, "["+view("")+"]") }()
	eventually(t, func() bool { return s.Stats().InFlight == 1 })
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	eventually(t, func() bool {
		conn, err := net.Dial("tcp", s.address)
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	log.release()
	if r := <-answered; r.status != 202 {
		t.Errorf("the open request got %d: %s", r.status, r.text)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestMetricsSpeak(t *testing.T) {
	s, _ := openOnKafka(t, gateway.Config{})
	s.post(t, asArray, "["+view("")+",{}]")
	req, _ := http.NewRequest("GET", s.url+"/metrics", nil)
	text := []byte(do(t, req).text)
	for _, want := range []string{"tillstream_gateway_events_stored_total 1\n",
		"tillstream_gateway_events_refused_total 1\n", "tillstream_gateway_requests_total 1\n"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
	for _, path := range []string{"/livez", "/readyz"} {
		req, _ := http.NewRequest("GET", s.url+path, nil)
		if r := do(t, req); r.status != 200 {
			t.Errorf("%s: %d %s", path, r.status, r.text)
		}
	}
}
