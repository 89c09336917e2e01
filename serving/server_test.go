package serving_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving"
	"github.com/tillstream/tillstream/serving/console"
	"github.com/tillstream/tillstream/serving/edge"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/warehouse"
)

// quiet is a chain with one store and one SKU, of which it has three, where nothing happens.
type quiet struct{}

func (quiet) Store(code string) (retail.StoreID, *time.Location, bool) {
	return 1, time.UTC, code == "101"
}
func (quiet) SKU(code string) (retail.SKUID, bool) { return 1, code == "milk" }
func (quiet) Stores(context.Context, retail.Scope, string, int) ([]retail.Store, error) {
	return nil, nil
}
func (quiet) Query(context.Context, retail.Scope, warehouse.Query) (*warehouse.Table, error) {
	return &warehouse.Table{}, nil
}
func (quiet) Export(context.Context, retail.Scope, warehouse.Query, string, io.Writer) error {
	return nil
}
func (quiet) Live(context.Context, retail.Scope, time.Time) (*warehouse.Live, error) {
	return &warehouse.Live{}, nil
}
func (quiet) OpenAtEnd(context.Context) (live.Tail, error) { return quiet{}, nil }
func (quiet) Poll(ctx context.Context) ([]live.Record, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}
func (quiet) Behind(context.Context) (int64, error) { return 0, nil }
func (quiet) Close()                                {}
func (quiet) Snapshot(_ context.Context, take func(retail.StockLevel) error) error {
	return take(retail.StockLevel{StockKey: retail.StockKey{Store: 1, SKU: 1}, OnHand: 3, Version: 1})
}

func (quiet) Member(string) (retail.MemberID, bool) { return 0, false }
func (quiet) MemberByID(retail.MemberID) (*retail.Member, bool) {
	return nil, false
}

// catalogue is what the quiet chain sells.
func (quiet) catalogue(context.Context) (recommend.Catalogue, error) {
	return recommend.Catalogue{Stores: []retail.Store{{ID: 1, Code: "101"}},
		SKUs: []retail.SKU{{ID: 1, Code: "milk", Name: "牛奶", Active: true, Price: 1_250}}}, nil
}

func config(t *testing.T) serving.Config {
	t.Helper()
	verifier, err := staff.NewVerifier([]byte("0123456789abcdef0123456789abcdef"), nil)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	return serving.Config{
		Console: console.Config{KPIs: quiet{}, Directory: quiet{}, Auth: verifier, Logger: log,
			Files: fstest.MapFS{"index.html": {Data: []byte("page")}}},
		Edge: edge.Config{Directory: quiet{}, Open: true, Logger: log,
			Recommend: &edge.RecommendConfig{Members: quiet{}}},
		Renewal: live.RenewalConfig{Catalogue: quiet{}.catalogue, Logger: log},
		Watch:   live.WatchConfig{Log: quiet{}, Logger: log},
		Feed:    live.FeedConfig{Log: quiet{}, Snapshot: quiet{}, Logger: log},
		Listen:  "127.0.0.1:0", EdgeListen: "127.0.0.1:0", Logger: log,
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func stop(t *testing.T, s *serving.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func TestServerAnswersOnBothAddressesAndStops(t *testing.T) {
	s, err := serving.New(config(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); s.Feed().Ready() != nil; {
		if time.Now().After(deadline) {
			t.Fatal(s.Feed().Ready())
		}
		<-time.After(5 * time.Millisecond)
	}
	check := func(url, want string) {
		t.Helper()
		if status, body := get(t, url); status != 200 || !strings.Contains(body, want) {
			t.Errorf("GET %s: %d %s, want %q", url, status, body, want)
		}
	}
	check("http://"+s.Address()+"/", "page")
	check("http://"+s.Address()+"/readyz", `"stock":{"ok":true`)
	check("http://"+s.Address()+"/metrics", "tillstream_serving_stock_levels 1")
	check("http://"+s.EdgeAddress()+"/v1/stock/101/milk", `"on_hand":3`)
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if status, _ := get(t, "http://"+s.EdgeAddress()+"/v1/recommendations?store=101"); status == 200 {
			break
		}
		<-time.After(5 * time.Millisecond)
	}
	check("http://"+s.EdgeAddress()+"/v1/recommendations?store=101",
		`"model":null,"made":"0001-01-01T00:00:00Z","variant":"default","held_out":false,`+
			`"personalized":true,"scene":"home","store":"101","rung":"newest","items":[{"sku":"milk","name":"牛奶","price":12.50,"rung":"newest"`)
	check("http://"+s.EdgeAddress()+"/metrics", "tillstream_serving_recommend_model 0")
	check("http://"+s.EdgeAddress()+"/metrics", "tillstream_serving_edge_requests_total")
	check("http://"+s.EdgeAddress()+"/readyz", "true")
	stop(t, s)
	for _, address := range []string{s.Address(), s.EdgeAddress()} {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			t.Errorf("%s still listens after Stop", address)
		}
	}
}

func TestTakenPortIsAnErrorThatNamesItAndLeavesNothing(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	cfg := config(t)
	cfg.Listen = taken.Addr().String()
	s, err := serving.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err == nil || !strings.Contains(err.Error(), cfg.Listen) {
		t.Errorf("Start on a taken port: %v, want an error with %s", err, cfg.Listen)
	}
	if c, err := net.Dial("tcp", s.EdgeAddress()); err == nil {
		c.Close()
		t.Error("the edge still listens after a failed Start")
	}
}
