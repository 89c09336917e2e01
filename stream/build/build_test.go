package build_test

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/build"
	"github.com/tillstream/tillstream/stream/fact"
)

// at is 2026-03-05 00:30 in Shanghai: the evening of the day before in UTC.
var at = &event.StoreTime{UnixUs: 1_772_641_800_000_000, BusinessDay: 20517, UtcOffsetS: 28_800}

var place = build.Place{Partition: 3, Offset: 77, CommittedUS: 1_772_641_801_000_000}

func appendTo(t *testing.T, kind event.Kind, m event.Message, wantRows int, wantAt int64) *fact.Batch {
	t.Helper()
	b := new(fact.Batch)
	rows, atUS := appended(t, b, kind, m)
	if rows != wantRows || atUS != wantAt {
		t.Errorf("%s gives %d rows at %d, want %d at %d", kind, rows, atUS, wantRows, wantAt)
	}
	if got := rowsOf(t, b); got != wantRows {
		t.Errorf("%s: the tables hold %d rows, want %d", kind, got, wantRows)
	}
	return b
}

func appended(t *testing.T, b *fact.Batch, kind event.Kind, m event.Message) (rows int, atUS int64) {
	t.Helper()
	if !kind.IsBehaviour() {
		return build.Append(b, place, kind, m)
	}
	a := act(t, kind, m)
	return build.AppendAct(b, place, &a)
}

// act reads the event as the stream does.
func act(t *testing.T, kind event.Kind, m event.Message) (a event.Act) {
	t.Helper()
	wire, err := event.Append(nil, m)
	if err == nil {
		err = a.Read(kind, wire)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// rowsOf counts the rows of all tables and checks that the columns of each have the same length.
func rowsOf(t *testing.T, b *fact.Batch) int {
	t.Helper()
	n := 0
	v := reflect.ValueOf(b).Elem()
	for i := range v.NumField() {
		table := v.Field(i)
		if name := v.Type().Field(i).Name; name == "Range" || name == "ID" {
			continue
		}
		origin := table.FieldByName("Origin").Addr().Interface().(*fact.Origin)
		n += origin.Len()
		for j := range table.NumField() {
			column := table.Field(j)
			if column.Kind() == reflect.Slice && column.Len() != origin.Len() {
				t.Errorf("%s.%s has %d rows, its table %d", v.Type().Field(i).Name,
					table.Type().Field(j).Name, column.Len(), origin.Len())
			}
		}
	}
	return n
}

func want[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func basket() []*event.OrderLine {
	return []*event.OrderLine{
		{LineNo: 1, SkuId: 10, CategoryId: 4, Kind: event.LineKind_LINE_KIND_SALE, Qty: 3,
			GrossFen: 900, DiscountFen: 100, NetFen: 800, CouponDiscountFen: 50, CostFen: 600},
		{SkuId: 11, CategoryId: 5, Kind: event.LineKind_LINE_KIND_ADJUSTMENT, GrossFen: -20, NetFen: -20},
	}
}

func TestATillSaleCountsWhenPlaced(t *testing.T) {
	m := &event.OrderPlaced{
		OrderId: 5, StoreId: 2, MemberId: 9, Channel: event.Channel_CHANNEL_TILL, PlacedAt: at,
		Fulfilment: event.Fulfilment_FULFILMENT_CARRY_OUT, Lines: basket(), NetFen: 780, Paid: true,
		State: event.OrderState_ORDER_STATE_COMPLETED, ExternalRef: "R1", CampaignId: 6, Simulated: true,
	}
	b := appendTo(t, event.KindOrderPlaced, m, 3, at.UnixUs)
	l, s := &b.OrderLines, &b.OrderSteps
	want(t, "document kind", l.Doc, []uint8{build.DocSale, build.DocSale})
	want(t, "order", l.Order, []int64{5, 5})
	want(t, "document", l.Document, []int64{5, 5})
	want(t, "first", l.First, []uint8{1, 0})
	want(t, "line", l.Line, []uint16{1, 2})
	want(t, "kind", l.Kind, []uint8{uint8(retail.Sale), uint8(retail.Adjustment)})
	want(t, "SKU", l.SKU, []int64{10, 11})
	want(t, "category", l.Category, []int32{4, 5})
	want(t, "campaign", l.Campaign, []int32{6, 6})
	want(t, "day", l.Day, []int32{20517, 20517})
	want(t, "local hour", l.LocalHour, []uint8{0, 0})
	want(t, "quantity", l.Qty, []int32{3, 0})
	want(t, "net", l.Net, []int64{800, -20})
	want(t, "gross", l.Gross, []int64{900, -20})
	want(t, "discount", l.Discount, []int64{100, 0})
	want(t, "coupon discount", l.CouponDiscount, []int64{50, 0})
	want(t, "cost", l.Cost, []int64{600, 0})
	want(t, "simulated", l.Simulated, []bool{true, true})
	want(t, "origin", l.Origin, fact.Origin{
		Partition: []uint16{3, 3}, Offset: []uint64{77, 77}, Row: []uint32{0, 1},
		Committed: []int64{place.CommittedUS, place.CommittedUS},
	})
	want(t, "step", s.Step, []uint8{uint8(event.KindOrderPlaced)})
	want(t, "state", s.State, []uint8{uint8(retail.Completed)})
	want(t, "units", s.Units, []int32{3})
	want(t, "lines", s.Lines, []uint16{2})
	want(t, "paid", s.Paid, []bool{true})
	want(t, "placed", s.Placed, []int64{at.UnixUs})
	want(t, "ref", s.Ref, []string{"R1"})
}

func TestAnUnpaidOrderCountsWhenPaid(t *testing.T) {
	placed := &event.OrderPlaced{OrderId: 5, StoreId: 2, PlacedAt: at, Lines: basket(),
		State: event.OrderState_ORDER_STATE_PENDING_PAYMENT}
	b := appendTo(t, event.KindOrderPlaced, placed, 1, at.UnixUs)
	want(t, "paid", b.OrderSteps.Paid, []bool{false})
	paid := &event.OrderPaid{OrderId: 5, StoreId: 2, PaidAt: at, PlacedUnixUs: 7, Lines: basket(),
		Channel: event.Channel_CHANNEL_WEB, CampaignId: 8, ExternalRef: "W9"}
	b = appendTo(t, event.KindOrderPaid, paid, 3, at.UnixUs)
	want(t, "document kind", b.OrderLines.Doc, []uint8{build.DocSale, build.DocSale})
	want(t, "channel", b.OrderLines.Channel, []uint8{uint8(retail.Web), uint8(retail.Web)})
	want(t, "campaign", b.OrderLines.Campaign, []int32{8, 8})
	want(t, "state", b.OrderSteps.State, []uint8{uint8(retail.Paid)})
	want(t, "placed", b.OrderSteps.Placed, []int64{7})
	want(t, "paid", b.OrderSteps.Paid, []bool{true})
}

func TestARefundIsPositiveAndItsOwnDocument(t *testing.T) {
	m := &event.OrderRefunded{RefundId: 90, OrderId: 5, StoreId: 2, RefundedAt: at,
		Lines: basket()[:1], NetFen: 800, Reason: "broken", State: event.OrderState_ORDER_STATE_REFUNDED}
	b := appendTo(t, event.KindOrderRefunded, m, 2, at.UnixUs)
	want(t, "document kind", b.OrderLines.Doc, []uint8{build.DocRefund})
	want(t, "order", b.OrderLines.Order, []int64{5})
	want(t, "document", b.OrderLines.Document, []int64{90})
	want(t, "net", b.OrderLines.Net, []int64{800})
	want(t, "refund", b.OrderSteps.Refund, []int64{90})
	want(t, "reason", b.OrderSteps.Reason, []string{"broken"})
	want(t, "state", b.OrderSteps.State, []uint8{uint8(retail.Refunded)})
	m.OrderId = 0
	b = appendTo(t, event.KindOrderRefunded, m, 2, at.UnixUs)
	want(t, "order without receipt", b.OrderLines.Order, []int64{90})
	want(t, "step without receipt", b.OrderSteps.Order, []int64{0})
}

func TestTheOtherSteps(t *testing.T) {
	f := func(kind event.Kind, m event.Message, state retail.OrderState) {
		t.Helper()
		b := appendTo(t, kind, m, 1, at.UnixUs)
		want(t, "step", b.OrderSteps.Step, []uint8{uint8(kind)})
		want(t, "state", b.OrderSteps.State, []uint8{uint8(state)})
		want(t, "order", b.OrderSteps.Order, []int64{5})
		want(t, "net", b.OrderSteps.Net, []int64{12})
	}
	f(event.KindOrderCancelled, &event.OrderCancelled{OrderId: 5, StoreId: 2, CancelledAt: at, NetFen: 12},
		retail.Cancelled)
	f(event.KindOrderShipped, &event.OrderShipped{OrderId: 5, StoreId: 2, ShippedAt: at, NetFen: 12},
		retail.Shipped)
	f(event.KindOrderCompleted, &event.OrderCompleted{OrderId: 5, StoreId: 2, CompletedAt: at, NetFen: 12},
		retail.Completed)
}

func TestStockMoves(t *testing.T) {
	m := &event.StockMoved{StoreId: 2, Changes: []*event.StockChange{
		{SkuId: 10, CategoryId: 4, Kind: event.StockMoveKind_STOCK_MOVE_KIND_SELL, OnHandDelta: -3,
			OnHand: 7, Version: 12, RefId: 5, MovedAt: at},
		{SkuId: 11, Kind: event.StockMoveKind_STOCK_MOVE_KIND_RESERVE, ReservedDelta: 1, OnHand: 2,
			Reserved: 1, Version: 3, MovedAt: at, Reason: "web"},
	}}
	b := appendTo(t, event.KindStockMoved, m, 2, at.UnixUs)
	s := &b.StockMoves
	want(t, "kind", s.Kind, []uint8{uint8(retail.Sell), uint8(retail.Reserve)})
	want(t, "on hand delta", s.OnHandDelta, []int32{-3, 0})
	want(t, "reserved", s.Reserved, []int32{0, 1})
	want(t, "version", s.Version, []int64{12, 3})
	want(t, "row", s.Row, []uint32{0, 1})
	want(t, "reason", s.Reason, []string{"", "web"})
}

func visit() *event.Visit {
	return &event.Visit{VisitorId: 1 << 63, SessionId: 4, MemberId: 9, StoreId: 2, At: at,
		Channel: event.Channel_CHANNEL_MINI_PROGRAM}
}

func TestAnImpressionGivesARowForEachProduct(t *testing.T) {
	m := &event.Impression{Visit: visit(), Slot: "home", SkuIds: []int64{7, 8, 9}, AttributionId: "a"}
	b := appendTo(t, event.KindImpression, m, 3, at.UnixUs)
	want(t, "first", b.Behaviours.First, []uint8{1, 0, 0})
	want(t, "SKU", b.Behaviours.SKU, []int64{7, 8, 9})
	want(t, "position", b.Behaviours.Position, []int32{1, 2, 3})
	want(t, "visitor", b.Behaviours.Visitor, []uint64{1 << 63, 1 << 63, 1 << 63})
	want(t, "scene", b.Behaviours.Shown.Scene, []uint8{0, 0, 0})
	m.Attribution = &event.Attribution{ExperimentId: 3, Variant: 1, HeldOut: true, ByMember: true,
		Scene: event.Scene_SCENE_CART, Model: 7, Request: 1 << 39}
	b = appendTo(t, event.KindImpression, m, 3, at.UnixUs)
	want(t, "attribution", b.Behaviours.Shown, fact.Shown{Experiment: []int32{3, 3, 3},
		Variant: []uint8{1, 1, 1}, HeldOut: []bool{true, true, true}, ByMember: []bool{true, true, true},
		Scene: []uint8{3, 3, 3}, Model: []uint32{7, 7, 7}, Request: []uint64{1 << 39, 1 << 39, 1 << 39}})
	m.SkuIds = nil
	appendTo(t, event.KindImpression, m, 1, at.UnixUs)
}

func TestOtherBehaviour(t *testing.T) {
	f := func(kind event.Kind, m event.Message) *fact.Behaviours {
		t.Helper()
		b := appendTo(t, kind, m, 1, at.UnixUs)
		want(t, "kind", b.Behaviours.Kind, []uint8{uint8(kind)})
		want(t, "first", b.Behaviours.First, []uint8{1})
		return &b.Behaviours
	}
	v := f(event.KindView, &event.View{Visit: visit(), SkuId: 7})
	want(t, "SKU", v.SKU, []int64{7})
	v = f(event.KindSearch, &event.Search{Visit: visit(), Query: "茶", Results: 3})
	want(t, "query", v.Query, []string{"茶"})
	want(t, "results", v.Results, []int32{3})
	v = f(event.KindAddToCart, &event.AddToCart{Visit: visit(), SkuId: 7, Qty: 2})
	want(t, "quantity", v.Qty, []int32{2})
	v = f(event.KindFavourite, &event.Favourite{Visit: visit(), SkuId: 7})
	want(t, "a favourite", fmt.Sprint(v.SKU, v.Qty), "[7] [1]")
	v = f(event.KindFavourite, &event.Favourite{Visit: visit(), SkuId: 7, Removed: true})
	want(t, "one no more", fmt.Sprint(v.SKU, v.Qty), "[7] [-1]")
	v = f(event.KindClick, &event.Click{Visit: visit(), SkuId: 7, Slot: "home", Position: 2})
	want(t, "position", v.Position, []int32{2})
	v = f(event.KindCouponIssued, &event.CouponIssued{Visit: visit(), CouponId: 5, CampaignId: 6})
	want(t, "coupon", v.Coupon, []int64{5})
	v = f(event.KindCouponRedeemed, &event.CouponRedeemed{Visit: visit(), CouponId: 5, OrderId: 1,
		DiscountFen: 99})
	want(t, "discount", v.Discount, []int64{99})
	want(t, "order", v.Order, []int64{1})
}

func TestTheCatalogue(t *testing.T) {
	b := appendTo(t, event.KindStoreChanged, &event.StoreChanged{StoreId: 2, Code: "S2", Version: 4,
		Latitude: 31.2, TimeZone: "Asia/Shanghai", ClosesMinute: 1500, Active: true}, 1, 0)
	want(t, "code", b.Stores.Code, []string{"S2"})
	want(t, "latitude", b.Stores.Latitude, []float64{31.2})
	want(t, "closes", b.Stores.Closes, []int32{1500})
	b = appendTo(t, event.KindProductChanged, &event.ProductChanged{SkuId: 10, Code: "K", PriceFen: 5,
		CategoryCode: "tea", Version: 1, StyleId: 3, StyleCode: "T", Colour: "绿", Size: "M",
		SizeSystem: "alpha", SizeOrder: 2, Season: "spring",
		Tags: []*event.ProductTag{{Tag: "hot", UntilUnixUs: 9}, {Tag: "new"}}}, 1, 0)
	want(t, "price", b.SKUs.Price, []int64{5})
	want(t, "category code", b.SKUs.CategoryCode, []string{"tea"})
	want(t, "style", b.SKUs.Style, []int64{3})
	want(t, "style code", b.SKUs.StyleCode, []string{"T"})
	want(t, "colour", b.SKUs.Colour, []string{"绿"})
	want(t, "size", b.SKUs.Size, []string{"M"})
	want(t, "size system", b.SKUs.SizeSystem, []string{"alpha"})
	want(t, "size order", b.SKUs.SizeOrder, []int32{2})
	want(t, "season", b.SKUs.Season, []string{"spring"})
	want(t, "tags", fmt.Sprint(b.SKUs.Tags, b.SKUs.TagsFrom, b.SKUs.TagsUntil),
		"[[hot new]] [[0 0]] [[9 0]]")
}

func TestMembersGiveNoRows(t *testing.T) {
	appendTo(t, event.KindMemberChanged, &event.MemberChanged{MemberId: 1, ChangedAt: at}, 0, at.UnixUs)
	appendTo(t, event.KindMemberChanged, &event.MemberChanged{MemberId: 1}, 0, 0)
}

func TestWhatDoesNotFitIsUnknown(t *testing.T) {
	m := &event.OrderPlaced{OrderId: 5, StoreId: 2, Channel: 300, PlacedAt: at, State: -1}
	b := appendTo(t, event.KindOrderPlaced, m, 1, at.UnixUs)
	want(t, "channel", b.OrderSteps.Channel, []uint8{0})
	want(t, "state", b.OrderSteps.State, []uint8{0})
	paid := &event.OrderPaid{OrderId: 5, StoreId: 2, PaidAt: at, Lines: []*event.OrderLine{
		{LineNo: math.MaxInt32, Qty: math.MaxInt32, Kind: event.LineKind_LINE_KIND_SALE},
		{LineNo: -1, Qty: math.MaxInt32, Kind: event.LineKind_LINE_KIND_SALE},
	}}
	b = appendTo(t, event.KindOrderPaid, paid, 3, at.UnixUs)
	want(t, "line", b.OrderLines.Line, []uint16{1, 2})
	want(t, "units", b.OrderSteps.Units, []int32{math.MaxInt32})
}

func TestTheSameMemoryGivesTheSameRows(t *testing.T) {
	m := &event.OrderPlaced{OrderId: 5, StoreId: 2, PlacedAt: at, Lines: basket(), Paid: true}
	b := new(fact.Batch)
	build.Append(b, place, event.KindOrderPlaced, m)
	first := *b
	first.OrderLines.Net = append([]int64(nil), b.OrderLines.Net...)
	b.Reset()
	allocs := testing.AllocsPerRun(100, func() {
		b.Reset()
		build.Append(b, place, event.KindOrderPlaced, m)
	})
	if allocs != 0 {
		t.Errorf("appending to a batch that has its memory allocates %v times", allocs)
	}
	want(t, "net", b.OrderLines.Net, first.OrderLines.Net)
}

func TestAReviewGivesARowForEachVersion(t *testing.T) {
	m := &event.ReviewPosted{ReviewId: 4, SkuId: 10, StyleId: 3, StoreId: 2, MemberId: 9, OrderId: 5,
		Rating: 4, PostedAt: at, State: event.ReviewState_REVIEW_STATE_APPROVED, Version: 2}
	r := &appendTo(t, event.KindReviewPosted, m, 1, at.UnixUs).Reviews
	want(t, "review", r.ID, []int64{4})
	want(t, "version", r.Version, []int64{2})
	want(t, "SKU", r.SKU, []int64{10})
	want(t, "stars", r.Stars, []uint8{4})
	want(t, "state", r.State, []uint8{uint8(retail.ReviewApproved)})
	want(t, "day", r.Day, []int32{20517})
	want(t, "local hour", r.LocalHour, []uint8{0})
}

func TestACampaignIsDescribed(t *testing.T) {
	m := &event.CampaignChanged{CampaignId: 6, Code: "D11", Name: "双十一", NameEn: "Double 11",
		Kind: "double-11", FirstDay: 20758, LastDay: 20769, Version: 3}
	c := &appendTo(t, event.KindCampaignChanged, m, 1, 0).Campaigns
	want(t, "campaign", c.ID, []int32{6})
	want(t, "kind", c.Kind, []string{"double-11"})
	want(t, "first day", c.FirstDay, []int32{20758})
	want(t, "last day", c.LastDay, []int32{20769})
}

func TestAnExperimentIsDescribed(t *testing.T) {
	m := &event.ExperimentChanged{ExperimentId: 6, Name: "blend-7", FromUnixUs: at.UnixUs,
		UntilUnixUs: at.UnixUs + 9, Holdout: .05, Version: 3, Variants: []*event.ExperimentVariant{
			{Name: "today", Weight: 3}, {Name: "\"大胆\"", Weight: .5}}}
	e := &appendTo(t, event.KindExperimentChanged, m, 1, 0).Experiments
	want(t, "experiment", e.ID, []int32{6})
	want(t, "from", e.From, []int64{at.UnixUs})
	want(t, "until", e.Until, []int64{at.UnixUs + 9})
	want(t, "holdout", e.Holdout, []float64{.05})
	want(t, "variants", e.Variants, []string{`[{"name":"today","weight":3},{"name":"\"大胆\"","weight":0.5}]`})
}

func TestBehaviourIsAppendedWithoutAllocation(t *testing.T) {
	m := &event.Impression{Visit: visit(), Slot: "home", SkuIds: []int64{7, 8, 9}, AttributionId: "a"}
	wire, err := event.Append(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	b, a := new(fact.Batch), new(event.Act)
	if n := testing.AllocsPerRun(100, func() {
		b.Reset()
		if err := a.Read(event.KindImpression, wire); err != nil {
			t.Fatal(err)
		}
		build.AppendAct(b, place, a)
	}); n != 0 {
		t.Errorf("reading and appending an impression allocates %v times", n)
	}
}
