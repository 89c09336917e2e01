package warehouse_test

import (
	"fmt"
	"math"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/stream/fact"
)

// tally is what one group of rows adds up to, counted row by row and without any SQL.
type tally struct {
	gross, discount, coupon, refunded, adjusted, writtenOff, cost int64
	units, refundedUnits, lostUnits, saleLines, refundLines       int64
	orders, refunds, onlineOrders, buyers, products               map[int64]bool
	visitors, sessions                                            map[uint64]bool
	behaviour                                                     [7]int64
}

func newTally() *tally {
	return &tally{orders: map[int64]bool{}, refunds: map[int64]bool{}, onlineOrders: map[int64]bool{},
		buyers: map[int64]bool{}, products: map[int64]bool{}, visitors: map[uint64]bool{},
		sessions: map[uint64]bool{}}
}

func (a *tally) addLine(t *fact.OrderLines, i int) {
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

func (a *tally) addVisit(t *fact.Behaviours, i int) {
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
	category int32
	channel  uint8
	at       time.Time
	day      retail.Day
	hour     uint8
}

// question is what the brute force answers: which rows, grouped how, moved in time by how much.
type question struct {
	by      []string
	grain   string
	allowed func(occurrence) bool
	// days and seconds move a row before it is put into a bucket.
	days, seconds int64
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
		return fmt.Sprint("c", o.category)
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
	for i := range lines.Len() {
		o := occurrence{lines.Store[i], lines.Category[i], lines.Channel[i],
			time.UnixMicro(lines.At[i]).UTC(), retail.Day(lines.Day[i]), lines.LocalHour[i]}
		if q.allowed(o) {
			group(o).addLine(lines, i)
		}
	}
	for i := range visits.Len() {
		o := occurrence{visits.Store[i], 0, visits.Channel[i],
			time.UnixMicro(visits.At[i]).UTC(), retail.Day(visits.Day[i]), visits.LocalHour[i]}
		if q.allowed(o) && !q.splits("category") {
			group(o).addVisit(visits, i)
		}
	}
	return groups
}

func (q question) splits(name string) bool {
	for _, n := range q.by {
		if n == name {
			return true
		}
	}
	return false
}
