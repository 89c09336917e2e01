package warehouse

import (
	"fmt"
	"strings"
)

// Query asks for metrics, split by dimensions, over a span of time.
type Query struct {
	// Metrics are names from the catalogue in warehouse/metric, 1 to 32 of them.
	Metrics []string
	// By splits the answer: at most three of store, region, city, category, brand, sku, channel, campaign,
	// minute, hour, day, week, month. An hour is the hour of the day at the store (0 to 23); use Grain for a
	// course of hours.
	By []string
	// From (included) and To (excluded) are both business days of the stores, written 2017-01-31, or
	// both instants in RFC 3339. Both empty mean today; a To alone left empty means up to now.
	From, To string
	// Grain adds a time bucket: minute, hour, day, week (from Monday) or month. The column has its name.
	Grain string
	// Stores, Regions and Cities narrow the answer to stores: by their codes, by the codes of their
	// regions, by the names of their cities. What is named in several of the three lies in all of them.
	Stores, Regions, Cities []string
	// Categories, Brands and SKUs narrow it to goods: codes, names, codes.
	Categories, Brands, SKUs []string
	// Channels narrows it to till, mini_program, web or phone.
	Channels []string
	// Campaigns narrows it to campaigns, by code.
	Campaigns []string
	// Hours narrows it to hours of the day at the stores, 0 to 23.
	Hours []string
	// Compare is "" or one of
	//
	//	previous      the span just before; the months before, if the span is whole months
	//	weekday       seven days before (also called week)
	//	weekday-year  52 weeks before, so that weekdays match
	//	year          the same, or twelve months before if the span is whole months
	//	lunar-year    a year before by the lunar calendar: the span goes by the festival in or near it
	//	promotion     the campaign of that time upon the one of the same name or kind a year before,
	//	              first day upon first day; narrowed to one campaign, it is compared with the other
	//
	// It adds the columns <metric>__compare and <metric>__change (a ratio: 0.1 is ten per cent more), and
	// Table.Compared says which days were meant; an export carries them as compare_from and compare_to.
	Compare string
	// Sort orders the rows by a column, descending after a minus sign: "-net_sales". Ties, and
	// everything when it is empty, follow the dimensions from left to right.
	Sort string
	// Limit is the largest number of rows, 0 for as many as Config allows.
	Limit int
	// Names adds <dimension>_name and <dimension>_name_en columns for store, region, category, sku and
	// campaign.
	Names bool
}

// InvalidQuery says which part of a query cannot be answered and what could be.
type InvalidQuery struct {
	// Field is the field of the query in lower case, such as metrics, by, from or brands; or format.
	Field string
	Value string
	// Reason says what is wrong with the value.
	Reason string
	// Known lists the values that exist, where they can be listed.
	Known []string
}

func (e InvalidQuery) Error() string {
	s := fmt.Sprintf("cannot answer %s %q: %s", e.Field, e.Value, e.Reason)
	if len(e.Known) > 0 {
		s += "; there are " + strings.Join(e.Known, ", ")
	}
	return s
}
