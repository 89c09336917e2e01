package role

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/dispatch"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/retail"
)

// newDispatch returns the desk that chooses stores.
func newDispatch(db *postgres.DB, intake *order.Writers, directory *catalogue.Directory, seals *vault.Vault,
	promotions spans, log *slog.Logger) *dispatch.Desk {
	return dispatch.New(dispatch.Config{Book: db.Routing(), Intake: intake, Orders: db.Orders(),
		Stores: db.Catalogue(), Catalogue: directory, Vault: seals, Sells: sells(directory),
		Price: ownPrice(directory), Log: log,
		Spread: func() bool { return promotions.hold(time.Now()) }})
}

// Dispatch says how the chain chooses stores.
type Dispatch struct {
	SpreadDuring []string `help:"Promotions in which the load of stores counts more than their distance: FROM/UNTIL in RFC 3339, such as 2026-11-10T16:00:00Z/2026-11-11T16:00:00Z." env:"TILLSTREAM_SPREAD_DURING" placeholder:"FROM/UNTIL"`
}

// span is a time from and until an instant.
type span struct{ from, until time.Time }

type spans []span

func (s spans) hold(now time.Time) bool {
	for _, p := range s {
		if !now.Before(p.from) && now.Before(p.until) {
			return true
		}
	}
	return false
}

// promotions reads the times of the promotions.
func (d *Dispatch) promotions() (spans, error) {
	var all spans
	for _, text := range d.SpreadDuring {
		from, until, _ := strings.Cut(text, "/")
		var p span
		var err1, err2 error
		p.from, err1 = time.Parse(time.RFC3339, from)
		p.until, err2 = time.Parse(time.RFC3339, until)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("cannot read the promotion %q, want FROM/UNTIL: %w", text, err)
		}
		if !p.from.Before(p.until) {
			return nil, fmt.Errorf("cannot read the promotion %q: it ends before it begins", text)
		}
		all = append(all, p)
	}
	return all, nil
}

// ownPrice tells what a store asks for a SKU now, where it has a price of its own.
func ownPrice(d *catalogue.Directory) func(retail.StoreID, retail.SKUID) (retail.Money, bool) {
	return func(store retail.StoreID, sku retail.SKUID) (retail.Money, bool) {
		found, ok := d.Assortment(store)
		if !ok {
			return 0, false
		}
		own, listed := found.At(sku, time.Now())
		return own.Price, listed && own.Listed && own.Priced
	}
}

// sells tells whether a store sells a SKU now, as far as the directory knows.
func sells(d *catalogue.Directory) func(retail.StoreID, retail.SKUID) bool {
	return func(store retail.StoreID, sku retail.SKUID) bool {
		found, ok := d.Assortment(store)
		if !ok || found.Empty() {
			return true
		}
		own, listed := found.At(sku, time.Now())
		return !listed || own.Listed
	}
}
