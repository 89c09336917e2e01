package gateway_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/gateway"
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// codes is a directory of one store, a few SKUs and two members.
type codes struct{ zone *time.Location }

func (c codes) Store(code string) (retail.StoreID, *time.Location, bool) {
	return 7, c.zone, code == "S7"
}

func (codes) SKU(code string) (retail.SKUID, bool) {
	known := map[string]retail.SKUID{"milk": 1, "bread": 2, "tea": 3}
	id, ok := known[code]
	return id, ok
}

func (codes) Member(code string) (retail.MemberID, bool) {
	known := map[string]retail.MemberID{"M1": 99, "M2": 98}
	id, ok := known[code]
	return id, ok
}

// noon is when these tests happen.
func noon() time.Time { return time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC) }

// shop is a running gateway.
type shop struct {
	*gateway.Gateway
	url     string
	address string
	stop    func() error
}

func open(t testing.TB, cfg gateway.Config) *shop {
	t.Helper()
	zone, err := time.LoadLocation(retail.DefaultTimeZone)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Directory = codes{zone}
	cfg.VisitorKey = []byte("0123456789abcdef")
	if cfg.Now == nil {
		cfg.Now = noon
	}
	cfg.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	g, err := gateway.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- g.Serve(ctx, l) }()
	var outcome error
	over := false
	stop := func() error {
		if !over {
			over = true
			cancel()
			outcome = <-ended
		}
		return outcome
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("the gateway ended with %v", err)
		}
	})
	return &shop{g, "http://" + l.Addr().String(), l.Addr().String(), stop}
}

func producer(t testing.TB, brokers []string) *kafka.Producer {
	t.Helper()
	p, err := kafka.NewProducer(kafka.ProducerConfig{Config: kafka.Config{Brokers: brokers}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// openOnKafka runs a gateway on a Kafka of its own.
func openOnKafka(t testing.TB, cfg gateway.Config) (*shop, []string) {
	t.Helper()
	brokers := kafkatest.Start(t)
	cfg.Publisher = producer(t, brokers)
	return open(t, cfg), brokers
}

// reply is what the gateway answered.
type reply struct {
	status  int
	header  http.Header
	text    string
	Results []struct {
		Status   int
		Problem  *problem
		Warnings []struct{ Location, Reason string }
	}
	Failed int
	problem
}

type problem struct {
	Type   string
	Title  string
	Detail string
	Errors []struct {
		Location string
		Value    json.RawMessage
		Reason   string
	}
	RetryAfterS int `json:"retry_after_s"`
}

// lines prints the faults of a problem, one a line.
func (p *problem) lines() string {
	var all []string
	for _, e := range p.Errors {
		all = append(all, strings.Join(strings.Fields(e.Location+" "+string(e.Value)+" "+e.Reason), " "))
	}
	return strings.Join(all, "\n")
}

func (s *shop) post(t testing.TB, media, body string, headers ...string) *reply {
	t.Helper()
	req, err := http.NewRequest("POST", s.url+"/v1/events", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", media)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return do(t, req)
}

func do(t testing.TB, req *http.Request) *reply {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := &reply{status: resp.StatusCode, header: resp.Header, text: string(text)}
	if strings.Contains(resp.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(text, r); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return r
}

// view is a good event; more is put into it.
func view(more string) string {
	return `{"type":"view","visitor":"v","session":"s","store":"S7","sku":"milk"` + more + `}`
}

// written reads n records of the behaviour topic.
func written(t testing.TB, brokers []string, n int) []*kafka.Record {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	tail, err := kafka.NewTail(ctx, kafka.TailConfig{Config: kafka.Config{Brokers: brokers},
		Topics: []string{string(event.TopicBehaviour)}})
	if err != nil {
		t.Fatal(err)
	}
	defer tail.Close()
	var all []*kafka.Record
	for len(all) < n {
		records, err := tail.Poll(ctx)
		if err != nil {
			t.Fatalf("%d of %d records: %v", len(all), n, err)
		}
		all = append(all, records...)
	}
	return all
}

func header(r *kafka.Record, name string) string {
	for _, h := range r.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}

// eventually asks until ok, every 2 ms.
func eventually(t testing.TB, ok func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatal("waited in vain")
		case <-tick.C:
		}
	}
}
