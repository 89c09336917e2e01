package warehouse_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/sink"
)

// shop is a store of the small hand-made chain: three cities in two regions, one of them in another
// time zone.
type shop struct {
	code, region, city, zone string
}

var shops = []shop{
	{"301", "east", "Shanghai", "Asia/Shanghai"},
	{"302", "east", "Shanghai", "Asia/Shanghai"},
	{"303", "east", "Hangzhou", "Asia/Shanghai"},
	{"=9", "west", "Urumqi", "Asia/Shanghai"},
	{"305", "west", "New York", "America/New_York"},
}

const (
	skuCount      = 40
	categoryCount = 5
	brandCount    = 3
	campaignCount = 3
	memberCount   = 30
)

func brandOf(sku int64) string { return fmt.Sprint("Brand ", sku%brandCount) }

func categoryOf(sku int64) int32 { return int32(sku%categoryCount) + 1 }

// trade makes batches of a seeded chain and keeps them, so that answers can be recomputed from them.
type trade struct {
	rand    *rand.Rand
	batch   fact.Batch
	offset  uint64
	lastDoc int64
	zones   []*time.Location
}

func newTrade(t testing.TB, seed uint64) *trade {
	t.Helper()
	tr := &trade{rand: rand.New(rand.NewPCG(seed, 7))}
	for i, s := range shops {
		zone, err := time.LoadLocation(s.zone)
		if err != nil {
			t.Fatal(err)
		}
		tr.zones = append(tr.zones, zone)
		tr.addStore(int32(i+1), s)
	}
	for sku := int64(1); sku <= skuCount; sku++ {
		tr.addSKU(sku)
	}
	day := func(month time.Month, d, year int) retail.Day {
		return retail.DayOf(time.Date(year, month, d, 0, 0, 0, 0, time.UTC))
	}
	tr.addCampaign(1, "m1", "double-11", day(11, 1, 2026), day(11, 12, 2026))
	tr.addCampaign(2, "m2", "double-11", day(10, 31, 2025), day(11, 12, 2025))
	tr.addCampaign(3, "m3", "double-11", day(10, 31, 2024), day(11, 11, 2024))
	tr.addCampaign(4, "m4", "spring", day(2, 10, 2026), day(2, 20, 2026))
	tr.addCampaign(5, "m5", "half-year", day(6, 1, 2026), day(6, 18, 2026))
	tr.addCampaign(6, "m6", "half-year", day(6, 10, 2026), day(6, 20, 2026))
	return tr
}

func (tr *trade) origin(o *fact.Origin, at time.Time) {
	tr.offset++
	o.Add(3, tr.offset, 0, at.UnixMicro())
}

func (tr *trade) addStore(id int32, s shop) {
	t := &tr.batch.Stores
	tr.origin(&t.Origin, time.Unix(0, 0))
	t.ID, t.Version = append(t.ID, id), append(t.Version, 1)
	t.Code, t.Name = append(t.Code, s.code), append(t.Name, "店"+s.code)
	t.NameEN = append(t.NameEN, "Shop "+s.code)
	region := int32(len(s.region) + int(s.region[0]))
	t.Region, t.RegionCode = append(t.Region, region), append(t.RegionCode, s.region)
	t.RegionName, t.RegionNameEN = append(t.RegionName, s.region), append(t.RegionNameEN, s.region)
	t.City, t.TimeZone = append(t.City, s.city), append(t.TimeZone, s.zone)
	t.Latitude, t.Longitude = append(t.Latitude, 31.2), append(t.Longitude, 121.5)
	t.Opens, t.Closes = append(t.Opens, 0), append(t.Closes, 1440)
	t.Active, t.Simulated = append(t.Active, true), append(t.Simulated, true)
}

func (tr *trade) addSKU(id int64) {
	t := &tr.batch.SKUs
	tr.origin(&t.Origin, time.Unix(0, 0))
	t.ID, t.Version = append(t.ID, id), append(t.Version, 1)
	t.Code, t.Name = append(t.Code, fmt.Sprint("sku", id)), append(t.Name, "货")
	t.NameEN, t.Brand = append(t.NameEN, "Good"), append(t.Brand, brandOf(id))
	t.Category = append(t.Category, categoryOf(id))
	t.CategoryCode = append(t.CategoryCode, fmt.Sprint("c", categoryOf(id)))
	t.CategoryName = append(t.CategoryName, "类")
	t.CategoryNameEN = append(t.CategoryNameEN, "Category")
	t.Price, t.Cost = append(t.Price, 990), append(t.Cost, 500)
	t.Active, t.Simulated = append(t.Active, true), append(t.Simulated, true)
	t.Style, t.StyleCode = append(t.Style, id/3), append(t.StyleCode, fmt.Sprint("style", id/3))
	t.Colour, t.Season = append(t.Colour, fmt.Sprint("colour ", id%3)), append(t.Season, "spring")
	t.Size, t.SizeSystem = append(t.Size, fmt.Sprint("size ", id%5)), append(t.SizeSystem, "EU")
	t.SizeOrder = append(t.SizeOrder, int32(id%5))
	// The first holds now, the second did and the third will.
	us := noon.UnixMicro()
	t.Tags = append(t.Tags, []string{"hot", "limited", "new"})
	t.TagsFrom = append(t.TagsFrom, []int64{us - 9, 0, us + 1})
	t.TagsUntil = append(t.TagsUntil, []int64{0, us, 0})
}

// addCampaign adds a campaign from one day to another.
func (tr *trade) addCampaign(id int32, code, kind string, first, last retail.Day) {
	t := &tr.batch.Campaigns
	tr.origin(&t.Origin, time.Unix(0, 0))
	t.ID, t.Version, t.Code = append(t.ID, id), append(t.Version, 1), append(t.Code, code)
	t.Name, t.NameEN = append(t.Name, "活动"+code), append(t.NameEN, "Campaign "+code)
	t.Kind, t.FirstDay = append(t.Kind, kind), append(t.FirstDay, int32(first))
	t.LastDay, t.Simulated = append(t.LastDay, int32(last)), append(t.Simulated, true)
}

// place is where and when something happens.
type place struct {
	store   int32
	channel uint8
	member  int64
	at      time.Time
	way     uint8
	// campaign is that of an order, 0 for none.
	campaign int32
}

func (tr *trade) somewhere(from time.Time, span time.Duration) place {
	return place{
		store:   int32(tr.rand.IntN(len(shops)) + 1),
		channel: uint8(tr.rand.IntN(4) + 1),
		member:  int64(tr.rand.IntN(memberCount)),
		way:     uint8(tr.rand.IntN(4) + 1), campaign: int32(tr.rand.IntN(campaignCount)),
		at: from.Add(time.Duration(tr.rand.Int64N(int64(span)))).Truncate(time.Microsecond),
	}
}

func (tr *trade) local(p place) (day int32, hour uint8) {
	at := event.At(p.at, tr.zones[p.store-1])
	return at.BusinessDay, uint8(at.LocalHour())
}

// document adds an order (doc 1) or a refund (doc 2) of one to four lines and its step.
func (tr *trade) document(doc uint8, p place) {
	tr.lastDoc++
	lines := tr.rand.IntN(4) + 1
	var units int32
	var net int64
	for line := range lines {
		kind := uint8(1)
		if tr.rand.IntN(12) == 0 {
			kind = uint8(tr.rand.IntN(3) + 2)
		}
		qty, paid := tr.line(doc, p, kind, uint16(line))
		units, net = units+qty, net+paid
	}
	tr.step(doc, p, units, uint16(lines), net)
}

func (tr *trade) line(doc uint8, p place, kind uint8, line uint16) (qty int32, net int64) {
	t := &tr.batch.OrderLines
	qty = int32(tr.rand.IntN(3) + 1)
	gross, discount := int64(tr.rand.IntN(9_000)+1), int64(0)
	switch kind {
	case 1:
		discount = int64(tr.rand.IntN(2)) * tr.rand.Int64N(gross)
	case 2:
		qty, gross = 0, gross-4_000
	case 3:
		qty, gross = -qty, 0
	case 4:
		qty, gross = 0, -gross
	}
	sku := int64(tr.rand.IntN(skuCount) + 1)
	day, hour := tr.local(p)
	tr.origin(&t.Origin, p.at)
	t.Doc, t.Order = append(t.Doc, doc), append(t.Order, tr.lastDoc)
	t.Document, t.Line = append(t.Document, tr.lastDoc), append(t.Line, line)
	t.First = append(t.First, 0)
	if line == 0 {
		t.First[len(t.First)-1] = 1
	}
	t.Kind, t.Store = append(t.Kind, kind), append(t.Store, p.store)
	t.SKU, t.Category = append(t.SKU, sku), append(t.Category, categoryOf(sku))
	t.Member, t.Channel = append(t.Member, p.member), append(t.Channel, p.channel)
	t.Fulfilment, t.Campaign = append(t.Fulfilment, p.way), append(t.Campaign, p.campaign)
	t.At, t.Day = append(t.At, p.at.UnixMicro()), append(t.Day, day)
	t.LocalHour, t.Qty = append(t.LocalHour, hour), append(t.Qty, qty)
	t.Gross, t.Discount = append(t.Gross, gross), append(t.Discount, discount)
	t.Net, t.CouponDiscount = append(t.Net, gross-discount), append(t.CouponDiscount, discount/3)
	t.Cost, t.Simulated = append(t.Cost, int64(qty)*100), append(t.Simulated, false)
	return qty, gross - discount
}

func (tr *trade) step(doc uint8, p place, units int32, lines uint16, net int64) {
	if doc == 2 {
		tr.stepOf(event.KindOrderRefunded, retail.Refunded, p, false, net)
	} else {
		tr.stepOf(event.KindOrderPlaced, retail.Completed, p, true, net)
	}
	t := &tr.batch.OrderSteps
	t.Units[t.Len()-1], t.Lines[t.Len()-1] = units, lines
}

// unpaid adds an order that nobody has paid, and cancels one in three.
func (tr *trade) unpaid(p place) {
	tr.lastDoc++
	net := tr.rand.Int64N(9_000)
	tr.stepOf(event.KindOrderPlaced, retail.PendingPayment, p, false, net)
	if tr.rand.IntN(3) == 0 {
		p.at = p.at.Add(time.Hour)
		tr.stepOf(event.KindOrderCancelled, retail.Cancelled, p, false, net)
	}
}

func (tr *trade) stepOf(step event.Kind, state retail.OrderState, p place, paid bool, net int64) {
	t := &tr.batch.OrderSteps
	day, hour := tr.local(p)
	refund := int64(0)
	if step == event.KindOrderRefunded {
		refund = tr.lastDoc
	}
	tr.origin(&t.Origin, p.at)
	t.Order, t.Refund = append(t.Order, tr.lastDoc), append(t.Refund, refund)
	t.Step, t.State = append(t.Step, uint8(step)), append(t.State, uint8(state))
	t.Store, t.Member = append(t.Store, p.store), append(t.Member, p.member)
	t.Channel, t.Fulfilment = append(t.Channel, p.channel), append(t.Fulfilment, p.way)
	t.Campaign, t.LocalHour = append(t.Campaign, p.campaign), append(t.LocalHour, hour)
	t.At, t.Day = append(t.At, p.at.UnixMicro()), append(t.Day, day)
	t.Placed, t.Paid = append(t.Placed, p.at.UnixMicro()), append(t.Paid, paid)
	t.Units, t.Lines = append(t.Units, 0), append(t.Lines, 0)
	t.Net, t.Ref = append(t.Net, net), append(t.Ref, "r")
	t.Reason, t.Simulated = append(t.Reason, ""), append(t.Simulated, false)
}

// review adds a review in one version or two; what is said last counts.
func (tr *trade) review(p place) {
	t := &tr.batch.Reviews
	tr.lastDoc++
	day, hour := tr.local(p)
	sku := int64(tr.rand.IntN(skuCount) + 1)
	for version := range int64(tr.rand.IntN(2) + 1) {
		tr.origin(&t.Origin, p.at)
		t.ID, t.Version = append(t.ID, tr.lastDoc), append(t.Version, version+1)
		t.SKU, t.Style = append(t.SKU, sku), append(t.Style, 0)
		t.Store, t.Member = append(t.Store, p.store), append(t.Member, p.member)
		t.Order, t.Stars = append(t.Order, 1), append(t.Stars, uint8(tr.rand.IntN(5)+1))
		t.State = append(t.State, uint8(tr.rand.IntN(3)+1))
		t.At, t.Day = append(t.At, p.at.UnixMicro()), append(t.Day, day)
		t.LocalHour = append(t.LocalHour, hour)
	}
}

func (tr *trade) visit(p place) {
	t := &tr.batch.Behaviours
	day, hour := tr.local(p)
	tr.origin(&t.Origin, p.at)
	kind, sku, campaign := event.Kind(64+tr.rand.IntN(7)), int64(0), int32(0)
	switch kind {
	case event.KindView, event.KindAddToCart, event.KindImpression, event.KindClick:
		sku = int64(tr.rand.IntN(skuCount) + 1)
	case event.KindCouponIssued, event.KindCouponRedeemed:
		campaign = p.campaign
	}
	t.Kind, t.First = append(t.Kind, uint8(kind)), append(t.First, 1)
	t.Store, t.SKU = append(t.Store, p.store), append(t.SKU, sku)
	visitor := tr.rand.Uint64N(60)
	t.Visitor, t.Session = append(t.Visitor, visitor), append(t.Session, visitor*10+tr.rand.Uint64N(3))
	t.Member, t.Channel = append(t.Member, p.member), append(t.Channel, p.channel)
	t.At, t.Day = append(t.At, p.at.UnixMicro()), append(t.Day, day)
	t.LocalHour, t.Qty = append(t.LocalHour, hour), append(t.Qty, 1)
	t.Results, t.Position = append(t.Results, 0), append(t.Position, 0)
	t.Slot, t.Query = append(t.Slot, ""), append(t.Query, "牛奶")
	t.Shown.Add(event.Shown{})
	t.Attribution, t.Campaign = append(t.Attribution, ""), append(t.Campaign, campaign)
	t.Coupon, t.Order = append(t.Coupon, 0), append(t.Order, 0)
	t.Discount, t.Simulated = append(t.Discount, 0), append(t.Simulated, false)
}

// fill adds documents and visits spread over a span of time.
func (tr *trade) fill(documents, visits int, from time.Time, span time.Duration) {
	for range documents {
		doc := uint8(1)
		if tr.rand.IntN(8) == 0 {
			doc = 2
		}
		tr.document(doc, tr.somewhere(from, span))
		if tr.rand.IntN(4) == 0 {
			tr.unpaid(tr.somewhere(from, span))
		}
		if tr.rand.IntN(4) == 0 {
			tr.review(tr.somewhere(from, span))
		}
	}
	for range visits {
		tr.visit(tr.somewhere(from, span))
	}
}

// noon is the moment at which the tests play.
var noon = time.Date(2026, 11, 18, 4, 0, 20, 0, time.UTC)

// chain is a warehouse that holds a trade.
func chain(t *testing.T, tr *trade) (*warehouse.Warehouse, *clickhouse.DB) {
	t.Helper()
	db := open(t)
	derive(t, db, &tr.batch)
	if err := sink.New(db).Write(t.Context(), "first", &tr.batch); err != nil {
		t.Fatal(err)
	}
	return over(t, db), db
}

func over(t testing.TB, db *clickhouse.DB) *warehouse.Warehouse {
	t.Helper()
	w, err := warehouse.New(warehouse.Config{DB: db, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return w
}
