package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// translation turns one request or row from codes into ids, and gathers what is wrong with it.
type translation struct {
	look catalogue.Lookup
	who  *staff.Principal
	spot spot
	// faults are what is wrong; status is 403 when one of them is a matter of rights, else 422.
	faults []wire.Fault
	status int
	// outage is set when something could not be looked up; then nothing else counts.
	outage *wire.Problem
	// pricing is where orders are priced; nil for what has no prices.
	pricing *pricer
	// unsound says that something is wrong beside prices and shelves.
	unsound bool
}

func (t *translation) fault(status int, path string, v any, reason string) {
	t.faults = append(t.faults, wire.Fault{Location: t.spot.at(path), Value: value(v), Reason: reason})
	if t.status != http.StatusForbidden {
		t.status = status
	}
}

// problem returns what is wrong, or nil.
func (t *translation) problem() *wire.Problem {
	switch {
	case t.outage != nil:
		return t.outage
	case len(t.faults) == 0:
		return nil
	case t.status == http.StatusForbidden:
		return forbidden("", t.faults...)
	}
	return invalid(t.faults...)
}

// store finds a store that the principal acts for. Whoever is bound to stores learns nothing about the
// others, not even whether they exist.
func (t *translation) store(path, code string) retail.StoreID {
	id, _, known := t.look.Store(code)
	switch {
	case known && t.who.Serves(id):
		return id
	case t.who.Role == staff.Storefront || t.who.Scope.All():
		t.fault(http.StatusUnprocessableEntity, path, code, "is not a known store")
	default:
		t.fault(http.StatusForbidden, path, code, "is not one of your stores")
	}
	return 0
}

// openStore is store for what only an active store does.
func (t *translation) openStore(path, code string) retail.StoreID {
	id := t.store(path, code)
	if id == 0 {
		return 0
	}
	if s, ok := t.look.StoreByID(id); ok && !s.Active {
		t.fault(http.StatusUnprocessableEntity, path, code, "is a store that no longer trades")
	}
	return id
}

func (t *translation) member(path, code string) retail.MemberID {
	if code == "" {
		return 0
	}
	id, known := t.look.Member(code)
	if !known || strings.HasPrefix(code, member.PseudonymPrefix) {
		t.fault(http.StatusUnprocessableEntity, path, code, "is not a known member")
	}
	return id
}

// sku finds a SKU; nil after a fault.
func (t *translation) sku(path, code string) *retail.SKU {
	if id, known := t.look.SKU(code); known {
		if s, ok := t.look.SKUByID(id); ok {
			return s
		}
	}
	t.fault(http.StatusUnprocessableEntity, path, code, "is not a known SKU")
	return nil
}

// codes gathers the codes of requests, so that a bulk of them costs one query a kind at most.
type codes struct{ catalogue.Codes }

func (c *codes) add(store, member string) {
	if n := len(c.Stores); store != "" && (n == 0 || c.Stores[n-1] != store) {
		c.Stores = append(c.Stores, store)
	}
	if member != "" {
		c.Members = append(c.Members, member)
	}
}

func (c *codes) sku(code string) {
	if code != "" {
		c.SKUs = append(c.SKUs, code)
	}
}

// prefetch makes the codes known, or says that nothing can be known now.
func (a *API) prefetch(ctx context.Context, c *codes) *wire.Problem {
	if err := a.cfg.Lookup.Prefetch(ctx, c.Codes); err != nil {
		return a.outage(err, true)
	}
	return nil
}
