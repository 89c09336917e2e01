package wire_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/oltp/wire/scan"
)

var bounds = wire.Bounds{Rows: 3, Lines: 2}

type reader interface {
	Read(*scan.Reader, wire.Bounds)
}

func read(b reader, body string) []string {
	r := scan.New([]byte(body))
	b.Read(r, bounds)
	r.End()
	var faults []string
	for _, f := range r.Faults() {
		faults = append(faults, f.Path+" "+f.Reason)
	}
	return faults
}

// TestRoundTrip holds the three forms of a body against each other: what is marshalled is read back.
func TestRoundTrip(t *testing.T) {
	at := time.Date(2026, 11, 24, 8, 30, 0, 123_000_000, time.UTC)
	order := wire.Order{Store: "367", Member: "M\"1", Channel: "web", Fulfilment: "pickup", PlacedAt: at,
		Paid: true, PaymentMethod: "wechat", ExternalRef: "r\n1", Campaign: 7, Simulated: true,
		Lines: []wire.OrderLine{{SKU: "1085604", Qty: 2, UnitPrice: wire.Of(1250), Gross: wire.Of(0),
			Discount: 150, CouponDiscount: 100}, {SKU: "鲜牛奶", Kind: "adjustment", Gross: wire.Of(-5),
			Reason: "rounding"}}}
	refund := wire.Refund{Order: 4711, Store: "367", Member: "M1", Channel: "till", At: at, Reason: "bad",
		ExternalRef: "x", Simulated: true, Restock: true, Lines: []wire.RefundLine{{Line: 1, Qty: 1},
			{SKU: "a", Qty: 0, Gross: wire.Of(99), Discount: 9}}}
	f := func(in, out reader) {
		t.Helper()
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		if faults := read(out, string(text)); faults != nil || !reflect.DeepEqual(in, out) {
			t.Errorf("%s\n got %+v (faults %v)\nwant %+v", text, out, faults, in)
		}
		if a, ok := in.(interface{ AppendJSON([]byte) []byte }); ok {
			if got := string(a.AppendJSON(nil)); got != string(text) {
				t.Errorf("AppendJSON writes\n%s\nencoding/json\n%s", got, text)
			}
		}
	}
	f(&order, &wire.Order{})
	f(&wire.Orders{Orders: []wire.OrderRow{{Key: "k1", Order: order}, {Key: "k2", Order: order}}},
		&wire.Orders{})
	f(&refund, &wire.Refund{})
	f(&wire.Refunds{Refunds: []wire.RefundRow{{Key: "k", Refund: refund}}}, &wire.Refunds{})
	f(&wire.Payment{At: at, Method: "cash"}, &wire.Payment{})
	f(&wire.Cancellation{At: at, Reason: "late"}, &wire.Cancellation{})
	f(&wire.Progress{At: at}, &wire.Progress{})
	f(&wire.Login{User: "hq", Password: "p\\w"}, &wire.Login{})
	f(&wire.Regions{Regions: []wire.Region{{Code: "e", Name: "华东", NameEN: "East"}}}, &wire.Regions{})
	f(&wire.Stores{Stores: []wire.Store{{Code: "1", Name: "n", NameEN: "m", Region: "e", City: "c",
		Latitude: -31.25, Longitude: 121.5, TimeZone: "Asia/Tokyo", OpensMinute: 540,
		ClosesMinute: 1500, Inactive: true, Simulated: true, Address: "1 Way", Phone: "021-1",
		Coordinates: "gcj02", WGS84Latitude: -31.24, WGS84Longitude: 121.49, Hours: "Mo-Su 09:00-21:00",
		SpecialDays: "2026-02-17 off", Services: []string{"pickup", "express"}, DeliveryRadiusM: 5000,
		CapacityPerHour: 60}}}, &wire.Stores{})
	f(&wire.Categories{Categories: []wire.Category{{Code: "1", Name: "n", Parent: "0"}}}, &wire.Categories{})
	f(&wire.Styles{Styles: []wire.Style{{Code: "1", Name: "n", NameEN: "m", Category: "c", Brand: "b",
		Season: "s", Inactive: true, Simulated: true}}}, &wire.Styles{})
	f(&wire.Products{Products: []wire.Product{{Code: "1", Name: "n", Category: "c", Brand: "b",
		Price: 1250, Cost: 910, Inactive: true, Simulated: true, Style: "st", Colour: "蓝", Size: "42",
		SizeSystem: "EU", SizeOrder: -3, Season: "AW", OnlineOnly: true, OffSeason: true, Pack: 6,
		Barcode: "69", Tags: []wire.Tag{{Tag: "hot", From: at, Until: at.Add(time.Hour)},
			{Tag: "new"}}}}}, &wire.Products{})
	f(&wire.Members{Members: []wire.Member{{Code: "1", Origin: "367", Phone: "13800000000", OptOut: true,
		Simulated: true}}}, &wire.Members{})
	f(&wire.Transfer{From: "1", To: "2", Freight: 1550, Reason: "sale", WholePacks: true, Simulated: true,
		Lines: []wire.TransferLine{{SKU: "3", Qty: 4}}}, &wire.Transfer{})
	f(&wire.Decision{Reason: "no"}, &wire.Decision{})
	f(&wire.Shipment{At: at, Lines: []wire.ShipmentLine{{Line: 1, Qty: 2}}}, &wire.Shipment{})
	f(&wire.Receipt{At: at, Lines: []wire.ReceiptLine{{Line: 1, Received: 2, Claimed: 1, Reason: "wet"}}},
		&wire.Receipt{})
	f(&wire.Stocktake{Store: "1", Note: "n", Simulated: true,
		Lines: []wire.CountLine{{SKU: "3", Counted: 4}}}, &wire.Stocktake{})
	f(&wire.Counts{Lines: []wire.CountLine{{SKU: "3"}}}, &wire.Counts{})
	f(&wire.Safeties{Safeties: []wire.Safety{{Store: "1", SKU: "2", Safety: 3}}}, &wire.Safeties{})
	f(&wire.StockMoves{Moves: []wire.StockMove{{Key: "k", Store: "1", SKU: "2", Kind: "write_off",
		Qty: -3, At: at, Reason: "broken", Simulated: true}}}, &wire.StockMoves{})
}

// TestAnswersByHand holds the answers that are written by hand against encoding/json.
func TestAnswersByHand(t *testing.T) {
	three := int32(3)
	f := func(in interface{ AppendJSON([]byte) []byte }) {
		t.Helper()
		want, err := json.Marshal(in)
		if got := string(in.AppendJSON(nil)); err != nil || got != string(want) {
			t.Errorf("AppendJSON writes\n%s\nencoding/json\n%s (%v)", got, want, err)
		}
	}
	placed := wire.Placed{ID: 7, State: "paid", Gross: 1205, Discount: 5, Net: -1200, Replayed: true}
	f(&placed)
	f(&wire.Placed{ID: 1})
	f(&wire.Rows{Results: []wire.Row{}})
	f(&wire.Rows{Failed: 1, Results: []wire.Row{{Status: 201, Order: &placed}, {Status: 409,
		Problem: &wire.Problem{Title: "t", Status: 409, Errors: []wire.Fault{{Location: "body",
			Value: json.RawMessage(`"x"`), Reason: "r", Available: &three}}}}}})
}

func TestOrderFaults(t *testing.T) {
	f := func(body string, want ...string) {
		t.Helper()
		if got := read(&wire.Order{}, body); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", body, got, want)
		}
	}
	const line = `{"sku":"a","qty":1}`
	f(`{"store":"1","lines":[` + line + `]}`)
	f(`{}`, "store is missing", "lines must hold at least one line")
	f(`[]`, " must be an object")
	f(`{"store":"1","lines":[`+strings.Repeat(line+",", 9)+line+`]}`,
		"lines has 10 elements, at most 2 are allowed")
	f(`{"store":"1","lines":[{"qty":"1"}]}`, "lines[0].qty must be an integer", "lines[0].sku is missing")
	f(`{"store":"1","lines":[{"sku":"a","qty":1.5},{"sku":"a"}]}`,
		"lines[0].qty must be an integer from -2147483648 to 2147483647", "lines[1].qty is missing")
	f(`{"store":"1","lines":[{"sku":"a","qty":99999999999}]}`,
		"lines[0].qty must be an integer from -2147483648 to 2147483647")
	f(`{"store":"1","Lines":[`+line+`]}`, "Lines is not a known field", "lines must hold at least one line")
	f(`{"store":7,"lines":[`+line+`]}`, "store must be a string")
	f(`{"store":"1","channel":"fax","lines":[`+line+`]}`,
		"channel must be one of till, mini_program, web, phone")
	f(`{"store":"1","placed_at":"2099-12-31T23:59:59-01:00","lines":[`+line+`]}`,
		"placed_at must lie within the years 2000 to 2099")
}

func TestFaultsStayInTheirRow(t *testing.T) {
	r := scan.New([]byte(`{"orders":[{"idempotency_key":"a","store":"1","lines":[{"sku":"x","qty":1}]},
		{"store":7},"row"],"more":1}`))
	var b wire.Orders
	b.Read(r, bounds)
	r.End()
	rows := map[int]int{}
	for _, f := range r.Faults() {
		rows[f.Row]++
	}
	if want := map[int]int{1: 3, 2: 1, -1: 1}; !reflect.DeepEqual(rows, want) || len(b.Orders) != 3 {
		t.Fatalf("got %v (%+v), want %v", rows, r.Faults(), want)
	}
}

func TestSecretsAreNotRepeated(t *testing.T) {
	r := scan.New([]byte(`{"user":"hq","password":["secret"]}`))
	new(wire.Login).Read(r, bounds)
	if len(r.Faults()) != 1 || r.Faults()[0].Value != "" {
		t.Fatalf("got %+v, want one fault without a value", r.Faults())
	}
}

// FuzzOrder checks that whatever passes is what encoding/json would have understood, and survives being
// sent on.
func FuzzOrder(f *testing.F) {
	for _, seed := range []string{
		`{"store":"367","lines":[{"sku":"1","qty":2,"unit_price":12.5,"gross":25.00,"discount":1.5}]}`,
		`{"store":"1","placed_at":"2026-11-24T08:30:00+08:00","paid":true,"lines":[{"sku":"a","qty":1}]}`,
		`{"store":"\u00e9","lines":[{"sku":"a","qty":0,"kind":"adjustment","gross":-0.01,"reason":"x"}]}`,
		`{"store":"1","lines":[{"sku":"a","qty":1,"gross":10000000000.01}]}`, `{"lines":[[]]}`, `{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got, want, again wire.Order
		r := scan.New(body)
		got.Read(r, wire.Bounds{Rows: 10, Lines: 100})
		r.End()
		if !r.OK() {
			return
		}
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("%q is accepted, encoding/json says %v", body, err)
		}
		want.PlacedAt = want.PlacedAt.UTC()
		if len(got.Lines) == len(want.Lines) && !reflect.DeepEqual(got, want) {
			t.Fatalf("%q:\n got %+v\nwant %+v", body, got, want)
		}
		text, err := json.Marshal(&got)
		if err != nil {
			t.Fatal(err)
		}
		if faults := read100(&again, text); faults != nil || !reflect.DeepEqual(got, again) {
			t.Fatalf("%q: sent on as %s and read as %+v (faults %v)", body, text, again, faults)
		}
	})
}

func read100(o *wire.Order, body []byte) []scan.Fault {
	r := scan.New(body)
	o.Read(r, wire.Bounds{Rows: 10, Lines: 100})
	r.End()
	return r.Faults()
}
