package catalogue

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// DirectoryConfig says what a Directory reads and holds.
type DirectoryConfig struct {
	// Source is where it reads. Required.
	Source Source
	// Editor makes the changes that pass through this instance. nil for a directory that only reads.
	Editor Editor
	// Shelves keeps what stores sell. nil for a directory that only reads.
	Shelves Shelves
	// MaxStores, MaxSKUs and MaxMembers bound what is held. Defaults 100,000, 500,000 and 500,000 rows
	// of some 300 bytes.
	MaxStores, MaxSKUs, MaxMembers int
	// Now is the clock. Default time.Now.
	Now func() time.Time
	// Log takes what an operator should know. Default none.
	Log *slog.Logger
}

// Directory is a Lookup that follows the changes of all instances, and an Editor whose own changes it
// holds at once.
type Directory struct {
	cfg     DirectoryConfig
	stores  table[Store]
	skus    table[retail.SKU]
	members table[retail.Member]
	// assortments holds what stores do with SKUs, by store.
	assortments table[Assortment]
	cancel      context.CancelFunc
	done        chan struct{}
	roll        roll
}

// Open starts a directory. It fills as it is asked; Close ends it.
func Open(cfg DirectoryConfig) *Directory {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	src := cfg.Source
	d := &Directory{cfg: cfg, done: make(chan struct{})}
	d.stores = table[Store]{
		limit: orDefault(cfg.MaxStores, 100_000), now: cfg.Now,
		code: func(s *Store) string { return s.Code }, id: func(s *Store) int64 { return int64(s.ID) },
		byCodes: func(ctx context.Context, codes []string) ([]Store, error) {
			return zoned(src.StoresByCode(ctx, codes))
		},
		byIDs: func(ctx context.Context, ids []int64) ([]Store, error) {
			return zoned(src.StoresByID(ctx, ids))
		},
	}
	d.skus = table[retail.SKU]{
		limit: orDefault(cfg.MaxSKUs, 500_000), now: cfg.Now,
		code:    func(s *retail.SKU) string { return s.Code },
		id:      func(s *retail.SKU) int64 { return int64(s.ID) },
		byCodes: src.SKUsByCode, byIDs: src.SKUsByID,
	}
	d.members = table[retail.Member]{
		limit: orDefault(cfg.MaxMembers, 500_000), now: cfg.Now,
		code:    func(m *retail.Member) string { return m.Code },
		id:      func(m *retail.Member) int64 { return int64(m.ID) },
		byCodes: src.MembersByCode, byIDs: src.MembersByID,
	}
	d.stores.open()
	d.skus.open()
	d.members.open()
	d.openAssortments()
	ctx, cancel := context.WithCancel(context.Background())
	d.cancel = cancel
	go d.follow(ctx)
	return d
}

// Close stops following changes.
func (d *Directory) Close() {
	d.cancel()
	<-d.done
}

func orDefault(v, d int) int {
	if v > 0 {
		return v
	}
	return d
}

// zoned loads the zones of stores. A store whose zone does not load cannot have been put.
func zoned(stores []retail.Store, err error) ([]Store, error) {
	out := make([]Store, 0, len(stores))
	for _, s := range stores {
		zone, zoneErr := Zone(s.TimeZone)
		if zoneErr != nil {
			return nil, zoneErr
		}
		out = append(out, Store{Store: s, Zone: zone})
	}
	return out, err
}

// follow listens for changes, and begins again when the connection is lost.
func (d *Directory) follow(ctx context.Context) {
	defer close(d.done)
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := d.cfg.Source.Changes(ctx, func(c Change) {
			d.Forget(c)
			pause = 100 * time.Millisecond
		})
		if ctx.Err() != nil {
			return
		}
		d.cfg.Log.Warn("the catalogue's changes of other instances are late", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// Forget implements Lookup.
func (d *Directory) Forget(c Change) {
	switch c.Kind {
	case "stores":
		d.stores.forget(c.IDs)
		d.roll.forget()
	case "products":
		d.skus.forget(c.IDs)
	case "members":
		d.members.forget(c.IDs)
	case "listings":
		d.assortments.forget(c.IDs)
	case "staff", "experiments": // neither is kept here
	default:
		d.stores.forget(nil)
		d.roll.forget()
		d.skus.forget(nil)
		d.members.forget(nil)
		d.assortments.forget(nil)
	}
}

// Store implements Lookup.
func (d *Directory) Store(code string) (retail.StoreID, *time.Location, bool) {
	s, ok := d.stores.find(code)
	if !ok {
		return 0, nil, false
	}
	return s.ID, s.Zone, true
}

// SKU implements Lookup.
func (d *Directory) SKU(code string) (retail.SKUID, bool) {
	s, ok := d.skus.find(code)
	if !ok {
		return 0, false
	}
	return s.ID, true
}

// Member implements Lookup.
func (d *Directory) Member(code string) (retail.MemberID, bool) {
	m, ok := d.members.find(code)
	if !ok {
		return 0, false
	}
	return m.ID, true
}

// StoreByID implements Lookup.
func (d *Directory) StoreByID(id retail.StoreID) (*Store, bool) { return d.stores.findID(int64(id)) }

// SKUByID implements Lookup.
func (d *Directory) SKUByID(id retail.SKUID) (*retail.SKU, bool) { return d.skus.findID(int64(id)) }

// MemberByID implements Lookup.
func (d *Directory) MemberByID(id retail.MemberID) (*retail.Member, bool) {
	return d.members.findID(int64(id))
}

// Down implements Lookup.
func (d *Directory) Down(kind Kind) bool {
	switch kind {
	case OfStores:
		return d.stores.down.Load()
	case OfSKUs:
		return d.skus.down.Load()
	case OfMembers:
		return d.members.down.Load()
	case OfListings:
		return d.assortments.down.Load()
	}
	panic("BUG: a directory has no rows of kind " + strconv.Itoa(int(kind)))
}

// Prefetch implements Lookup.
func (d *Directory) Prefetch(ctx context.Context, codes Codes) error {
	if _, err := d.stores.fetch(ctx, d.stores.missing(codes.Stores)); err != nil {
		return err
	}
	if err := d.fetchAssortments(ctx, codes.Stores); err != nil {
		return err
	}
	if _, err := d.skus.fetch(ctx, d.skus.missing(codes.SKUs)); err != nil {
		return err
	}
	_, err := d.members.fetch(ctx, d.members.missing(codes.Members))
	return err
}
