package role

import (
	"context"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/experiment"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// snapshotter tells the relay the present state of the chain when a gap may have swallowed changes:
// every store, category, style, SKU, listing, merchandising rule and experiment, and every stock level as a
// change that moves nothing.
type snapshotter struct{ db *postgres.DB }

const (
	snapshotPage = 1_000
	// snapshotChanges bounds the levels of one event.
	snapshotChanges = 500
)

// Snapshot emits the state. Versions settle races with changes made meanwhile.
func (s snapshotter) Snapshot(ctx context.Context, _ cdc.Gap, emit func(event.Frame) error) error {
	zones, err := s.stores(ctx, emit)
	if err != nil {
		return fmt.Errorf("cannot snapshot the stores: %w", err)
	}
	if err := s.families(ctx, emit); err != nil {
		return fmt.Errorf("cannot snapshot categories and styles: %w", err)
	}
	if err := s.products(ctx, emit); err != nil {
		return fmt.Errorf("cannot snapshot the goods: %w", err)
	}
	if err := s.listings(ctx, zones, emit); err != nil {
		return fmt.Errorf("cannot snapshot the listings: %w", err)
	}
	if err := s.rules(ctx, emit); err != nil {
		return fmt.Errorf("cannot snapshot the merchandising rules: %w", err)
	}
	if err := s.experiments(ctx, emit); err != nil {
		return fmt.Errorf("cannot snapshot the experiments: %w", err)
	}
	if err := s.levels(ctx, zones, emit); err != nil {
		return fmt.Errorf("cannot snapshot the stock: %w", err)
	}
	return nil
}

func (s snapshotter) stores(ctx context.Context, emit func(event.Frame) error) (
	map[retail.StoreID]*time.Location, error) {
	zones := map[retail.StoreID]*time.Location{}
	for after := ""; ; {
		page, err := s.db.Catalogue().Stores(ctx, retail.HQScope(), after, snapshotPage)
		if err != nil {
			return nil, err
		}
		var packet []byte
		for i := range page {
			if zones[page[i].ID], err = time.LoadLocation(page[i].TimeZone); err != nil {
				return nil, fmt.Errorf("store %s: %w", page[i].Code, err)
			}
			if packet, err = catalogue.AppendStore(packet, &page[i]); err != nil {
				return nil, err
			}
			after = page[i].Code
		}
		if err := emitAll(packet, emit); err != nil || len(page) < snapshotPage {
			return zones, err
		}
	}
}

// families tells of the categories and the styles.
func (s snapshotter) families(ctx context.Context, emit func(event.Frame) error) error {
	var all []retail.Category
	ids := map[string]retail.CategoryID{}
	for after := ""; ; after = all[len(all)-1].Code {
		page, err := s.db.Catalogue().Categories(ctx, "", after, snapshotPage)
		if err != nil {
			return err
		}
		for i := range page {
			ids[page[i].Code] = page[i].ID
		}
		if all = append(all, page...); len(page) < snapshotPage {
			break
		}
	}
	var packet []byte
	for i := range all {
		var err error
		if packet, err = catalogue.AppendCategory(packet, &all[i], ids[all[i].Parent]); err != nil {
			return err
		}
	}
	for after := ""; ; {
		page, err := s.db.Catalogue().Styles(ctx, catalogue.Filter{}, after, snapshotPage)
		if err != nil {
			return err
		}
		for i := range page {
			if packet, err = catalogue.AppendStyle(packet, &page[i]); err != nil {
				return err
			}
			after = page[i].Code
		}
		if err := emitAll(packet, emit); err != nil || len(page) < snapshotPage {
			return err
		}
		packet = packet[:0]
	}
}

func (s snapshotter) products(ctx context.Context, emit func(event.Frame) error) error {
	for after := ""; ; {
		page, err := s.db.Catalogue().Products(ctx, catalogue.Filter{}, after, snapshotPage)
		if err != nil {
			return err
		}
		var packet []byte
		for i := range page {
			if packet, err = catalogue.AppendSKU(packet, &page[i]); err != nil {
				return err
			}
			after = page[i].Code
		}
		if err := emitAll(packet, emit); err != nil || len(page) < snapshotPage {
			return err
		}
	}
}

// listings tells of what stores sell at prices of their own, or not at all, store by store.
func (s snapshotter) listings(ctx context.Context, zones map[retail.StoreID]*time.Location,
	emit func(event.Frame) error) error {
	for store := range zones {
		found, err := s.db.Catalogue().AssortmentsByStore(ctx, []int64{int64(store)})
		if err != nil {
			return err
		}
		var packet []byte
		for _, l := range found[0].Listings() {
			if packet, err = catalogue.AppendListing(packet, &l); err != nil {
				return err
			}
		}
		if err := emitAll(packet, emit); err != nil {
			return err
		}
	}
	return nil
}

// rules tells of the merchandising rules that have not ended.
func (s snapshotter) rules(ctx context.Context, emit func(event.Frame) error) error {
	found, err := readRules(s.db.Catalogue())(ctx)
	if err != nil {
		return err
	}
	var packet []byte
	for i := range found {
		if packet, err = catalogue.AppendRule(packet, &found[i]); err != nil {
			return err
		}
	}
	return emitAll(packet, emit)
}

// experiments tells of the experiments with recommendations.
func (s snapshotter) experiments(ctx context.Context, emit func(event.Frame) error) error {
	for after := ""; ; {
		page, err := s.db.Experiments().Experiments(ctx, after, snapshotPage)
		if err != nil {
			return err
		}
		var packet []byte
		for i := range page {
			if packet, err = experiment.Append(packet, &page[i]); err != nil {
				return err
			}
			after = page[i].Name
		}
		if err := emitAll(packet, emit); err != nil || len(page) < snapshotPage {
			return err
		}
	}
}

func emitAll(packet []byte, emit func(event.Frame) error) error {
	for frame, err := range event.Frames(packet) {
		if err != nil {
			return err
		}
		if err := emit(frame); err != nil {
			return err
		}
	}
	return nil
}

func (s snapshotter) levels(ctx context.Context, zones map[retail.StoreID]*time.Location,
	emit func(event.Frame) error) error {
	now := time.Now()
	moved := &event.StockMoved{}
	flush := func() error {
		if len(moved.Changes) == 0 {
			return nil
		}
		wire, err := event.Append(nil, moved)
		if err != nil {
			return err
		}
		moved.Changes = moved.Changes[:0]
		return emit(event.Frame{Kind: event.KindStockMoved, Key: int64(moved.StoreId), Wire: wire})
	}
	err := s.db.Stock().Snapshot(ctx, func(l retail.StockLevel) error {
		if int32(l.Store) != moved.StoreId || len(moved.Changes) >= snapshotChanges {
			if err := flush(); err != nil {
				return err
			}
			moved.StoreId = int32(l.Store)
		}
		zone := zones[l.Store]
		if zone == nil {
			zone = time.UTC
		}
		moved.Changes = append(moved.Changes, &event.StockChange{SkuId: int64(l.SKU),
			Kind:   event.StockMoveKind_STOCK_MOVE_KIND_ADJUST,
			OnHand: l.OnHand, Reserved: l.Reserved, Version: l.Version,
			MovedAt: event.At(now, zone), Reason: "snapshot"})
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}
