package warehouse

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// ErrEnough ends a reading of the past without an error: its callback has all that it wants.
var ErrEnough = errors.New("enough was read")

// pastDays is how many days one question to the engine is about, so that neither side ever holds more than
// the purchases of a month.
const pastDays = 31

// Purchases are what was bought, by column: a row for each order and item. Columns are only lent to a
// callback; the next batch takes their place.
type Purchases struct {
	// Member is 0 for an anonymous customer, Campaign 0 for none. At is in seconds since 1970. Qty are
	// the units that were not brought back since, above 0.
	Member, Order, At, Store, SKU, Qty, Campaign []int64
}

// Acts are what visitors did with goods, by column, lent like Purchases.
type Acts struct {
	// Kind is 64 for a view, 66 for a cart, 68 for a click on something recommended. Session and Visitor
	// are pseudonyms; Member is 0 for whoever is not signed in. AtUS is in microseconds since 1970.
	Kind, Session, Visitor, Member, Store, SKU, AtUS []int64
}

// Returns are what members brought back of goods that come in sizes, by column, lent like Purchases.
type Returns struct {
	// At is when it came back, in seconds since 1970.
	Member, SKU, At []int64
	// Reason is what was said, "" for nothing.
	Reason []string
}

// Goods are the attributes of goods as they are now, by column, lent like Purchases.
type Goods struct {
	SKU, Category, PriceFen []int64
	// Active is 1 for what is sold.
	Active []int64
	Brand  []string
	// Style is the family that differs in colour and size alone, 0 for none. SizeOrder sorts the sizes of a
	// SizeSystem.
	Style, SizeOrder                 []int64
	Colour, Size, SizeSystem, Season []string
	// Tags are those that hold now, separated by commas.
	Tags []string
	// Names of the good and of its category.
	Name, NameEN, CategoryCode, CategoryName, CategoryNameEN []string
}

// Traded returns the first and the last business day of the sales in scope; ok is false without any.
func (w *Warehouse) Traded(ctx context.Context, scope retail.Scope) (first, last retail.Day, ok bool,
	err error) {
	rows, err := w.ask(ctx, scope, "past_days", nil)
	if err != nil || len(rows) != 1 || rows[0].int("sales") == 0 {
		return 0, 0, false, err
	}
	return retail.Day(rows[0].int("first_day")), retail.Day(rows[0].int("last_day")), true, nil
}

// Purchases hands over what the stores in scope sold from one business day to another, both included, the
// newest month first; within a month in no order. What was brought back to a store outside the scope is
// taken off too: it says nothing of that store.
func (w *Warehouse) Purchases(ctx context.Context, scope retail.Scope, first, last retail.Day,
	each func(Purchases) error) error {
	return w.months(ctx, scope, "past_purchases", first, last, func(b arrow.Record) error {
		c := numbers{batch: b}
		p := Purchases{Member: c.of("member"), Order: c.of("order_number"), At: c.of("at_s"),
			Store: c.of("store"), SKU: c.of("sku"), Qty: c.of("units"), Campaign: c.of("campaign")}
		if c.err != nil {
			return c.err
		}
		return each(p)
	})
}

// Acts hands over what visitors did at the stores in scope, as Purchases does with sales.
func (w *Warehouse) Acts(ctx context.Context, scope retail.Scope, first, last retail.Day,
	each func(Acts) error) error {
	return w.months(ctx, scope, "past_acts", first, last, func(b arrow.Record) error {
		c := numbers{batch: b}
		a := Acts{Kind: c.of("act"), Session: c.of("session"), Visitor: c.of("visitor"),
			Member: c.of("member"), Store: c.of("store"), SKU: c.of("sku"), AtUS: c.of("at_us")}
		if c.err != nil {
			return c.err
		}
		return each(a)
	})
}

// Returns hands over what came back to the stores in scope, as Purchases does with sales.
func (w *Warehouse) Returns(ctx context.Context, scope retail.Scope, first, last retail.Day,
	each func(Returns) error) error {
	return w.months(ctx, scope, "past_returns", first, last, func(b arrow.Record) error {
		c := numbers{batch: b}
		r := Returns{Member: c.of("member"), SKU: c.of("sku"), At: c.of("at_s"), Reason: c.texts("reason")}
		if c.err != nil {
			return c.err
		}
		return each(r)
	})
}

// Goods hands over what all goods of the chain are like.
func (w *Warehouse) Goods(ctx context.Context, each func(Goods) error) error {
	now := clickhouse.Params{"at_us": strconv.FormatInt(w.cfg.Now().UnixMicro(), 10)}
	return w.past(ctx, retail.HQScope(), "past_goods", now, func(b arrow.Record) error {
		c := numbers{batch: b}
		g := Goods{SKU: c.of("sku"), Category: c.of("category"), PriceFen: c.of("price"),
			Active: c.of("sold"), Brand: c.texts("brand"), Style: c.of("style"),
			SizeOrder: c.of("place_of_size"), Colour: c.texts("colour"), Size: c.texts("size"),
			SizeSystem: c.texts("size_system"), Season: c.texts("season"), Tags: c.texts("tags_now"),
			Name: c.texts("name"), NameEN: c.texts("name_en"), CategoryCode: c.texts("category_code"),
			CategoryName: c.texts("category_name"), CategoryNameEN: c.texts("category_name_en")}
		if c.err != nil {
			return c.err
		}
		return each(g)
	})
}

// Zones returns the time zone of each store in scope.
func (w *Warehouse) Zones(ctx context.Context, scope retail.Scope) (map[retail.StoreID]*time.Location,
	error) {
	d, err := w.stores(ctx, scope)
	if err != nil {
		return nil, err
	}
	zones := make(map[retail.StoreID]*time.Location, len(d.byID))
	for id, s := range d.byID {
		zones[id] = s.zone
	}
	return zones, nil
}

// months asks an embedded query month by month, the newest first.
func (w *Warehouse) months(ctx context.Context, scope retail.Scope, name string, first, last retail.Day,
	each func(arrow.Record) error) error {
	if scope.Empty() {
		return nil
	}
	for to := last; to >= first; to -= pastDays {
		from := max(first, to-pastDays+1)
		err := w.past(ctx, scope, name, clickhouse.Params{"first": from.String(), "last": to.String()}, each)
		if errors.Is(err, ErrEnough) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// past runs an embedded query and hands its batches over.
func (w *Warehouse) past(ctx context.Context, scope retail.Scope, name string, params clickhouse.Params,
	each func(arrow.Record) error) error {
	all := clickhouse.Params{"everywhere": fmt.Sprint(scope.All()), "scope": idList(scope.Stores())}
	maps.Copy(all, params)
	ctx, cancel := context.WithTimeout(ctx, w.cfg.Timeout)
	defer cancel()
	err := w.db.Arrow(ctx, w.sql[name], all, each)
	if err != nil && !errors.Is(err, ErrEnough) {
		return fmt.Errorf("cannot read %s: %w", name, err)
	}
	return err
}

// numbers reads the columns of a batch and keeps the first error.
type numbers struct {
	batch arrow.Record
	err   error
}

func (n *numbers) column(name string) arrow.Array {
	at := n.batch.Schema().FieldIndices(name)
	if len(at) != 1 {
		panic("BUG: the query has no column " + name)
	}
	c := n.batch.Column(at[0])
	if c.NullN() > 0 {
		n.err = fmt.Errorf("cannot read column %s: it has nulls", name)
	}
	return c
}

// of lends the numbers of a column, without a copy.
func (n *numbers) of(name string) []int64 {
	c, ok := n.column(name).(*array.Int64)
	if !ok {
		n.err = fmt.Errorf("cannot read column %s: it is %s", name, n.column(name).DataType())
		return nil
	}
	return c.Int64Values()
}

// floats lends the numbers of a column, without a copy.
func (n *numbers) floats(name string) []float64 {
	c, ok := n.column(name).(*array.Float64)
	if !ok {
		n.err = fmt.Errorf("cannot read column %s: it is %s", name, n.column(name).DataType())
		return nil
	}
	return c.Float64Values()
}

// texts copies the texts of a column.
func (n *numbers) texts(name string) []string {
	column := n.column(name)
	texts := make([]string, column.Len())
	for i := range texts {
		switch c := column.(type) {
		case *array.String:
			texts[i] = string([]byte(c.Value(i)))
		case *array.Binary:
			texts[i] = string(c.Value(i))
		default:
			n.err = fmt.Errorf("cannot read column %s: it is %s", name, column.DataType())
		}
	}
	return texts
}
