package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/metric"
)

// maxFiltered bounds the values of one filter.
const maxFiltered = 1_000

// filter narrows what is read to some goods, channels, campaigns or hours. Stores, regions and cities
// narrow the scope instead.
type filter struct {
	// field is the field of the query, and text what stands in it.
	field, text string
	needs       metric.Resolution
	keys        metric.Keys
	// typ and value are those of the bound parameter.
	typ, value string
	// condition is the SQL over a source and the parameter.
	condition func(s metric.Source, param string) string
}

func inColumn(column string) func(metric.Source, string) string {
	return func(_ metric.Source, param string) string { return "f." + column + " IN " + param }
}

func inCategory(s metric.Source, param string) string {
	if s.Category {
		return "f.category_id IN " + param
	}
	return "f.sku_id IN (SELECT id FROM dim_sku FINAL WHERE category_id IN " + param + ")"
}

func inBrand(_ metric.Source, param string) string {
	return "f.sku_id IN (SELECT id FROM dim_sku FINAL WHERE brand IN " + param + ")"
}

// readFilters resolves the filters of a query but for those that narrow the scope.
func (w *Warehouse) readFilters(ctx context.Context, q Query) ([]filter, error) {
	var all []filter
	for _, f := range []struct {
		filter
		values  []string
		resolve func(ctx context.Context, field string, values []string) (string, error)
	}{
		{filter{field: "categories", keys: metric.Category, typ: "Array(Int32)", condition: inCategory},
			q.Categories, w.findCodes("find_categories")},
		{filter{field: "brands", keys: metric.SKU, typ: "Array(String)", condition: inBrand},
			q.Brands, w.findBrands},
		{filter{field: "skus", keys: metric.SKU, typ: "Array(Int64)", condition: inColumn("sku_id")},
			q.SKUs, w.findCodes("find_skus")},
		{filter{field: "channels", keys: metric.Channel, typ: "Array(UInt8)",
			condition: inColumn("channel")}, q.Channels, findChannels},
		{filter{field: "campaigns", keys: metric.Campaign, typ: "Array(Int32)",
			condition: inColumn("campaign_id")}, q.Campaigns, w.findCodes("find_campaigns")},
		{filter{field: "hours", needs: metric.ByHour, typ: "Array(UInt8)",
			condition: inColumn("local_hour")}, q.Hours, findHours},
	} {
		if len(f.values) == 0 {
			continue
		}
		if len(f.values) > maxFiltered {
			return nil, InvalidQuery{Field: f.field, Value: strconv.Itoa(len(f.values)),
				Reason: fmt.Sprintf("at most %d values", maxFiltered)}
		}
		var err error
		if f.value, err = f.resolve(ctx, f.field, f.values); err != nil {
			return nil, err
		}
		f.text, f.needs = strings.Join(f.values, ","), max(f.needs, metric.ByDay)
		all = append(all, f.filter)
	}
	return all, nil
}

// findCodes resolves codes by an embedded query, which gives id and code of those that exist.
func (w *Warehouse) findCodes(name string) func(context.Context, string, []string) (string, error) {
	return func(ctx context.Context, field string, codes []string) (string, error) {
		rows, err := w.ask(ctx, retail.HQScope(), name, clickhouse.Params{"codes": clickhouse.List(codes)})
		if err != nil {
			return "", err
		}
		var ids []int64
		found := map[string]bool{}
		for _, r := range rows {
			ids = append(ids, r.int("number"))
			found[r.text("known")] = true
		}
		return idList(ids), allKnown(field, codes, found)
	}
}

func (w *Warehouse) findBrands(ctx context.Context, field string, brands []string) (string, error) {
	list := clickhouse.List(brands)
	rows, err := w.ask(ctx, retail.HQScope(), "find_brands", clickhouse.Params{"codes": list})
	if err != nil {
		return "", err
	}
	found := map[string]bool{}
	for _, r := range rows {
		found[r.text("known")] = true
	}
	return list, allKnown(field, brands, found)
}

// allKnown refuses the first value that was not found.
func allKnown(field string, values []string, found map[string]bool) error {
	for _, v := range values {
		if !found[v] {
			return InvalidQuery{Field: field, Value: v, Reason: "there is no such value"}
		}
	}
	return nil
}

func findChannels(_ context.Context, field string, names []string) (string, error) {
	known := []retail.Channel{retail.Till, retail.MiniProgram, retail.Web, retail.Phone}
	var ids []int64
	for _, name := range names {
		i := slices.IndexFunc(known, func(c retail.Channel) bool { return c.String() == name })
		if i < 0 {
			e := InvalidQuery{Field: field, Value: name, Reason: "unknown channel"}
			for _, c := range known {
				e.Known = append(e.Known, c.String())
			}
			return "", e
		}
		ids = append(ids, int64(known[i]))
	}
	return idList(ids), nil
}

func findHours(_ context.Context, field string, hours []string) (string, error) {
	var all []int64
	for _, text := range hours {
		h, err := strconv.Atoi(text)
		if err != nil || h < 0 || h > 23 {
			return "", InvalidQuery{Field: field, Value: text, Reason: "want hours of the day, 0 to 23"}
		}
		all = append(all, int64(h))
	}
	return idList(all), nil
}

// narrow finds the stores that a query narrows the scope to, nil for no narrowing.
func (w *Warehouse) narrow(ctx context.Context, scope retail.Scope, q Query) ([]retail.StoreID, error) {
	if len(q.Stores)+len(q.Regions)+len(q.Cities) == 0 {
		return nil, nil
	}
	stores, err := w.stores(ctx, scope)
	if err != nil {
		return nil, err
	}
	var ids []retail.StoreID
	for _, f := range []struct {
		field  string
		values []string
		of     func(store) string
	}{
		{"stores", q.Stores, func(s store) string { return s.code }},
		{"regions", q.Regions, func(s store) string { return s.region }},
		{"cities", q.Cities, func(s store) string { return s.city }},
	} {
		if len(f.values) == 0 {
			continue
		}
		some, err := stores.resolve(f.field, f.values, f.of)
		if err != nil {
			return nil, err
		}
		if ids != nil {
			some = slices.DeleteFunc(some, func(id retail.StoreID) bool { return !slices.Contains(ids, id) })
		}
		ids = some
	}
	if len(ids) == 0 {
		return nil, InvalidQuery{Field: "stores", Value: strings.Join(slices.Concat(q.Stores, q.Regions,
			q.Cities), ","), Reason: "no store lies in all of these"}
	}
	return ids, nil
}
