package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

// PutStores implements catalogue.Editor.
func (c *Catalogue) PutStores(ctx context.Context, rows []retail.Store) ([]catalogue.Result, error) {
	return c.mergeStores().run(ctx, c.db, rows)
}

// RehearseStores implements catalogue.Editor: it does what PutStores does and rolls it back.
func (c *Catalogue) RehearseStores(ctx context.Context, rows []retail.Store) ([]catalogue.Result, error) {
	m := c.mergeStores()
	m.rehearsed = true
	return m.run(ctx, c.db, rows)
}

func (c *Catalogue) mergeStores() merge[retail.Store] {
	return merge[retail.Store]{
		query: "put_stores", kind: "stores", byID: true,
		check: catalogue.CheckStore, code: func(r *retail.Store) string { return r.Code },
		parent:  func(r *retail.Store) string { return r.Region.Code },
		parents: "region_codes", parentField: "region",
		relate: c.ownRegions, args: storeColumns,
		changed: func(ctx context.Context, tx pgx.Tx, created, updated []int64) ([]byte, error) {
			return c.storePacket(ctx, tx, append(created, updated...))
		},
	}
}

// ownRegions refuses the stores that lie outside the regions of whoever puts them, or would: a store may
// have moved since its row was checked.
func (c *Catalogue) ownRegions(ctx context.Context, tx pgx.Tx, rows []*retail.Store) (
	map[*retail.Store]error, error) {
	who := staff.From(ctx)
	if who == nil || who.Scope.All() {
		return nil, nil
	}
	codes := column(rows, func(s *retail.Store) string { return s.Code })
	found, err := tx.Query(ctx, c.db.query("regions_of_stores"), codes)
	if err != nil {
		return nil, err
	}
	var code, region string
	now := make(map[string]string, len(rows))
	_, err = pgx.ForEachRow(found, []any{&code, &region}, func() error {
		now[code] = region
		return nil
	})
	refused := map[*retail.Store]error{}
	for _, s := range rows {
		region, known := now[s.Code]
		switch {
		case known && !slices.Contains(who.Regions, region):
			refused[s] = &catalogue.Invalid{Field: "code", Value: s.Code, Reason: staff.OtherRegion}
		case !slices.Contains(who.Regions, s.Region.Code):
			refused[s] = &catalogue.Invalid{Field: "region", Value: s.Region.Code,
				Reason: staff.NotYourRegion}
		}
	}
	return refused, err
}

// storeColumns are the arguments of put_stores.sql.
func storeColumns(rows []*retail.Store) []any {
	type row = retail.Store
	text := func(f func(*row) string) []string { return column(rows, f) }
	degrees := func(f func(*row) float64) []float64 { return column(rows, f) }
	return []any{
		text(func(r *row) string { return r.Code }),
		text(func(r *row) string { return r.Name }),
		text(func(r *row) string { return r.NameEN }),
		text(func(r *row) string { return r.Region.Code }),
		text(func(r *row) string { return r.City }),
		degrees(func(r *row) float64 { return r.Location.Latitude }),
		degrees(func(r *row) float64 { return r.Location.Longitude }),
		text(func(r *row) string { return r.TimeZone }),
		column(rows, func(r *row) int32 { return int32(r.OpensMinute) }),
		column(rows, func(r *row) int32 { return int32(r.ClosesMinute) }),
		column(rows, func(r *row) bool { return r.Active }),
		column(rows, func(r *row) bool { return r.Simulated }),
		text(func(r *row) string { return r.Address }),
		text(func(r *row) string { return r.Phone }),
		column(rows, func(r *row) int16 { return int16(r.Given.System) }),
		degrees(func(r *row) float64 { return r.Given.Latitude }),
		degrees(func(r *row) float64 { return r.Given.Longitude }),
		text(func(r *row) string { return r.Hours.WeekText() }),
		text(func(r *row) string { return r.Hours.SpecialText() }),
		column(rows, func(r *row) int16 { return int16(r.Services) }),
		column(rows, func(r *row) int32 { return r.RadiusMetres }),
		column(rows, func(r *row) int32 { return r.CapacityPerHour }),
	}
}

func (c *Catalogue) storePacket(ctx context.Context, tx pgx.Tx, ids []int64) (packet []byte, err error) {
	stores, err := readStores(tx.Query(ctx, c.db.query("stores_by_id"), ids))
	for i := range stores {
		if err == nil {
			packet, err = catalogue.AppendStore(packet, &stores[i])
		}
	}
	return packet, err
}

func readStores(rows pgx.Rows, err error) ([]retail.Store, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s retail.Store, err error) {
		var hours, special string
		var system, services int16
		err = row.Scan(&s.ID, &s.Code, &s.Name, &s.NameEN, &s.Region.ID, &s.Region.Code,
			&s.Region.Name, &s.Region.NameEN, &s.City, &s.Location.Latitude, &s.Location.Longitude,
			&s.TimeZone, &s.OpensMinute, &s.ClosesMinute, &s.Active, &s.Simulated, &s.Version, &s.Address,
			&s.Phone, &system, &s.Given.Latitude, &s.Given.Longitude, &hours, &special, &services,
			&s.RadiusMetres, &s.CapacityPerHour)
		if err != nil {
			return s, err
		}
		s.Given.System, s.Services = retail.Coordinates(system), retail.Services(services)
		if s.Hours.Week, err = retail.ParseWeek(hours); err != nil {
			return s, fmt.Errorf("cannot read the hours of store %s: %w", s.Code, err)
		}
		if s.Hours.Special, err = retail.ParseSpecial(special); err != nil {
			return s, fmt.Errorf("cannot read the special days of store %s: %w", s.Code, err)
		}
		return s, nil
	})
}
