package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/routing"
	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/retail"
)

// Placed is what became of an order without a store.
type Placed struct {
	Group    retail.OrderID
	Orders   []Member
	Replayed bool
}

// Place finds stores for an order that names none, and places it there. serves tells which stores the
// principal may use.
func (d *Desk) Place(ctx context.Context, r order.Request, to Delivery,
	serves func(retail.StoreID) bool) (*Placed, error) {
	lines := wanted(r.Lines)
	if len(lines) == 0 {
		return nil, &order.Invalid{Line: -1, Field: "lines", Reason: "no goods need a store"}
	}
	if r.Key == (order.Key{}) {
		r.Key = order.RandomKey()
	}
	owner, sealed, err := d.seal(ctx, r.Member, to)
	if err != nil {
		return nil, err
	}
	candidates, err := d.candidates(ctx, serves, lines)
	if err != nil {
		return nil, err
	}
	hash := order.HashRequest(&r)
	for attempt := 1; ; attempt++ {
		decision := routing.Decide(d.cfg.Rules, &routing.Request{Lines: lines,
			Destination: to.Destination, Fulfilment: r.Fulfilment, At: d.cfg.Now(),
			Spread: d.cfg.Spread(), Candidates: candidates})
		if len(decision.Assignments) == 0 {
			return d.unserved(ctx, r.Key, hash, decision)
		}
		text, err := encode(&decision)
		if err != nil {
			return nil, err
		}
		parts := d.split(&r, &decision)
		for i := range parts {
			parts[i].Routed = &order.Routed{Hash: hash, Decision: text, Owner: owner.ID,
				OwnerKind: int16(owner.Kind), Delivery: sealed, Candidates: int32(len(candidates)),
				Distance: distance(&decision, parts[i].Store)}
		}
		results := d.cfg.Intake.PlaceAll(ctx, parts)
		var short *order.Short
		switch err := results[0].Err; {
		case err == nil:
			return d.placed(ctx, parts, results)
		case errors.As(err, &short) && attempt < d.cfg.Attempts:
			correct(candidates, short)
		default:
			return nil, err
		}
	}
}

// unserved answers an order that nobody can serve, unless it was served before under its key: then it may
// have taken the very goods that are missing now.
func (d *Desk) unserved(ctx context.Context, key order.Key, hash int64, decision routing.Decision) (
	*Placed, error) {
	before, found, err := d.cfg.Book.ByKey(ctx, key)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, &Unserved{decision}
	case before.Hash != hash:
		return nil, order.ErrKeyReused
	}
	return d.placed(ctx, nil, []order.Result{{ID: before.ID, Replayed: true}})
}

// placed lists the orders of the cart, as they stand.
func (d *Desk) placed(ctx context.Context, parts []order.Request, results []order.Result) (*Placed, error) {
	p := &Placed{Group: results[0].ID, Replayed: results[0].Replayed}
	if p.Replayed {
		var err error
		p.Orders, err = d.cfg.Book.Group(ctx, p.Group)
		return p, err
	}
	for i, r := range results {
		p.Orders = append(p.Orders, Member{Order: r.ID, Store: parts[i].Store, State: r.State,
			Gross: r.Gross, Discount: r.Discount})
	}
	return p, nil
}

// wanted lists the goods of an order; lines without goods keep their place.
func wanted(lines []order.Line) []routing.Line {
	out := make([]routing.Line, len(lines))
	goods := false
	for i := range lines {
		if lines[i].Kind <= retail.Sale && lines[i].Qty > 0 {
			out[i] = routing.Line{SKU: lines[i].SKU, Qty: lines[i].Qty}
			goods = true
		}
	}
	if !goods {
		return nil
	}
	return out
}

// correct takes over what the intake said about stock.
func correct(candidates []routing.Candidate, short *order.Short) {
	for i := range candidates {
		if c := &candidates[i]; c.Store == short.Store {
			c.Available[short.SKU] = min(short.Available, max(0, c.Available[short.SKU]-1))
		}
	}
}

// split makes one request for each store. Lines that move no goods go to the first.
func (d *Desk) split(r *order.Request, decision *routing.Decision) []order.Request {
	given := make([]order.Line, len(r.Lines)) // what was given to stores so far
	parts := make([]order.Request, len(decision.Assignments))
	for n, a := range decision.Assignments {
		part := *r
		part.Store, part.Lines = a.Store, nil
		if n > 0 {
			part.Key = order.NewKey(string(r.Key[:]), "part", uint64(n))
		}
		for _, piece := range a.Pieces {
			l := cut(&r.Lines[piece.Line], &given[piece.Line], piece.Qty)
			if !r.Paid {
				d.reprice(a.Store, &l)
			}
			part.Lines = append(part.Lines, l)
		}
		parts[n] = part
	}
	for i := range r.Lines {
		if l := &r.Lines[i]; l.Kind > retail.Sale || l.Qty <= 0 {
			parts[0].Lines = append(parts[0].Lines, *l)
		}
	}
	return parts
}

// cut takes a part of a line with its share of the amounts. The last part takes what is left, so that the
// parts add up to the fen.
func cut(l, given *order.Line, qty int32) order.Line {
	part := *l
	part.Qty = qty
	given.Qty += qty
	share := func(whole retail.Money, taken *retail.Money) retail.Money {
		upTo := retail.Money(int64(whole) * int64(given.Qty) / int64(l.Qty)) // 10¹² × 10⁵ fits
		out := upTo - *taken
		*taken = upTo
		return out
	}
	part.Gross = share(l.Gross, &given.Gross)
	part.Discount = min(part.Gross, share(l.Discount, &given.Discount))
	part.CouponDiscount = min(part.Discount, share(l.CouponDiscount, &given.CouponDiscount))
	return part
}

// reprice gives a line the price of the store that serves it. A line for which the caller named a price keeps
// that, and so does everything that is paid already: its money was taken before a store was chosen. A sum
// beyond what money can hold keeps the chain's price, which the intake has to judge.
func (d *Desk) reprice(store retail.StoreID, l *order.Line) {
	if d.cfg.Price == nil || !l.Listed || l.Kind > retail.Sale {
		return
	}
	price, own := d.cfg.Price(store, l.SKU)
	gross, err := price.Times(int64(l.Qty))
	if !own || err != nil {
		return
	}
	l.List, l.Own, l.UnitPrice, l.Gross = price, true, price, gross
	l.Discount = min(l.Discount, gross)
	l.CouponDiscount = min(l.CouponDiscount, l.Discount)
}

func distance(decision *routing.Decision, store retail.StoreID) int32 {
	for _, v := range decision.Verdicts {
		if v.Store == store {
			return int32(min(v.DistanceMetres, math.MaxInt32))
		}
	}
	return 0
}

// seal keeps where the goods go under the member's key. A customer who is no member gets a key of its own,
// by a number that no order has.
func (d *Desk) seal(ctx context.Context, member retail.MemberID, to Delivery) (vault.Owner, []byte, error) {
	owner := vault.Member(member)
	if member == 0 {
		owner = vault.Order(retail.OrderID(-1 - rand.Int64N(math.MaxInt64)))
	}
	if to == (Delivery{}) || d.cfg.Vault == nil {
		return owner, nil, nil
	}
	plain, err := json.Marshal(to)
	if err != nil {
		return owner, nil, fmt.Errorf("cannot write a destination: %w", err)
	}
	sealed, err := d.cfg.Vault.Seal(ctx, owner, field, plain)
	return owner, sealed, err
}
