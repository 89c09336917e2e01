package warehouse

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// store is what the warehouse knows of a store.
type store struct {
	id                               retail.StoreID
	code, name, nameEN, region, city string
	zone                             *time.Location
}

// directory holds the stores in a scope.
type directory struct {
	byID map[retail.StoreID]store
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
	d := &directory{byID: map[retail.StoreID]store{}}
	for _, r := range rows {
		s := store{id: retail.StoreID(r.int("store")), code: r.text("code"), name: r.text("name"),
			nameEN: r.text("name_en"), region: r.text("region"), city: r.text("city"), zone: w.zone}
		if zone, err := time.LoadLocation(r.text("time_zone")); err == nil && r.text("time_zone") != "" {
			s.zone = zone
		}
		d.byID[s.id] = s
	}
	return d, nil
}

// resolve finds the stores with one of some values. What lies outside the scope is as unknown as what does
// not exist.
func (d *directory) resolve(field string, values []string, of func(store) string) ([]retail.StoreID,
	error) {
	byValue := map[string][]retail.StoreID{}
	for id, s := range d.byID {
		byValue[of(s)] = append(byValue[of(s)], id)
	}
	var ids []retail.StoreID
	for _, value := range values {
		some, ok := byValue[value]
		if !ok {
			return nil, InvalidQuery{Field: field, Value: value,
				Reason: "unknown " + map[string]string{"stores": "store", "regions": "region",
					"cities": "city"}[field], Known: enough(slices.Sorted(maps.Keys(byValue)))}
		}
		ids = append(ids, some...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// enough lists at most 100 values, for an error that a person reads.
func enough(all []string) []string {
	const enough = 100
	if len(all) > enough {
		all = append(all[:enough], "and "+strconv.Itoa(len(all)-enough)+" more")
	}
	return all
}
