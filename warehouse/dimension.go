package warehouse

import (
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/warehouse/metric"
)

// dimension is one way to split the rows.
type dimension struct {
	name string
	unit string
	// needs is the finest resolution that a source must have.
	needs metric.Resolution
	// keys are what a source must be able to split by.
	keys metric.Keys
	// inner is the SQL of the key at a source; place is where the time and the day come from.
	inner func(place) string
	// outer is the SQL of the value shown for the key column k.
	outer func(k string) string
	// names joins a table with the columns id, code, name and name_en to the key column, or is "".
	names string
}

// place is where a key is computed: a source, and how its times move onto the asked span.
type place struct {
	source metric.Source
	// moved wraps a date or time so that the compared span falls onto the asked one.
	moved func(sql string) string
	// campaign is the SQL of the campaign, which a comparison of two campaigns makes one.
	campaign string
}

// clock is the instant column of a source, at the source's own resolution.
func (p place) clock() string {
	switch p.source.Resolution {
	case metric.ByHour:
		return "hour"
	case metric.ByMinute:
		return "minute"
	}
	return "toDateTime(at, 'UTC')"
}

func plainKey(column string) func(place) string { return func(place) string { return column } }

func dayKey(function string) func(place) string {
	return func(p place) string { return fmt.Sprintf(function, p.moved("day")) }
}

func clockKey(function string) func(place) string {
	return func(p place) string { return fmt.Sprintf(function, p.moved(p.clock())) }
}

func showCode(k string) string {
	return fmt.Sprintf("if(n_%[1]s.code = '' AND %[1]s != 0, concat('#', toString(%[1]s)), n_%[1]s.code)", k)
}

func showText(k string) string { return k }
func showDay(k string) string  { return "toDate32(" + k + ")" }
func showTime(k string) string { return "toDateTime64(" + k + ", 0, 'UTC')" }
func showHour(k string) string { return "toInt64(" + k + ")" }
func showChannel(k string) string {
	return "transform(toUInt8(" + k + "), [1, 2, 3, 4], " +
		"['till', 'mini_program', 'web', 'phone'], 'unknown')"
}

const (
	storeNames  = "SELECT id, code, name, name_en FROM dim_store FINAL"
	regionNames = "SELECT region_id AS id, argMax(region_code, version) AS code, " +
		"argMax(region_name, version) AS name, argMax(region_name_en, version) AS name_en " +
		"FROM dim_store GROUP BY region_id"
	categoryNames = "SELECT category_id AS id, argMax(category_code, version) AS code, " +
		"argMax(category_name, version) AS name, argMax(category_name_en, version) AS name_en " +
		"FROM dim_sku GROUP BY category_id"

	skuNames      = "SELECT id, code, name, name_en FROM dim_sku FINAL"
	campaignNames = "SELECT id, code, name, name_en FROM dim_campaign FINAL"
)

// categoryKey is the category on the day of sale where the source keeps it, else that of today.
func categoryKey(p place) string {
	if p.source.Category {
		return "category_id"
	}
	return "goods.category_id"
}

// dimensions are the ways to split. It is never written after its declaration.
var dimensions = []dimension{
	{"store", "code", metric.ByDay, 0, plainKey("store_id"), showCode, storeNames},
	{"region", "code", metric.ByDay, 0, plainKey("place.region_id"), showCode, regionNames},
	{"city", "name", metric.ByDay, 0, plainKey("place.city"), showText, ""},
	{"category", "code", metric.ByDay, metric.Category, categoryKey, showCode, categoryNames},
	{"brand", "name", metric.ByDay, metric.SKU, plainKey("goods.brand"), showText, ""},
	{"sku", "code", metric.ByDay, metric.SKU, plainKey("sku_id"), showCode, skuNames},
	{"channel", "name", metric.ByDay, metric.Channel, plainKey("channel"), showChannel, ""},
	{"campaign", "code", metric.ByDay, metric.Campaign, func(p place) string { return p.campaign },
		showCode, campaignNames},
	{"minute", "time", metric.ByMinute, 0, clockKey("toStartOfMinute(%s)"), showTime, ""},
	{"hour", "hour", metric.ByHour, 0, plainKey("local_hour"), showHour, ""},
	{"day", "day", metric.ByDay, 0, dayKey("%s"), showDay, ""},
	{"week", "day", metric.ByDay, 0, dayKey("toMonday(%s)"), showDay, ""},
	{"month", "day", metric.ByDay, 0, dayKey("toStartOfMonth(%s)"), showDay, ""},
}

// courseOfHours is what grain=hour means: instants, while by=hour is the hour of the day.
var courseOfHours = dimension{"hour", "time", metric.ByHour, 0, clockKey("toStartOfHour(%s)"), showTime, ""}

func findDimension(name string) (dimension, bool) {
	i := slices.IndexFunc(dimensions, func(d dimension) bool { return d.name == name })
	if i < 0 {
		return dimension{}, false
	}
	return dimensions[i], true
}

// Dimensions lists the names that Query.By understands.
func Dimensions() []string {
	names := make([]string, len(dimensions))
	for i, d := range dimensions {
		names[i] = d.name
	}
	return names
}

// Grains lists the names that Query.Grain understands.
func Grains() []string { return []string{"minute", "hour", "day", "week", "month"} }
