package dispatch

import (
	"context"
	"errors"

	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/retail"
)

// ErrNoDelivery says that nobody knows where the goods of an order go, or not any more.
var ErrNoDelivery = errors.New("nobody knows where the goods of the order go")

// Sealed is where the goods of an order go, as it is kept.
type Sealed struct {
	OwnerKind int16
	Owner     int64
	Delivery  []byte
}

// Keep keeps where the goods of an order go that named its store. Keeping it again is harmless.
func (d *Desk) Keep(ctx context.Context, id retail.OrderID, store retail.StoreID, member retail.MemberID,
	to Delivery) error {
	owner, sealed, err := d.seal(ctx, member, to)
	if err != nil || len(sealed) == 0 {
		return err
	}
	return d.cfg.Book.Keep(ctx, id, store, Sealed{OwnerKind: int16(owner.Kind), Owner: owner.ID,
		Delivery: sealed})
}

// Where opens where the goods of an order go, for whoever carries them. It is ErrNoDelivery for an order that
// came without, and once the customer was erased.
func (d *Desk) Where(ctx context.Context, id retail.OrderID) (Delivery, error) {
	s, err := d.cfg.Book.Sealed(ctx, id)
	if err != nil {
		return Delivery{}, err
	}
	to, err := d.open(ctx, &Record{Order: id, OwnerKind: s.OwnerKind, Owner: s.Owner, Delivery: s.Delivery})
	if errors.Is(err, vault.ErrErased) || err == nil && to == (Delivery{}) {
		return to, ErrNoDelivery
	}
	return to, err
}

// Store finds a store that trades.
func (d *Desk) Store(ctx context.Context, id retail.StoreID) (retail.Store, bool, error) {
	all, err := d.activeStores(ctx)
	for i := range all {
		if all[i].ID == id {
			return all[i], true, nil
		}
	}
	return retail.Store{}, false, err
}
