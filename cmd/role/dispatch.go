package role

import (
	"log/slog"
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
	log *slog.Logger) *dispatch.Desk {
	return dispatch.New(dispatch.Config{Book: db.Routing(), Intake: intake, Orders: db.Orders(),
		Stores: db.Catalogue(), Catalogue: directory, Vault: seals, Sells: sells(directory), Log: log})
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
