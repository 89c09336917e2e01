package letter_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/letter"
)

var noon = time.Date(2026, 3, 5, 4, 0, 0, 0, time.UTC)

// hall is a log with dead letters and a desk.
type hall struct {
	*letter.Desk
	t        *testing.T
	brokers  []string
	producer *kafka.Producer
}

func newHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{t: t, brokers: kafkatest.Start(t)}
	var err error
	h.producer, err = kafka.NewProducer(kafka.ProducerConfig{Config: kafka.Config{Brokers: h.brokers}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.producer.Close)
	h.Desk = h.open()
	return h
}

func (h *hall) open() *letter.Desk {
	h.t.Helper()
	d, err := letter.Open(h.t.Context(), letter.Config{Kafka: kafka.Config{Brokers: h.brokers},
		By: "tester", Now: func() time.Time { return noon }})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(d.Close)
	return d
}

// wire is a sale that decodes.
func wire(t *testing.T, order int64) []byte {
	t.Helper()
	b, err := event.Append(nil, &event.OrderPlaced{OrderId: order, StoreId: 3, MemberId: 13800138000,
		ExternalRef: "Zhang San", PlacedAt: &event.StoreTime{UnixUs: noon.UnixMicro(), BusinessDay: 20517}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// dead makes a letter as the stream sends it.
func dead(value []byte, position uint64, reason string, change func(map[string]string)) *kafka.Record {
	h := map[string]string{
		event.HeaderID:     event.Position{Commit: position}.String(),
		event.HeaderType:   event.KindOrderPlaced.String(),
		event.HeaderSource: "/tillstream/oltp/7/1", event.HeaderTime: noon.Format(time.RFC3339Nano),
		letter.HeaderReason: reason, letter.HeaderTopic: string(event.TopicOrders),
		letter.HeaderPartition: "1", letter.HeaderOffset: fmt.Sprint(position),
	}
	if change != nil {
		change(h)
	}
	r := &kafka.Record{Topic: string(event.TopicDeadLetter), Key: []byte("3"), Value: value,
		Timestamp: noon.Add(time.Duration(position) * time.Hour)}
	for name, value := range h {
		r.Headers = append(r.Headers, kafka.Header{Key: name, Value: []byte(value)})
	}
	return r
}

func (h *hall) bury(all ...*kafka.Record) {
	h.t.Helper()
	if err := h.producer.Produce(h.t.Context(), all); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) list(f letter.Filter) []letter.Row {
	h.t.Helper()
	p, err := h.List(h.t.Context(), f, 0, "")
	if err != nil {
		h.t.Fatal(err)
	}
	return p.Letters
}

// sent returns what lies in the orders topic.
func (h *hall) sent() (all []*kafka.Record) {
	h.t.Helper()
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: h.brokers})
	if err != nil {
		h.t.Fatal(err)
	}
	defer admin.Close()
	topic := string(event.TopicOrders)
	spans, err := admin.Whole(h.t.Context(), topic)
	if err != nil {
		h.t.Fatal(err)
	}
	err = kafka.Scan(h.t.Context(), kafka.Config{Brokers: h.brokers}, topic, spans,
		func(r *kafka.Record) error { all = append(all, r); return nil })
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

func header(r *kafka.Record, name string) string {
	value := ""
	for _, h := range r.Headers {
		if h.Key == name {
			value = string(h.Value)
		}
	}
	return value
}

func TestTheListIsFilteredPagedAndCountsCopies(t *testing.T) {
	h := newHall(t)
	if got := h.list(letter.Filter{}); len(got) != 0 {
		t.Errorf("an empty topic lists %v", got)
	}
	for i := uint64(1); i <= 5; i++ {
		h.bury(dead(wire(t, int64(i)), i, "event is malformed: x", nil))
	}
	h.bury(dead(wire(t, 5), 5, "event is malformed: x", nil), // the copy of a repeated batch
		dead([]byte("x"), 6, "unknown kind of event", func(h map[string]string) {
			h[letter.HeaderTopic] = string(event.TopicStock)
		}))
	f := func(name string, filter letter.Filter, want int) {
		t.Helper()
		if got := h.list(filter); len(got) != want {
			t.Errorf("%s: %d letters, want %d", name, len(got), want)
		}
	}
	f("all", letter.Filter{}, 6)
	f("reason", letter.Filter{Reason: "MALFORMED"}, 5)
	f("topic", letter.Filter{Topic: string(event.TopicStock)}, 1)
	f("since", letter.Filter{Since: noon.Add(4 * time.Hour)}, 3)
	f("resolved", letter.Filter{Resolved: true}, 0)
	last := h.list(letter.Filter{})[4]
	if last.Copies != 2 || last.Offset != 5 || last.Partition != 1 || last.Stage != "stream" ||
		last.Position != "0000000000000005-00000000" || last.Source != "/tillstream/oltp/7/1" {
		t.Errorf("the fifth is %+v", last)
	}
	seen, after := 0, ""
	for pages := 1; ; pages++ {
		p, err := h.List(t.Context(), letter.Filter{}, 2, after)
		if err != nil || p.Total != 6 || pages > 3 {
			t.Fatalf("page %d: %+v, %v", pages, p, err)
		}
		if seen += len(p.Letters); p.Next == "" {
			break
		}
		after = p.Next
	}
	if seen != 6 {
		t.Errorf("the pages hold %d letters", seen)
	}
	if _, err := h.List(t.Context(), letter.Filter{}, 2, "ffff"); err == nil {
		t.Error("a list goes on behind a letter that does not exist")
	}
}

func TestARetryIsSentOnceUnderItsNumber(t *testing.T) {
	h := newHall(t)
	h.bury(dead(wire(t, 1), 1, "event breaks a rule", nil), dead(wire(t, 2), 2, "event breaks a rule", nil))
	ids := []string{h.list(letter.Filter{})[1].ID, h.list(letter.Filter{})[0].ID[:8]}
	out, err := h.Retry(t.Context(), letter.Selection{IDs: ids}, letter.RetryOptions{Why: "mended"})
	if err != nil || out.Sent != 2 || out.Decided != 2 {
		t.Fatalf("%+v, %v", out, err)
	}
	if got := h.list(letter.Filter{}); len(got) != 0 {
		t.Errorf("resolved letters are listed: %v", got)
	}
	if got := h.list(letter.Filter{Resolved: true}); len(got) != 2 || got[0].Resolution == nil ||
		got[0].Resolution.By != "tester" || got[0].Resolution.Why != "mended" ||
		!got[0].Resolution.At.Equal(noon) || got[0].Resolution.Action != letter.Retry {
		t.Errorf("the record says %+v", got)
	}
	sent := h.sent()
	if len(sent) != 2 {
		t.Fatalf("%d records are sent", len(sent))
	}
	for i, r := range sent { // the second letter was named first
		f := func(name, want string) {
			t.Helper()
			if got := header(r, name); got != want {
				t.Errorf("record %d: %s is %q, want %q", i, name, got, want)
			}
		}
		f(event.HeaderID, event.Position{Commit: uint64(i)}.String())
		f(event.HeaderType, event.KindOrderPlaced.String())
		f(event.HeaderTime, noon.Format(time.RFC3339Nano))
		f(letter.HeaderOriginID, event.Position{Commit: uint64(2 - i)}.String())
		f(letter.HeaderOriginSource, "/tillstream/oltp/7/1")
		f(letter.HeaderReason, "")
		if !strings.HasPrefix(header(r, event.HeaderSource), "/tillstream/letters/") {
			t.Errorf("the source is %s", header(r, event.HeaderSource))
		}
	}
	if out, err = h.Retry(t.Context(), letter.Selection{IDs: ids}, letter.RetryOptions{}); err != nil ||
		out.Sent != 0 || out.Already != 2 {
		t.Errorf("again: %+v, %v", out, err)
	}
	if len(h.sent()) != 2 {
		t.Error("a repeated retry sends again")
	}
}

func TestWhatWouldDieAgainIsSkippedUnlessForced(t *testing.T) {
	h := newHall(t)
	position := uint64(0)
	f := func(name string, value []byte, change func(map[string]string), why string, forced int) {
		t.Helper()
		position++
		h.bury(dead(value, position, name, change))
		all := letter.Selection{All: true}
		out, err := h.Retry(t.Context(), all, letter.RetryOptions{})
		if err != nil || out.Sent != 0 || len(out.Skipped) != 1 ||
			!strings.Contains(out.Skipped[0].Why, why) {
			t.Errorf("%s: %+v, %v, want a reason with %q", name, out, err, why)
		}
		out, err = h.Retry(t.Context(), all, letter.RetryOptions{Force: true})
		if err != nil || out.Sent != forced {
			t.Errorf("%s, forced: %+v, %v", name, out, err)
		}
		if _, err = h.Drop(t.Context(), all, "", nil); err != nil {
			t.Error(err)
		}
	}
	f("noise", []byte{0xff}, nil, "malformed", 1)
	f("nothing at all", nil, nil, "breaks a rule", 1)
	f("no type", wire(t, 1), func(h map[string]string) { delete(h, event.HeaderType) }, "its type", 1)
	f("a later version", wire(t, 1), func(h map[string]string) {
		h[event.HeaderType] = "tillstream.order.placed.v2"
	}, "newer version", 1)
	f("no time", wire(t, 1), func(h map[string]string) { h[event.HeaderTime] = "soon" }, "time", 1)
	f("cut", wire(t, 1), func(h map[string]string) { h[letter.HeaderBytes] = "9999999" }, "start", 0)
	f("from the relay, of a kind not known", wire(t, 1), func(h map[string]string) {
		delete(h, letter.HeaderTopic)
		h[event.HeaderType], h[letter.HeaderStage] = "tillstream.unknown.200", "cdc"
	}, "unknown", 0)
}

func TestTheRelaysLettersFindTheirTopicByTheirKind(t *testing.T) {
	h := newHall(t)
	h.bury(dead(wire(t, 1), 1, "transaction holds too many facts", func(h map[string]string) {
		for _, name := range []string{letter.HeaderTopic, letter.HeaderPartition, letter.HeaderOffset} {
			delete(h, name)
		}
		h[event.HeaderType] = fmt.Sprintf("tillstream.unknown.%d", event.KindOrderPlaced)
		h[cdc.HeaderStage] = "cdc"
		h[cdc.HeaderReason] = "transaction holds too many facts"
		h[cdc.HeaderBytes] = fmt.Sprint(len(wire(t, 1)))
	}))
	row := h.list(letter.Filter{})[0]
	if row.Topic != string(event.TopicOrders) || row.Partition != -1 || row.Offset != -1 ||
		row.Stage != "cdc" {
		t.Errorf("listed as %+v", row)
	}
	out, err := h.Retry(t.Context(), letter.Selection{All: true}, letter.RetryOptions{})
	if err != nil || out.Sent != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	if got := header(h.sent()[0], event.HeaderType); got != event.KindOrderPlaced.String() {
		t.Errorf("sent as %s", got)
	}
}

func TestADropIsKeptAndFinal(t *testing.T) {
	h := newHall(t)
	h.bury(dead(wire(t, 1), 1, "x", nil), dead(wire(t, 2), 2, "y", nil))
	only := letter.Selection{All: true, Filter: letter.Filter{Reason: "x"}}
	if n, err := h.Count(t.Context(), only); n != 1 || err != nil {
		t.Errorf("%d letters, %v", n, err)
	}
	out, err := h.Drop(t.Context(), only, "test data", nil)
	if err != nil || out.Decided != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	resolved := h.list(letter.Filter{Resolved: true})
	if len(resolved) != 1 || resolved[0].Resolution.Action != letter.Drop ||
		resolved[0].Resolution.Why != "test data" {
		t.Fatalf("the record says %+v", resolved)
	}
	out, err = h.Retry(t.Context(), letter.Selection{IDs: []string{resolved[0].ID}}, letter.RetryOptions{})
	if err != nil || out.Already != 1 || out.Sent != 0 || len(h.sent()) != 0 {
		t.Errorf("a dropped letter is sent: %+v, %v", out, err)
	}
	if got := h.list(letter.Filter{}); len(got) != 1 || got[0].Reason != "y" {
		t.Errorf("left are %+v", got)
	}
	// A copy that comes later, from a repeated batch, is resolved like the first.
	h.bury(dead(wire(t, 1), 1, "x", nil))
	if got := h.list(letter.Filter{}); len(got) != 1 {
		t.Errorf("a copy of a dropped letter is listed: %+v", got)
	}
}

func TestSelectionsAreChecked(t *testing.T) {
	h := newHall(t)
	h.bury(dead(wire(t, 1), 1, "x", nil))
	id := h.list(letter.Filter{})[0].ID
	f := func(says string, s letter.Selection) {
		t.Helper()
		_, err := h.Drop(t.Context(), s, "", nil)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", s, err, says)
		}
	}
	f("which letters", letter.Selection{})
	f("which letters", letter.Selection{All: true, IDs: []string{id}})
	f("at least six", letter.Selection{IDs: []string{id[:5]}})
	f("no letter", letter.Selection{IDs: []string{"zzzzzzzz"}})
	if _, err := h.Drop(t.Context(), letter.Selection{IDs: []string{id}}, strings.Repeat("x", 2000),
		nil); err == nil {
		t.Error("a reason of 2000 bytes is kept")
	}
}
