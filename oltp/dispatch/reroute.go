package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/overdue"
	"github.com/tillstream/tillstream/oltp/routing"
	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/retail"
)

// Reroute implements overdue.Router.
func (d *Desk) Reroute(ctx context.Context, id retail.OrderID, reason string) error {
	_, err := d.cfg.Book.Decision(ctx, retail.HQScope(), id)
	if errors.Is(err, ErrNotRouted) {
		return overdue.ErrStays
	}
	if err != nil {
		return err
	}
	_, err = d.move(ctx, id, reason, "")
	return err
}

// Decline takes an order away from a store that will not serve it, for a reason in the store's own words.
// Another store gets it; if none can serve it, or the customer had chosen the store, it is cancelled and
// what was paid goes back. The result is the order that replaces it, or the order itself.
func (d *Desk) Decline(ctx context.Context, id retail.OrderID, words string) (order.Result, error) {
	return d.move(ctx, id, order.ReasonDeclined, words)
}

func (d *Desk) move(ctx context.Context, id retail.OrderID, reason, words string) (order.Result, error) {
	v, err := d.cfg.Orders.Order(ctx, retail.HQScope(), id)
	if err != nil {
		return order.Result{}, err
	}
	m := order.Move{Order: id, Reason: reason, Words: words}
	record, err := d.cfg.Book.Decision(ctx, retail.HQScope(), id)
	if errors.Is(err, ErrNotRouted) {
		return d.nobody(ctx, m)
	}
	if err != nil {
		return order.Result{}, err
	}
	to, err := d.open(ctx, record)
	if err != nil {
		return order.Result{}, err
	}
	lines := left(v)
	for _, l := range lines {
		m.SKUs = append(m.SKUs, l.SKU)
	}
	candidates, err := d.others(ctx, record, lines)
	if err != nil {
		return order.Result{}, err
	}
	rules := d.cfg.Rules
	rules.MaxStores = 1
	for attempt := 1; attempt <= d.cfg.Attempts; attempt++ {
		decision := routing.Decide(rules, &routing.Request{Lines: lines, Destination: to.Destination,
			Fulfilment: v.Fulfilment, At: d.cfg.Now(), Spread: d.cfg.Spread(), Candidates: candidates})
		if len(decision.Assignments) == 0 {
			break
		}
		text, err := encode(&decision)
		if err != nil {
			return order.Result{}, err
		}
		m.To = decision.Assignments[0].Store
		m.Routed = &order.Routed{Group: record.Group, From: id, Decision: text, Owner: record.Owner,
			OwnerKind: record.OwnerKind, Delivery: record.Delivery, Candidates: int32(len(candidates)),
			Distance: distance(&decision, m.To)}
		res := d.cfg.Intake.Reroute(ctx, m)
		var short *order.Short
		if !errors.As(res.Err, &short) {
			return res, res.Err
		}
		correct(candidates, short)
	}
	m.To, m.Routed = 0, nil
	return d.nobody(ctx, m)
}

// Why returns the decision behind an order, and the orders of its cart at stores of the scope.
func (d *Desk) Why(ctx context.Context, scope retail.Scope, id retail.OrderID) (*Record, []Member, error) {
	record, err := d.cfg.Book.Decision(ctx, scope, id)
	if err != nil {
		return nil, nil, err
	}
	group, err := d.cfg.Book.Group(ctx, record.Group)
	group = slices.DeleteFunc(group, func(m Member) bool { return !scope.Sees(m.Store) })
	return record, group, err
}

func (d *Desk) nobody(ctx context.Context, m order.Move) (order.Result, error) {
	res := d.cfg.Intake.Reroute(ctx, m)
	return res, res.Err
}

// others are the candidates for an order that moves; stores that have declined the cart stay out.
func (d *Desk) others(ctx context.Context, record *Record, lines []routing.Line) (
	[]routing.Candidate, error) {
	group, err := d.cfg.Book.Group(ctx, record.Group)
	if err != nil {
		return nil, err
	}
	declined := map[retail.StoreID]bool{record.Store: true}
	for _, m := range group {
		declined[m.Store] = declined[m.Store] || m.Declined
	}
	out, err := d.candidates(ctx, func(retail.StoreID) bool { return true }, lines)
	for i := range out {
		out[i].Declined = declined[out[i].Store]
	}
	return out, err
}

// left is what is still to be served of an order.
func left(v *order.View) []routing.Line {
	var lines []routing.Line
	for i, l := range v.Lines {
		qty := l.Qty
		if i < len(v.Refunded) {
			qty -= v.Refunded[i].Qty
		}
		if l.Kind == retail.Sale && qty > 0 {
			lines = append(lines, routing.Line{SKU: l.SKU, Qty: qty})
		}
	}
	return lines
}

// open reads where the goods go. Of an erased customer nothing is known any more, so only ways that need no
// destination can be chosen.
func (d *Desk) open(ctx context.Context, r *Record) (Delivery, error) {
	var to Delivery
	if len(r.Delivery) == 0 || d.cfg.Vault == nil {
		return to, nil
	}
	owner := vault.Owner{Kind: vault.Kind(r.OwnerKind), ID: r.Owner}
	plain, err := d.cfg.Vault.Open(ctx, owner, field, r.Delivery)
	switch {
	case errors.Is(err, vault.ErrErased):
		return to, nil
	case err != nil:
		return to, err
	}
	if err := json.Unmarshal(plain, &to); err != nil {
		return to, fmt.Errorf("cannot read the destination of order %d: %w", r.Order, err)
	}
	return to, nil
}
