package replay_test

import (
	"encoding/csv"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ulikunitz/xz"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/oltp/child/absent"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// dataFolder finds a public data set, or skips the test.
func dataFolder(t *testing.T, set string) string {
	t.Helper()
	root := os.Getenv("TILLSTREAM_DATA")
	if root == "" {
		root = "../../../shared/data"
	}
	dir := filepath.Join(root, set)
	if _, err := os.Stat(dir); err != nil {
		absent.Skip(t, "the data set %s is absent (%v); set TILLSTREAM_DATA", set, err)
	}
	return dir
}

// unpack writes the plain form of a data file into a folder of the test and returns the folder.
func unpack(t *testing.T, dir, base string) string {
	t.Helper()
	in, err := os.Open(filepath.Join(dir, base+".csv.xz"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	plain, err := xz.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	out, err := os.Create(filepath.Join(to, base+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if _, err := io.Copy(out, plain); err != nil {
		t.Fatal(err)
	}
	return to
}

// eachRecord reads a plain data file without any code of the package under test.
func eachRecord(t *testing.T, file string, use func(column func(string) string)) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows := csv.NewReader(f)
	rows.ReuseRecord = true
	first, err := rows.Read()
	if err != nil {
		t.Fatal(err)
	}
	header := slices.Clone(first)
	for {
		r, err := rows.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		use(func(name string) string { return r[slices.Index(header, name)] })
	}
}

func exact(t *testing.T, s string) *big.Rat {
	t.Helper()
	v, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return v
}

// totals sums what a plan would send, refunds taken off.
type totals struct {
	gross, discount, net, coupon retail.Money
	lines                        int
	products                     map[string]bool
	kinds                        map[string]int
	byStore                      map[string]retail.Money
	linesOf                      map[string]int
	moved                        map[[2]string]int64
}

func totalsOf(plan *replay.Plan) *totals {
	s := &totals{products: map[string]bool{}, kinds: map[string]int{},
		byStore: map[string]retail.Money{}, linesOf: map[string]int{}, moved: map[[2]string]int64{}}
	for i := range plan.Documents {
		if o := plan.Documents[i].Order; o != nil {
			for j := range o.Lines {
				s.sell(o.Store, &o.Lines[j])
			}
			continue
		}
		f := plan.Documents[i].Refund
		for _, l := range f.Lines {
			s.gross -= l.Gross.Money
			s.net -= l.Gross.Money - l.Discount
			s.products[l.SKU] = true
			s.lines++
			s.kinds["refund"]++
		}
	}
	return s
}

func (s *totals) sell(store string, l *wire.OrderLine) {
	s.gross += l.Gross.Money
	s.discount += l.Discount
	s.coupon += l.CouponDiscount
	s.net += l.Gross.Money - l.Discount
	s.byStore[store] += l.Gross.Money - l.Discount
	s.linesOf[store]++
	s.lines++
	s.products[l.SKU] = true
	s.kinds[l.Kind]++
	s.moved[[2]string{store, l.SKU}] += int64(max(l.Qty, -l.Qty))
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestCompleteJourneyTotals(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t, "completejourney")
	plan, err := replay.ReadCompleteJourney(replay.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s, r := totalsOf(plan), &plan.Report
	equal(t, "net", s.net.String(), "233935.24")
	equal(t, "discount", s.discount.String(), "40423.01")
	equal(t, "gross", s.gross.String(), "274358.25")
	equal(t, "coupons that the retailer pays", s.coupon.String(), "242.10")
	equal(t, "lines", s.lines, 75_000)
	equal(t, "adjustments", s.kinds["adjustment"], 416)
	equal(t, "products", len(s.products), 20_902)
	equal(t, "orders", len(plan.Documents), 47_243)
	equal(t, "products loaded", len(plan.Products), 92_331+5)
	equal(t, "unusable rows", len(r.Bad), 0)
	equal(t, "reported", [3]retail.Money{r.Gross, r.Discount, r.Net},
		[3]retail.Money{s.gross, s.discount, s.net})
	for _, f := range []struct {
		store, net string
		lines      int
	}{{"367", "7713.13", 2_129}, {"406", "6033.55", 1_634}, {"429", "4701.92", 960},
		{"343", "4470.71", 1_220}, {"361", "4060.61", 1_149}} {
		equal(t, "net of store "+f.store, s.byStore[f.store].String(), f.net)
		equal(t, "lines of store "+f.store, s.linesOf[f.store], f.lines)
	}
	checkBusinessYear(t, plan)
	checkStock(t, plan, s)

	net, off := new(big.Rat), new(big.Rat)
	eachRecord(t, filepath.Join(unpack(t, dir, "transactions_sample"), "transactions_sample.csv"),
		func(column func(string) string) {
			net.Add(net, exact(t, column("sales_value")))
			off.Add(off, exact(t, column("retail_disc")))
			off.Add(off, exact(t, column("coupon_match_disc")))
		})
	equal(t, "net, counted apart", net.FloatString(2), s.net.String())
	equal(t, "discount, counted apart", off.FloatString(2), s.discount.String())
}

// checkBusinessYear checks that every order lies in 2017 where the stores are.
func checkBusinessYear(t *testing.T, plan *replay.Plan) {
	t.Helper()
	zone, err := time.LoadLocation(plan.Stores[0].TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	for i := range plan.Documents {
		if d := &plan.Documents[i]; d.At.In(zone).Year() != 2017 {
			t.Fatalf("order %s is of %v", d.Key(), d.At.In(zone))
		}
	}
}

// checkStock checks that the opening balances are exactly what the documents take away.
func checkStock(t *testing.T, plan *replay.Plan, s *totals) {
	t.Helper()
	left := s.moved
	for _, m := range plan.Stock {
		if m.Kind == "receive" {
			left[[2]string{m.Store, m.SKU}] -= int64(m.Qty)
		}
	}
	for key, qty := range left {
		if qty != 0 {
			t.Fatalf("stock of %v is %d short", key, qty)
		}
	}
}

func TestOnlineRetailTotals(t *testing.T) {
	t.Parallel()
	dir := unpack(t, dataFolder(t, "online_retail"), "online_retail")
	plan, err := replay.ReadOnlineRetail(replay.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s, r := totalsOf(plan), &plan.Report
	equal(t, "net", s.net.String(), "9747747.93")
	equal(t, "lines", s.lines, 541_909)
	equal(t, "invoices", len(plan.Documents), 25_900)
	equal(t, "orders", r.Orders, 22_064)
	equal(t, "refunds", r.Refunds, 3_836)
	equal(t, "cancellation rows", s.kinds["refund"], 9_288)
	equal(t, "stock write-offs", s.kinds["stock_write_off"], 1_336)
	equal(t, "write-offs", s.kinds["write_off"], 2)
	equal(t, "adjustments", s.kinds["adjustment"], 1+772)
	equal(t, "customers", len(plan.Members), 4_372)
	equal(t, "products", len(s.products), 4_070)
	equal(t, "unusable rows", len(r.Bad), 0)
	equal(t, "reported net", r.Net, s.net)
	checkStock(t, plan, s)
	longest := 0
	for i := range plan.Documents {
		if o := plan.Documents[i].Order; o != nil {
			longest = max(longest, len(o.Lines))
		}
	}
	equal(t, "longest invoice", longest, 1_114)

	net, invoices := 0.0, map[string]bool{}
	eachRecord(t, filepath.Join(dir, "online_retail.csv"), func(column func(string) string) {
		qty, _ := strconv.ParseFloat(column("Quantity"), 64)
		price, _ := strconv.ParseFloat(column("UnitPrice"), 64)
		net += qty * price
		invoices[column("InvoiceNo")] = true
	})
	equal(t, "net, counted apart", strconv.FormatFloat(net, 'f', 2, 64), s.net.String())
	equal(t, "invoices, counted apart", len(invoices), 25_900)
}
