package warehouse

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// store is what the warehouse knows of a store.
type store struct {
	id                       retail.StoreID
	code, name, nameEN, city string
	zone                     *time.Location
}

// directory holds the stores in a scope.
type directory struct {
	byID   map[retail.StoreID]store
	byCode map[string]retail.StoreID
}

// at returns the store of an ID. One that trades before its own description has arrived goes by its
// number.
func (d *directory) at(id retail.StoreID) store {
	if s, ok := d.byID[id]; ok {
		return s
	}
	return store{id: id, code: "#" + strconv.Itoa(int(id))}
}

// stores reads the directory of a scope.
func (w *Warehouse) stores(ctx context.Context, scope retail.Scope) (*directory, error) {
	rows, err := w.ask(ctx, scope, "stores", nil)
	if err != nil {
		return nil, err
	}
	d := &directory{byID: map[retail.StoreID]store{}, byCode: map[string]retail.StoreID{}}
	for _, r := range rows {
		s := store{id: retail.StoreID(r.int("store")), code: r.text("code"), name: r.text("name"),
			nameEN: r.text("name_en"), city: r.text("city"), zone: w.zone}
		if zone, err := time.LoadLocation(r.text("time_zone")); err == nil && r.text("time_zone") != "" {
			s.zone = zone
		}
		d.byID[s.id], d.byCode[s.code] = s, s.id
	}
	return d, nil
}

// resolve finds stores by code. A store outside the scope is as unknown as one that does not exist.
func (d *directory) resolve(codes []string) ([]retail.StoreID, error) {
	var ids []retail.StoreID
	for _, code := range codes {
		id, ok := d.byCode[code]
		if !ok {
			return nil, InvalidQuery{Field: "stores", Value: code, Reason: "unknown store", Known: d.codes()}
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// codes lists at most 100 codes, for an error that a person reads.
func (d *directory) codes() []string {
	const enough = 100
	var all []string
	for code := range d.byCode {
		all = append(all, code)
	}
	slices.Sort(all)
	if len(all) > enough {
		all = append(all[:enough], "and "+strconv.Itoa(len(all)-enough)+" more")
	}
	return all
}
