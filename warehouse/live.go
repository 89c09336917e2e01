package warehouse

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Live is the trading day as it stands. Each store counts in its own business day; Day is that of the
// default time zone.
type Live struct {
	// AsOf is when the figures were read.
	AsOf time.Time `json:"as_of"`
	Day  string    `json:"day"`
	// CompareDay is the same weekday a week before.
	CompareDay string `json:"compare_day"`
	// Today runs up to now, LastWeek up to the same time of the compared day.
	Today    Totals `json:"today"`
	LastWeek Totals `json:"last_week"`
	// Change is Today against LastWeek.
	Change Change `json:"change"`
	// Minutes are the last 60 whole minutes and the current one, oldest first, without gaps.
	Minutes []Minute `json:"minutes"`
	// Hours are the 24 hours of the day at the stores, without gaps.
	Hours []Hour `json:"hours"`
	// Stores are ranked by net sales today, at most Config.LiveStores of them.
	Stores []StoreRank `json:"stores"`
	// Orders are the latest paid orders, latest first, at most Config.LiveOrders of them.
	Orders []RecentOrder `json:"orders"`
	Lag    Lag           `json:"lag"`
	// Simulated is true if any figure contains simulated trade.
	Simulated bool `json:"simulated"`
}

// Totals are sums over the stores in scope.
type Totals struct {
	NetSales   retail.Money `json:"net_sales"`
	GrossSales retail.Money `json:"gross_sales"`
	Discounts  retail.Money `json:"discounts"`
	Refunds    retail.Money `json:"refunds"`
	Orders     int64        `json:"orders"`
	Units      int64        `json:"units"`
	Buyers     int64        `json:"buyers"`
	Visitors   int64        `json:"visitors"`
	Sessions   int64        `json:"sessions"`
	// AOV is the average order value, null without orders.
	AOV *retail.Money `json:"aov"`
}

// Change holds ratios, 0.1 for ten per cent more; null where last week there was nothing.
type Change struct {
	NetSales *float64 `json:"net_sales"`
	Orders   *float64 `json:"orders"`
	Units    *float64 `json:"units"`
	Buyers   *float64 `json:"buyers"`
	Visitors *float64 `json:"visitors"`
	AOV      *float64 `json:"aov"`
}

// Minute is one point of the sparkline.
type Minute struct {
	At       time.Time    `json:"at"`
	NetSales retail.Money `json:"net_sales"`
	Orders   int64        `json:"orders"`
}

// Hour is one point of the day's curve. Today is null for hours that have not begun anywhere.
type Hour struct {
	Hour           int           `json:"hour"`
	NetSales       *retail.Money `json:"net_sales"`
	Orders         *int64        `json:"orders"`
	LastWeekNet    retail.Money  `json:"last_week_net_sales"`
	LastWeekOrders int64         `json:"last_week_orders"`
}

// StoreRank is a store's place in today's ranking.
type StoreRank struct {
	Rank     int          `json:"rank"`
	Store    string       `json:"store"`
	Name     string       `json:"name"`
	NameEN   string       `json:"name_en"`
	City     string       `json:"city"`
	NetSales retail.Money `json:"net_sales"`
	Orders   int64        `json:"orders"`
	// LastWeek is the net sales of the compared day up to the same time.
	LastWeek retail.Money `json:"last_week_net_sales"`
	Change   *float64     `json:"change"`
}

// RecentOrder is one line of the ticker.
type RecentOrder struct {
	ID        int64        `json:"id"`
	Store     string       `json:"store"`
	Name      string       `json:"name"`
	NameEN    string       `json:"name_en"`
	Amount    retail.Money `json:"amount"`
	Units     int64        `json:"units"`
	Channel   string       `json:"channel"`
	At        time.Time    `json:"at"`
	Refunded  bool         `json:"refunded"`
	Simulated bool         `json:"simulated"`
}

// Lag is how far the warehouse is behind the tills.
type Lag struct {
	// P95MS is the 95th percentile of the time from commit to warehouse over the records of the last
	// minute, in milliseconds; null without records.
	P95MS *float64 `json:"p95_ms"`
	// Records is how many order lines the last minute brought.
	Records int64 `json:"records"`
	// Latest is the commit time of the newest of them, null without records.
	Latest *time.Time `json:"latest"`
}
