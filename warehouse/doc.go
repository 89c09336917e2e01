// Package warehouse answers what has happened: key figures by store, goods and time, the live picture
// of the trading day, and exports of either.
//
// In come a retail.Scope and a Query or an instant; out come Tables and Live pictures. Every answer
// goes through one builder that cannot be called without a scope, so nothing outside a scope is ever
// read, and an empty scope sees nothing. Values reach the engine as bound parameters only.
//
// The facts (fact_order_line, fact_order_step, fact_stock_move, fact_behaviour, fact_review) are written
// by warehouse/sink; materialized views add each inserted block to the rollups in the same breath:
//
//	rollup_store_minute        store, business day, minute (UTC), channel
//	rollup_store_hour          store, business day, hour (UTC), hour at the store, channel
//	rollup_store_day           store, business day, channel
//	rollup_store_category_day  store, category, business day, channel (order lines only)
//	rollup_store_sku_day       store, SKU, category, business day, channel (order lines only)
//	rollup_store_campaign_day  store, campaign, business day, channel (order lines only)
//	rollup_placed_day, _hour   orders placed, paid and cancelled, as a whole
//	member_first_order         the first order of each member; read fact_first_order
//	member_order_day           the days on which each member bought, and where
//
// Sums in a rollup add up. Buyers and products are bitmaps of our own dense numbers and stay exact when
// they are merged; visitors and sessions, whose numbers are random, are uniq states and estimates.
//
// A Query is answered from the smallest rollup that can answer it, and from the facts where none can.
// Amounts are kept in fen (int64); a Table carries them as retail.Money.
package warehouse
