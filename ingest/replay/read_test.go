package replay_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/oltp/wire"
)

const (
	productHead = "product_id,manufacturer_id,department,brand,product_category,product_type,package_size\n"
	productRows = productHead + "1,2,GROCERY,National,ICE,CRUSHED,22 LB\n2,2,MISC,National,,,\n"
	saleHead    = "household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc," +
		"coupon_disc,coupon_match_disc,week,transaction_timestamp\n"
	sale    = "9,367,100,1,2,3.86,0.43,0,0.10,5,2017-01-28T19:06:53Z\n"
	webHead = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
	webSale = "536365,85123A,HOLDER,6,2010-12-01T08:26:00,2.55,17850,United Kingdom\n"
)

// folder writes files and returns their folder.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func journey(t testing.TB, rows string) string {
	return folder(t, map[string]string{"products.csv": productRows,
		"transactions_sample.csv": saleHead + rows})
}

func web(t testing.TB, rows string) string {
	return folder(t, map[string]string{"online_retail.csv": webHead + rows})
}

func TestBadLinesOfCompleteJourney(t *testing.T) {
	t.Parallel()
	f := func(bad, want string) {
		t.Helper()
		plan, err := replay.ReadCompleteJourney(replay.Config{Dir: journey(t, sale+bad+"\n"+
			strings.Replace(sale, ",100,1,", ",101,2,", 1))})
		if err != nil {
			t.Errorf("%s: %v", bad, err)
			return
		}
		if len(plan.Report.Bad) != 1 || plan.Report.Bad[0].Error() !=
			"transactions_sample.csv line 3: "+want {
			t.Errorf("%s: %v, want %s", bad, plan.Report.Bad, want)
		}
		if plan.Report.Rows != 2 || len(plan.Documents) != 2 {
			t.Errorf("%s: its neighbours suffered: %d rows", bad, plan.Report.Rows)
		}
	}
	f("9,367,102,1,x,3.86,0,0,0,5,2017-01-28T19:06:53Z", `quantity is "x": not a whole number`)
	f("9,367,102,1,-1,3.86,0,0,0,5,2017-01-28T19:06:53Z", `quantity is "-1": negative`)
	f("9,367,102,1,100001,3.86,0,0,0,5,2017-01-28T19:06:53Z", `quantity is "100001": beyond ±100000`)
	f("9,367,102,1,1,3.8.6,0,0,0,5,2017-01-28T19:06:53Z",
		`sales_value is "3.8.6": not an amount: not a decimal number`)
	f("9,367,102,1,1,99999999999999,0,0,0,5,2017-01-28T19:06:53Z",
		`sales_value is "99999999999999": not an amount: amount is beyond ±10,000,000,000.00`)
	f("9,367,102,1,1,-1,0,0,0,5,2017-01-28T19:06:53Z", `sales_value is "-1": negative`)
	f("9,367,102,1,1,1,0,0,0,5,2017-01-28 19:06", `transaction_timestamp is "2017-01-28 19:06": `+
		`not a time such as 2006-01-02T15:04:05Z07:00`)
	f("9,367,102,1,1,1,0,0,0,5,1970-01-01T00:00:00Z",
		`transaction_timestamp is "1970-01-01T00:00:00Z": outside the years 2000 to 2099`)
	f("9,,102,1,1,1,0,0,0,5,2017-01-28T19:06:53Z", `store_id is "": empty`)
	f("9,\xff,102,1,1,1,0,0,0,5,2017-01-28T19:06:53Z", "store_id is \"\uFFFD\": not UTF-8")
	f("9,367,102", "wrong number of fields")
	f(`9,"36"7,102,1,1,1,0,0,0,5,2017-01-28T19:06:53Z`, `extraneous or missing " in quoted-field`)
	f("9,368,100,1,1,1,0,0,0,5,2017-01-28T19:06:53Z",
		`store_id is "368": basket 100 is at store 367`)
	f("8,367,100,1,1,1,0,0,0,5,2017-01-28T19:06:53Z", `household_id is "8": basket 100 is of 9`)
	f("9,367,100,1,1,1,0,0,0,5,2017-01-28T19:06:54Z",
		`transaction_timestamp is "2017-01-28T19:06:54Z": basket 100 has another time above`)
}

func TestBadLinesOfOnlineRetail(t *testing.T) {
	t.Parallel()
	f := func(bad, want string) {
		t.Helper()
		plan, err := replay.ReadOnlineRetail(replay.Config{Dir: web(t, webSale+bad+"\n")})
		if err != nil {
			t.Errorf("%s: %v", bad, err)
			return
		}
		if len(plan.Report.Bad) != 1 || plan.Report.Bad[0].Error() != "online_retail.csv line 3: "+want {
			t.Errorf("%s: %v, want %s", bad, plan.Report.Bad, want)
		}
		if plan.Report.Rows != 1 || plan.Report.Net != 1530 {
			t.Errorf("%s: its neighbours suffered", bad)
		}
	}
	f("1,A,B,0,2010-12-01T08:26:00,1,,UK", `Quantity is "0": nothing moved`)
	f("C1,A,B,1,2010-12-01T08:26:00,1,,UK", `Quantity is "1": positive on a cancellation`)
	f("1,A,B,-1,2010-12-01T08:26:00,1,,UK",
		`Quantity is "-1": negative at a price on an invoice that cancels nothing`)
	f("1,A,B,1,2010-12-01T08:26:00,-1,,UK",
		`UnitPrice is "-1": negative on an invoice that adjusts no debt`)
	f("1,A,B,1,2010-12-01T08:26,1,,UK",
		`InvoiceDate is "2010-12-01T08:26": not a time such as 2006-01-02T15:04:05`)
	f("1,,B,1,2010-12-01T08:26:00,1,,UK", `StockCode is "": empty`)
	f("536365,A,B,1,2010-12-01T08:26:00,1,1,UK", `CustomerID is "1": invoice 536365 is of 17850`)
}

func TestWhereRowsOfOnlineRetailGo(t *testing.T) {
	t.Parallel()
	plan, err := replay.ReadOnlineRetail(replay.Config{Dir: web(t, webSale+
		"536365,PADS,FINE,1,2010-12-01T08:27:00,0.005,17850,UK\n"+
		"C2,85123A,HOLDER,-2,2010-12-02T08:26:00,2.55,17850,UK\n"+
		"A3,B,Adjust bad debt,1,2010-12-03T08:26:00,-5.5,,UK\n"+
		"A4,B,Adjust bad debt,1,2010-12-03T08:26:00,5.5,,UK\n"+
		"5,85123A,damaged,-3,2010-12-04T08:26:00,0,,UK\n"+
		"6,85123A,found,4,2010-12-05T08:26:00,0,,UK\n"+
		"7,85123A,,5,2010-12-06T08:26:00,0,17850,UK\n")})
	if err != nil {
		t.Fatal(err)
	}
	s := totalsOf(plan)
	equal(t, "net", s.net.String(), "10.21")
	for kind, want := range map[string]int{"": 3, "refund": 1, "write_off": 1, "adjustment": 2,
		"stock_write_off": 1} {
		equal(t, "lines of kind "+kind, s.kinds[kind], want)
	}
	first := plan.Documents[0].Order
	equal(t, "time in London", first.PlacedAt.UTC().Format("15:04"), "08:26")
	equal(t, "code", first.Lines[0].SKU, "OR-85123A")
	equal(t, "label", plan.Stores[0].Simulated, true)
	found := false
	for _, m := range plan.Stock {
		found = found || m.Kind == "adjust" && m.Qty == 4 && m.Reason == "invoice 6: found"
	}
	equal(t, "found goods in stock", found, true)
}

func TestFoldersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	f := func(dir, want string) {
		t.Helper()
		_, err := replay.ReadOnlineRetail(replay.Config{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	f(filepath.Join(t.TempDir(), "none"), "cannot read data folder: stat ")
	f(t.TempDir(), "cannot find online_retail.csv.xz or online_retail.csv in ")
	f(folder(t, map[string]string{"online_retail.csv": "A,B\n1,2\n"}),
		`cannot read online_retail.csv line 1: column "InvoiceNo" is missing, found A,B`)
	f(folder(t, map[string]string{"online_retail.csv": ""}), "line 1: no header: unexpected EOF")
	f(web(t, ""), "cannot replay online-retail: no usable row in ")
	f(folder(t, map[string]string{"online_retail.csv.xz": "PK"}), "not an xz file or cut short")
	f(folder(t, map[string]string{"online_retail.csv.xz": cutShort(t)}),
		"cut short or damaged: unexpected EOF")
	_, err := replay.ReadOnlineRetail(replay.Config{MaxBadLines: 2,
		Dir: web(t, strings.Repeat("1,A,B,0,2010-12-01T08:26:00,1,,UK\n", 3))})
	if many := (*replay.TooManyBad)(nil); !errors.As(err, &many) || len(many.First) != 3 {
		t.Errorf("three bad lines of two: %v", err)
	}
	_, err = replay.ReadOnlineRetail(replay.Config{MaxRows: 1, Dir: web(t, webSale+webSale)})
	if err == nil || !strings.Contains(err.Error(), "more than 1 rows") {
		t.Errorf("two rows of one: %v", err)
	}
}

// cutShort is an xz file whose end is missing.
func cutShort(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	w, err := xz.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(1, 2))
	_, err = io.WriteString(w, webHead)
	for range 30_000 {
		if err == nil {
			_, err = fmt.Fprintf(w, "%d,A%d,B,1,2010-12-01T08:26:00,1,,UK\n", chance.Uint32(),
				chance.Uint64())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()[:b.Len()/2]
}

func FuzzCompleteJourney(f *testing.F) {
	f.Add(sale)
	f.Add("9,367,102,1,0,4.44e-16,0,1.4,0,5,2017-01-28T19:06:53Z\n\"")
	f.Fuzz(func(t *testing.T, rows string) {
		plan, err := replay.ReadCompleteJourney(replay.Config{Dir: journey(t, rows)})
		if err == nil && (totalsOf(plan).net != plan.Report.Net ||
			totalsOf(plan).lines != plan.Report.Rows) {
			t.Errorf("%q: the report is not what is sent", rows)
		}
	})
}

func FuzzOnlineRetail(f *testing.F) {
	f.Add(webSale)
	f.Add("C1,M,Manual,-1,2010-12-01T08:26:00,0.001,,UK\nA2,B,,1,2010-12-01T08:26:00,-3,,UK\n")
	f.Fuzz(func(t *testing.T, rows string) {
		plan, err := replay.ReadOnlineRetail(replay.Config{Dir: web(t, rows)})
		if err != nil {
			return
		}
		if totalsOf(plan).net != plan.Report.Net || totalsOf(plan).lines != plan.Report.Rows {
			t.Errorf("%q: the report is not what is sent", rows)
		}
		for i := range plan.Documents {
			if o := plan.Documents[i].Order; o != nil && len(o.Key) > wire.MaxKey {
				t.Errorf("key %q is too long", o.Key)
			}
		}
	})
}
