package train

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
)

// Past is where the past is read: a warehouse.Warehouse.
type Past interface {
	// Traded returns the first and the last business day with sales.
	Traded(context.Context, retail.Scope) (first, last retail.Day, ok bool, err error)
	// Purchases and Acts hand columns over, the newest month first.
	Purchases(ctx context.Context, scope retail.Scope, first, last retail.Day,
		each func(warehouse.Purchases) error) error
	Acts(ctx context.Context, scope retail.Scope, first, last retail.Day,
		each func(warehouse.Acts) error) error
	Returns(ctx context.Context, scope retail.Scope, first, last retail.Day,
		each func(warehouse.Returns) error) error
	Goods(ctx context.Context, each func(warehouse.Goods) error) error
	Zones(context.Context, retail.Scope) (map[retail.StoreID]*time.Location, error)
}

// Read gathers what the stores in scope sold and showed.
func Read(ctx context.Context, past Past, scope retail.Scope, cfg Config) (*Data, error) {
	cfg, err := cfg.orDefault()
	if err != nil {
		return nil, err
	}
	first, last, ok, err := past.Traded(ctx, scope)
	if err != nil {
		return nil, fmt.Errorf("cannot read the past: %w", err)
	}
	if !ok {
		return nil, ErrEmpty
	}
	if cfg.Days > 0 {
		first = max(first, last-retail.Day(cfg.Days)+1)
	}
	return read(ctx, past, reading{cfg: cfg, scope: scope, first: first, last: last})
}

// read gathers what a reading wants, in addition to what it has gathered.
func read(ctx context.Context, past Past, r reading) (*Data, error) {
	for _, part := range []func(context.Context, Past) error{r.goods, r.purchases, r.returns, r.acts} {
		if err := part(ctx, past); err != nil {
			return nil, fmt.Errorf("cannot read the past: %w", err)
		}
	}
	d := r.gather.Data()
	if d.baskets() == 0 {
		return nil, ErrEmpty
	}
	d.First, d.Last, d.Truncated = r.first, r.last, r.truncated
	zones, err := past.Zones(ctx, r.scope)
	if err != nil {
		return nil, fmt.Errorf("cannot read the stores: %w", err)
	}
	for id, zone := range zones {
		_, seconds := time.Unix(d.newest(), 0).In(zone).Zone()
		d.Offset[int32(id)] = int32(seconds)
	}
	return d, nil
}

// reading is one Read.
type reading struct {
	cfg         Config
	scope       retail.Scope
	first, last retail.Day
	// clicksFrom leaves out clicks before a time, which a business day cannot: a visit has no time zone.
	clicksFrom int64
	gather     Gather
	truncated  bool
	// lines and clicks are what this reading has read, beside what was known before.
	lines, clicks int
}

func (r *reading) purchases(ctx context.Context, past Past) error {
	return past.Purchases(ctx, r.scope, r.first, r.last, func(p warehouse.Purchases) error {
		for i, member := range p.Member {
			r.gather.Buy(history.Line{User: member, Item: p.SKU[i], Basket: p.Order[i], Time: p.At[i],
				Store: int32(p.Store[i]), Qty: float32(p.Qty[i])})
		}
		r.lines += len(p.Member)
		return r.enough("purchases", r.lines)
	})
}

func (r *reading) returns(ctx context.Context, past Past) error {
	faults, err := outfit.NewFaults()
	if err != nil {
		return err
	}
	return past.Returns(ctx, r.scope, r.first, r.last, func(back warehouse.Returns) error {
		for i, member := range back.Member {
			r.gather.BringBack(Return{member, back.SKU[i], back.At[i], faults.Read(back.Reason[i])})
		}
		return nil
	})
}

func (r *reading) acts(ctx context.Context, past Past) error {
	return past.Acts(ctx, r.scope, r.first-1, r.last, func(a warehouse.Acts) error {
		for i, session := range a.Session {
			if a.AtUS[i]/1e6 < r.clicksFrom {
				continue
			}
			r.gather.Look(history.Click{Session: session, Item: a.SKU[i], Time: a.AtUS[i] / 1e6,
				Pos: a.AtUS[i] % 1e6})
			r.clicks++
		}
		return r.enough("visits", r.clicks)
	})
}

func (r *reading) goods(ctx context.Context, past Past) error {
	return past.Goods(ctx, func(g warehouse.Goods) error {
		for i, sku := range g.SKU {
			r.gather.Describe(Good{SKU: sku, Category: g.Category[i], PriceFen: g.PriceFen[i],
				Brand: g.Brand[i], Gone: g.Active[i] == 0, Style: g.Style[i], Colour: g.Colour[i],
				Season: g.Season[i], Size: g.Size[i], SizeSystem: g.SizeSystem[i],
				SizeOrder: int32(g.SizeOrder[i]), Tags: tagsOf(g.Tags[i]), Department: g.CategoryCode[i],
				Names: []string{g.CategoryName[i], g.CategoryNameEN[i], g.Name[i], g.NameEN[i]}})
		}
		return nil
	})
}

// tagsOf separates tags.
func tagsOf(tags string) []string {
	return strings.FieldsFunc(tags, func(r rune) bool { return r == ',' })
}

func (r *reading) enough(what string, n int) error {
	r.cfg.Progress("", "reading "+what, n, 0)
	if n < r.cfg.MaxLines {
		return nil
	}
	r.truncated = true
	return warehouse.ErrEnough
}
