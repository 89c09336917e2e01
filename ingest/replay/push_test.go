package replay_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/oltp/api/apitest"
	"github.com/tillstream/tillstream/oltp/wire"
)

// year is a data set of n invoices, one an hour, each tenth of which is cancelled.
func year(t *testing.T, n int) string {
	t.Helper()
	var b strings.Builder
	at := time.Date(2010, 12, 1, 8, 0, 0, 0, time.UTC)
	for i := range n {
		when := at.Add(time.Duration(i) * time.Hour).Format("2006-01-02T15:04:05")
		if i%10 == 9 {
			fmt.Fprintf(&b, "C%d,A,NAME,-1,%s,2.5,,UK\n", i, when)
			continue
		}
		fmt.Fprintf(&b, "%d,A,NAME,2,%s,2.5,17850,UK\n%d,B,OTHER,1,%s,1,17850,UK\n", i, when, i, when)
	}
	return web(t, b.String())
}

func TestReplaySendsEverythingOnce(t *testing.T) {
	t.Parallel()
	shop, dir := newRecorder(), year(t, 1_000)
	var last replay.Progress
	cfg := replay.Config{Dir: dir, Shop: shop, BatchDocuments: 64, InFlight: 3,
		Progress: func(p replay.Progress) { last = p }}
	r, err := replay.OnlineRetail(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "placed", r.Sent.Placed, 1_000)
	equal(t, "orders", len(shop.orders), 900)
	equal(t, "refunds", len(shop.refunds), 100)
	equal(t, "progress", [2]int{last.Done, last.Total}, [2]int{1_000, 1_000})
	if shop.most > 64 || shop.highest > 3 {
		t.Errorf("%d rows in a call, %d calls at a time", shop.most, shop.highest)
	}
	r, err = replay.OnlineRetail(t.Context(), cfg)
	if err != nil || r.Sent.Replayed != 1_000 || shop.documents != 1_000 {
		t.Errorf("again: %+v, %v", r.Sent, err)
	}
	for _, want := range []string{"online-retail: 1900 rows, 900 orders and 100 refunds",
		"net 5150.00", "1000 known before", "unusable rows: 0"} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, r)
		}
	}
}

func TestReplayResumes(t *testing.T) {
	t.Parallel()
	shop, dir := newRecorder(), year(t, 1_000)
	state := filepath.Join(t.TempDir(), "deep", "replay.json")
	cfg := replay.Config{Dir: dir, Shop: shop, BatchDocuments: 50, StateFile: state}
	for _, shop.failAfter = range []int{1, 300, 700, 0} {
		_, err := replay.OnlineRetail(t.Context(), cfg)
		if down := shop.failAfter != 0; errors.Is(err, errDown) != down {
			t.Fatalf("failing after %d: %v", shop.failAfter, err)
		}
	}
	equal(t, "documents", shop.documents, 1_000)
	calls := shop.calls
	r, err := replay.OnlineRetail(t.Context(), cfg)
	if err != nil || r.Sent.Resumed != 1_000 || shop.calls != calls {
		t.Errorf("when all is done: %+v, %d calls, %v", r.Sent, shop.calls-calls, err)
	}
	cfg.Dir = year(t, 999)
	if _, err = replay.OnlineRetail(t.Context(), cfg); err == nil ||
		!strings.Contains(err.Error(), "it belongs to other data") {
		t.Errorf("with other data: %v", err)
	}
	if err := os.WriteFile(state, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = replay.OnlineRetail(t.Context(), cfg); err == nil ||
		!strings.Contains(err.Error(), "cannot read replay state") {
		t.Errorf("with a damaged state: %v", err)
	}
}

func TestRefusedRowsAreReported(t *testing.T) {
	t.Parallel()
	shop := newRecorder()
	shop.refuse = map[string]*wire.Problem{}
	for _, i := range []string{"3", "C9", "12"} {
		shop.refuse["online-retail/"+i] = &wire.Problem{Status: 422, Title: "no"}
	}
	cfg := replay.Config{Dir: year(t, 40), Shop: shop, MaxRefused: 3}
	r, err := replay.OnlineRetail(t.Context(), cfg)
	if err != nil || len(r.Sent.Refused) != 3 || r.Sent.Placed != 37 {
		t.Errorf("three refused of three: %+v, %v", r.Sent, err)
	}
	cfg.MaxRefused = 2
	if _, err = replay.OnlineRetail(t.Context(), cfg); !errors.Is(err, replay.ErrTooManyRefused) {
		t.Errorf("three refused of two: %v", err)
	}
	shop.refuse["online-retail/3"].Status = 503
	if _, err = replay.OnlineRetail(t.Context(), cfg); err == nil ||
		!strings.Contains(err.Error(), "cannot place online-retail/3: 503 no") {
		t.Errorf("a refusal that may pass: %v", err)
	}
}

func TestSpeed(t *testing.T) {
	t.Parallel()
	dir := year(t, 101)
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		// A hundred hours at 3,600 times their speed take a hundred seconds.
		if _, err := replay.OnlineRetail(t.Context(), replay.Config{Dir: dir, Speed: 3600,
			Shop: newRecorder()}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 99*time.Second || took > 101*time.Second {
			t.Errorf("a hundred hours at 3600x took %v", took)
		}
	})
}

func TestReplayOnTheRealService(t *testing.T) {
	t.Parallel()
	shop, db := apitest.Start(t)
	dir := folder(t, map[string]string{"products.csv": productRows, "transactions_sample.csv": saleHead +
		sale + "9,367,100,2,0,4.440892e-16,0.86,1.4,0,5,2017-01-28T19:06:53Z\n" +
		"8,400,101,77,32623,75,3.26,0,0,52,2018-01-01T03:47:38Z\n"})
	r, err := replay.CompleteJourney(t.Context(), replay.Config{Dir: dir, Shop: shop})
	if err != nil || r.Sent.Placed != 2 || len(r.Sent.Refused) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	r, err = replay.OnlineRetail(t.Context(), replay.Config{Dir: year(t, 100), Shop: shop})
	if err != nil || r.Sent.Placed != 100 || len(r.Sent.Refused) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	totals, err := db.Ledger().Totals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var days []string
	net := int64(0)
	for _, sum := range totals {
		days = append(days, sum.Day.String())
		net += int64(sum.Net - sum.RefundNet)
	}
	equal(t, "net in the books", net, 386+7_500+90*600-10*250)
	if !slices.Contains(days, "2017-12-31") || slices.Contains(days, "2018-01-01") {
		t.Errorf("business days %v", days)
	}
}
