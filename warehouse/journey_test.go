package warehouse_test

import (
	"bufio"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/ulikunitz/xz"

	"github.com/tillstream/tillstream/oltp/child/absent"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/sink"
)

// journey reads the real receipt lines of 2017 from the data folder.
func journey(t *testing.T) [][]string {
	t.Helper()
	dir := os.Getenv("TILLSTREAM_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	path := filepath.Join(dir, "completejourney", "transactions_sample.csv.xz")
	f, err := os.Open(path)
	if os.IsNotExist(err) && os.Getenv("CI") == "" {
		absent.Skip(t, "%s is absent; TILLSTREAM_DATA names the folder of the data sets", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := xz.NewReader(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(plain)
	if _, err := r.Read(); err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for {
		row, err := r.Read()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

// receipts turns the rows into facts. Stores are numbered in order of appearance; a basket is an order.
func receipts(t *testing.T, rows [][]string) *fact.Batch {
	t.Helper()
	b := &fact.Batch{}
	stores := map[string]int32{}
	baskets, lines := map[string]int64{}, map[string]uint16{}
	number := func(s string) int64 {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	money := func(s string) int64 {
		m, err := retail.ParseMoney(s)
		if err != nil {
			t.Fatal(err)
		}
		return int64(m)
	}
	for i, row := range rows {
		household, store, basket, product, qty := row[0], row[1], row[2], row[3], int32(number(row[4]))
		if stores[store] == 0 {
			stores[store] = int32(len(stores) + 1)
			describe(&b.Stores, stores[store], store)
		}
		at, err := time.Parse(time.RFC3339, row[10])
		if err != nil {
			t.Fatal(err)
		}
		l := &b.OrderLines
		l.Add(0, uint64(i), 0, at.UnixMicro())
		net, discount, kind := money(row[5]), money(row[6])+money(row[8]), retail.Sale
		if qty == 0 {
			kind = retail.Adjustment
		}
		if baskets[basket] == 0 {
			// One of the numbers went through floating point: it names the basket all the same.
			baskets[basket] = int64(len(baskets) + 1)
		}
		order, line := baskets[basket], lines[basket]
		lines[basket]++
		l.Doc, l.Order = append(l.Doc, 1), append(l.Order, order)
		l.Document, l.Line = append(l.Document, order), append(l.Line, line)
		l.First = append(l.First, uint8(max(0, 1-int(line))))
		l.Kind, l.Store = append(l.Kind, uint8(kind)), append(l.Store, stores[store])
		l.SKU, l.Category = append(l.SKU, number(product)), append(l.Category, 1)
		l.Member, l.Channel = append(l.Member, number(household)), append(l.Channel, uint8(retail.Till))
		l.Fulfilment, l.Campaign = append(l.Fulfilment, 1), append(l.Campaign, 0)
		l.At, l.Day = append(l.At, at.UnixMicro()), append(l.Day, int32(retail.DayOf(at)))
		l.LocalHour, l.Qty = append(l.LocalHour, uint8(at.Hour())), append(l.Qty, qty)
		l.Gross, l.Discount = append(l.Gross, net+discount), append(l.Discount, discount)
		l.Net, l.CouponDiscount = append(l.Net, net), append(l.CouponDiscount, money(row[8]))
		l.Cost, l.Simulated = append(l.Cost, 0), append(l.Simulated, false)
	}
	return b
}

func describe(t *fact.Stores, id int32, code string) {
	t.Add(0, uint64(id), 0, 0)
	t.ID, t.Version, t.Code = append(t.ID, id), append(t.Version, 1), append(t.Code, code)
	t.Name, t.NameEN = append(t.Name, code), append(t.NameEN, code)
	t.Region, t.RegionCode = append(t.Region, 1), append(t.RegionCode, "us")
	t.RegionName, t.RegionNameEN = append(t.RegionName, "US"), append(t.RegionNameEN, "US")
	t.City, t.TimeZone = append(t.City, "?"), append(t.TimeZone, "UTC")
	t.Latitude, t.Longitude = append(t.Latitude, 0), append(t.Longitude, 0)
	t.Opens, t.Closes = append(t.Opens, 0), append(t.Closes, 1440)
	t.Active, t.Simulated = append(t.Active, true), append(t.Simulated, false)
}

func TestRealReceiptsGiveTheKnownAnswers(t *testing.T) {
	rows := journey(t)
	db := open(t)
	if err := sink.New(db).Write(t.Context(), "2017", receipts(t, rows)); err != nil {
		t.Fatal(err)
	}
	w := over(t, db)
	ask := func(q warehouse.Query) []map[string]any {
		t.Helper()
		q.From, q.To = "2017-01-01", "2018-01-02"
		table, err := w.Query(t.Context(), retail.HQScope(), q)
		if err != nil {
			t.Fatal(err)
		}
		return table.Objects()
	}
	total := ask(warehouse.Query{Metrics: []string{"net_sales", "discounts", "gross_sales", "lines",
		"products", "buyers"}})[0]
	f := func(name string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	f("net sales", total["net_sales"], retail.Money(233_935_24))
	f("discounts", total["discounts"], retail.Money(40_423_01))
	f("gross sales", total["gross_sales"], retail.Money(274_358_25))
	f("lines", total["lines"], int64(75_000))
	f("products", total["products"], int64(20_902))
	stores := map[any]map[string]any{}
	for _, row := range ask(warehouse.Query{Metrics: []string{"net_sales", "lines"}, By: []string{"store"}}) {
		stores[row["store"]] = row
	}
	f("stores", len(stores), 293)
	for code, want := range map[string][2]int64{"367": {7_713_13, 2_129}, "406": {6_033_55, 1_634},
		"429": {4_701_92, 960}, "343": {4_470_71, 1_220}, "361": {4_060_61, 1_149}} {
		f("net sales of "+code, stores[code]["net_sales"], retail.Money(want[0]))
		f("lines of "+code, stores[code]["lines"], want[1])
	}
	if found, err := w.Audit(t.Context(), retail.HQScope()); err != nil || len(found) > 0 {
		t.Fatalf("%d differences, such as %v: %v", len(found), found, err)
	}
}
