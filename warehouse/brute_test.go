package warehouse_test

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/warehouse/metric"
)

// tally is what one group of rows adds up to, counted row by row and without any SQL.
type tally struct {
	gross, discount, coupon, refunded, adjusted, writtenOff, cost int64
	units, refundedUnits, lostUnits, saleLines, refundLines       int64
	orders, refunds, onlineOrders, buyers, products               map[int64]bool
	visitors, sessions                                            map[uint64]bool
	behaviour                                                     [7]int64
	placed, gmv, cancelled, stars, ratings, firsts                int64
	ways                                                          [5]map[int64]bool
	repeats                                                       map[int]map[int64]bool
	// seen counts the rows by origin.
	seen map[metric.Origin]int
}

func newTally() *tally {
	a := &tally{orders: map[int64]bool{}, refunds: map[int64]bool{}, onlineOrders: map[int64]bool{},
		buyers: map[int64]bool{}, products: map[int64]bool{}, visitors: map[uint64]bool{},
		sessions: map[uint64]bool{}, repeats: map[int]map[int64]bool{30: {}, 60: {}, 90: {}},
		seen: map[metric.Origin]int{}}
	for way := range a.ways {
		a.ways[way] = map[int64]bool{}
	}
	return a
}

func (a *tally) addLine(t *fact.OrderLines, i int) {
	a.seen[metric.OrderLines]++
	sign := int64(1)
	if t.Doc[i] == 2 {
		sign = -1
	}
	a.cost += sign * t.Cost[i]
	switch t.Kind[i] {
	case 2:
		a.adjusted += sign * t.Net[i]
	case 3:
		a.lostUnits -= sign * int64(t.Qty[i])
	case 4:
		a.writtenOff += sign * t.Net[i]
	}
	sold := t.Kind[i] == 1
	if t.Doc[i] == 2 {
		a.refunded += t.Net[i]
		a.refunds[t.Document[i]] = true
		a.refundLines++
		if sold {
			a.refundedUnits += int64(t.Qty[i])
		}
		return
	}
	a.gross, a.discount, a.coupon = a.gross+t.Gross[i], a.discount+t.Discount[i], a.coupon+t.CouponDiscount[i]
	a.orders[t.Document[i]] = true
	a.ways[t.Fulfilment[i]][t.Document[i]] = true
	a.saleLines++
	a.products[t.SKU[i]] = true
	if sold {
		a.units += int64(t.Qty[i])
	}
	if t.Member[i] != 0 {
		a.buyers[t.Member[i]] = true
	}
	if c := retail.Channel(t.Channel[i]); c == retail.MiniProgram || c == retail.Web {
		a.onlineOrders[t.Document[i]] = true
	}
}

func (a *tally) addStep(t *fact.OrderSteps, i int) {
	switch event.Kind(t.Step[i]) {
	case event.KindOrderPlaced:
		a.placed++
		a.gmv += t.Net[i]
	case event.KindOrderCancelled:
		a.cancelled++
	default:
		return
	}
	a.seen[metric.OrderSteps]++
}

func (a *tally) addVisit(t *fact.Behaviours, i int) {
	a.seen[metric.Behaviour]++
	a.behaviour[t.Kind[i]-64]++
	if t.Visitor[i] != 0 {
		a.visitors[t.Visitor[i]] = true
	}
	if t.Session[i] != 0 {
		a.sessions[t.Session[i]] = true
	}
}

// metric is the value of a metric by its definition in words.
func (a *tally) metric(name string) any {
	net := a.gross - a.discount - a.refunded
	money := func(v int64) any { return retail.Money(v) }
	count := func(n int) any { return int64(n) }
	share := func(n, d int64) any {
		if d == 0 {
			return nil
		}
		return float64(n) / float64(d)
	}
	switch name {
	case "gmv":
		return money(a.gmv)
	case "placed_orders":
		return a.placed
	case "cancelled_orders":
		return a.cancelled
	case "new_buyers":
		return a.firsts
	case "returning_buyers":
		return int64(len(a.buyers)) - a.firsts
	case "repurchase_rate_30", "repurchase_rate_60", "repurchase_rate_90":
		days, _ := strconv.Atoi(name[len(name)-2:])
		return share(int64(len(a.repeats[days])), int64(len(a.buyers)))
	case "pickup_orders":
		return count(len(a.ways[2]))
	case "pickup_share":
		return share(int64(len(a.ways[2])), int64(len(a.orders)))
	case "same_city_share":
		return share(int64(len(a.ways[3])), int64(len(a.orders)))
	case "express_share":
		return share(int64(len(a.ways[4])), int64(len(a.orders)))
	case "ratings":
		return a.ratings
	case "rating":
		return share(a.stars, a.ratings)
	case "gross_sales":
		return money(a.gross)
	case "discounts":
		return money(a.discount)
	case "coupon_discounts":
		return money(a.coupon)
	case "net_before_refunds":
		return money(a.gross - a.discount)
	case "refunds":
		return money(a.refunded)
	case "net_sales":
		return money(net)
	case "adjustments":
		return money(a.adjusted)
	case "write_offs":
		return money(a.writtenOff)
	case "cost":
		return money(a.cost)
	case "gross_profit":
		return money(net - a.cost)
	case "gross_margin":
		return share(net-a.cost, net)
	case "discount_rate":
		return share(a.discount, a.gross)
	case "refund_rate":
		return share(a.refunded, a.gross-a.discount)
	case "orders":
		return count(len(a.orders))
	case "refund_documents":
		return count(len(a.refunds))
	case "invoices":
		return count(len(a.orders) + len(a.refunds))
	case "lines":
		return a.saleLines + a.refundLines
	case "sale_lines":
		return a.saleLines
	case "refund_lines":
		return a.refundLines
	case "units":
		return a.units
	case "refunded_units":
		return a.refundedUnits
	case "written_off_units":
		return a.lostUnits
	case "products":
		return count(len(a.products))
	case "aov":
		if len(a.orders) == 0 {
			return nil
		}
		return money(int64(math.Round(float64(a.gross-a.discount) / float64(len(a.orders)))))
	case "upt":
		return share(a.units, int64(len(a.orders)))
	case "buyers":
		return count(len(a.buyers))
	case "visitors":
		return count(len(a.visitors))
	case "sessions":
		return count(len(a.sessions))
	case "views", "searches", "cart_adds", "impressions", "clicks", "coupons_issued", "coupons_redeemed":
		return a.behaviour[map[string]int{"views": 0, "searches": 1, "cart_adds": 2, "impressions": 3,
			"clicks": 4, "coupons_issued": 5, "coupons_redeemed": 6}[name]]
	case "click_rate":
		return share(a.behaviour[4], a.behaviour[3])
	case "online_orders":
		return count(len(a.onlineOrders))
	case "conversion":
		return share(int64(len(a.onlineOrders)), int64(len(a.sessions)))
	}
	panic("no definition of " + name)
}

// occurrence is where, when and of what a row is.
type occurrence struct {
	store    int32
	channel  uint8
	at       time.Time
	day      retail.Day
	hour     uint8
	sku      int64
	campaign int32
}

// question is what the brute force answers: which rows, grouped how, moved in time by how much.
type question struct {
	by      []string
	grain   string
	allowed func(occurrence) bool
	// days and seconds move a row before it is put into a bucket.
	days, seconds int64
	// goods, campaigns and channels tell whether the rows are split or narrowed by them.
	goods, campaigns, channels bool
	// oneCampaign shows the earlier campaign, m2, as the later one, m1.
	oneCampaign bool
}

// value is the text of one dimension of a row.
func (q question) value(name string, o occurrence) string {
	s := shops[o.store-1]
	day := (o.day + retail.Day(q.days)).Midnight()
	at := o.at.Add(time.Duration(q.seconds+q.days*86_400) * time.Second)
	switch name {
	case "store":
		return s.code
	case "region":
		return s.region
	case "city":
		return s.city
	case "category":
		return fmt.Sprint("c", categoryOf(o.sku))
	case "brand":
		return brandOf(o.sku)
	case "sku":
		return fmt.Sprint("sku", o.sku)
	case "campaign":
		if o.campaign == 0 {
			return ""
		}
		if q.oneCampaign && o.campaign == 2 {
			return "m1"
		}
		return fmt.Sprint("m", o.campaign)
	case "channel":
		return retail.Channel(o.channel).String()
	case "minute":
		return at.Truncate(time.Minute).String()
	case "hour":
		if q.grain == "hour" {
			return at.Truncate(time.Hour).String()
		}
		return fmt.Sprint(o.hour)
	case "day":
		return day.Format(time.DateOnly)
	case "week":
		return day.AddDate(0, 0, -(int(day.Weekday())+6)%7).Format(time.DateOnly)
	case "month":
		return day.Format("2006-01-") + "01"
	}
	panic("no dimension " + name)
}

// count groups the rows of a trade.
func (q question) count(tr *trade) map[string]*tally {
	groups := map[string]*tally{}
	group := func(o occurrence) *tally {
		key := ""
		for _, name := range q.by {
			key += q.value(name, o) + "|"
		}
		if groups[key] == nil {
			groups[key] = newTally()
		}
		return groups[key]
	}
	lines, visits := &tr.batch.OrderLines, &tr.batch.Behaviours
	firsts := firstLines(lines)
	for i := range lines.Len() {
		o := lineAt(lines, i)
		if !q.allowed(o) {
			continue
		}
		a := group(o)
		a.addLine(lines, i)
		if member := lines.Member[i]; lines.Doc[i] == 1 && member != 0 {
			a.seen[metric.OrderGaps]++
			if firsts[member] == i {
				a.firsts++
				a.seen[metric.FirstOrders]++
			}
			a.addRepeats(lines, i)
		}
	}
	q.countSteps(&tr.batch.OrderSteps, group)
	q.countReviews(&tr.batch.Reviews, group)
	for i := range visits.Len() {
		o := occurrence{visits.Store[i], visits.Channel[i], time.UnixMicro(visits.At[i]).UTC(),
			retail.Day(visits.Day[i]), visits.LocalHour[i], visits.SKU[i], visits.Campaign[i]}
		switch {
		case !q.allowed(o), q.goods && o.sku == 0, q.campaigns && visits.Kind[i] < 69:
		default:
			group(o).addVisit(visits, i)
		}
	}
	return groups
}

func (q question) countSteps(t *fact.OrderSteps, group func(occurrence) *tally) {
	for i := range t.Len() {
		o := occurrence{t.Store[i], t.Channel[i], time.UnixMicro(t.At[i]).UTC(), retail.Day(t.Day[i]),
			t.LocalHour[i], 0, t.Campaign[i]}
		if !q.goods && q.allowed(o) {
			group(o).addStep(t, i)
		}
	}
}

func (q question) countReviews(t *fact.Reviews, group func(occurrence) *tally) {
	for i := range t.Len() {
		last := i+1 == t.Len() || t.ID[i+1] != t.ID[i]
		o := occurrence{t.Store[i], 0, time.UnixMicro(t.At[i]).UTC(), retail.Day(t.Day[i]), t.LocalHour[i],
			t.SKU[i], 0}
		shown := last && retail.ReviewState(t.State[i]) == retail.ReviewApproved
		if shown && !q.campaigns && !q.channels && q.allowed(o) {
			a := group(o)
			a.seen[metric.Ratings]++
			a.ratings++
			a.stars += int64(t.Stars[i])
		}
	}
}

func lineAt(t *fact.OrderLines, i int) occurrence {
	return occurrence{t.Store[i], t.Channel[i], time.UnixMicro(t.At[i]).UTC(), retail.Day(t.Day[i]),
		t.LocalHour[i], t.SKU[i], t.Campaign[i]}
}

// firstLines finds the first line of each member's first order.
func firstLines(t *fact.OrderLines) map[int64]int {
	first := map[int64]int{}
	for i := range t.Len() {
		if t.Doc[i] != 1 || t.Member[i] == 0 {
			continue
		}
		if j, ok := first[t.Member[i]]; !ok || t.At[i] < t.At[j] {
			first[t.Member[i]] = i
		}
	}
	return first
}

// addRepeats notes whether the buyer of a line bought again on a later day.
func (a *tally) addRepeats(t *fact.OrderLines, i int) {
	for j := range t.Len() {
		if t.Member[j] != t.Member[i] || t.Doc[j] != 1 {
			continue
		}
		for _, days := range []int{30, 60, 90} {
			if later := int(t.Day[j] - t.Day[i]); later >= 1 && later <= days {
				a.repeats[days][t.Member[i]] = true
			}
		}
	}
}
