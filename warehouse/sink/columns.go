package sink

import "github.com/tillstream/tillstream/stream/fact"

// table is the content of one insert.
type table struct {
	name    string
	rows    int
	columns []column
}

type column struct {
	name   string
	values any
}

type (
	micros []int64 // since 1970, for DateTime64
	days   []int32 // since 1970, for Date
	// instants are micros, several a row.
	instants [][]int64
)

// tables lists everything in the batch under the names of warehouse/schema.
func tables(b *fact.Batch) []table {
	return append([]table{
		made("fact_order_line", &b.OrderLines.Origin, orderLines(&b.OrderLines)),
		named(b, made("fact_order_step", &b.OrderSteps.Origin, orderSteps(&b.OrderSteps))),
		named(b, made("fact_stock_move", &b.StockMoves.Origin, stockMoves(&b.StockMoves))),
		made("fact_behaviour", &b.Behaviours.Origin, behaviours(&b.Behaviours)),
		made("dim_store", &b.Stores.Origin, stores(&b.Stores)),
		made("dim_sku", &b.SKUs.Origin, skus(&b.SKUs)),
		made("fact_review", &b.Reviews.Origin, reviews(&b.Reviews)),
		made("dim_campaign", &b.Campaigns.Origin, campaigns(&b.Campaigns)),
		made("dim_experiment", &b.Experiments.Origin, experiments(&b.Experiments)),
	}, derived(b)...)
}

func made(name string, o *fact.Origin, columns []column) table {
	origin := []column{
		{"source_partition", o.Partition}, {"source_offset", o.Offset}, {"source_row", o.Row},
		{"committed_at", micros(o.Committed)},
	}
	return table{name, o.Len(), append(origin, columns...)}
}

// same is one value for every row.
type same struct {
	value uint64
	rows  int
}

// named adds the name of the batch to the rows that warehouse/recall reads back.
func named(b *fact.Batch, t table) table {
	t.columns = append(t.columns, column{"source_batch", same{b.ID, t.rows}})
	return t
}

func orderLines(t *fact.OrderLines) []column {
	return []column{
		{"doc", t.Doc}, {"order_id", t.Order}, {"document_id", t.Document}, {"first", t.First},
		{"line", t.Line}, {"kind", t.Kind}, {"store_id", t.Store}, {"sku_id", t.SKU},
		{"category_id", t.Category}, {"member_id", t.Member}, {"channel", t.Channel},
		{"fulfilment", t.Fulfilment}, {"campaign_id", t.Campaign}, {"at", micros(t.At)},
		{"day", days(t.Day)}, {"local_hour", t.LocalHour}, {"qty", t.Qty}, {"gross_fen", t.Gross},
		{"discount_fen", t.Discount}, {"net_fen", t.Net}, {"coupon_discount_fen", t.CouponDiscount},
		{"cost_fen", t.Cost}, {"simulated", t.Simulated},
	}
}

func orderSteps(t *fact.OrderSteps) []column {
	return []column{
		{"order_id", t.Order}, {"refund_id", t.Refund}, {"step", t.Step}, {"state", t.State},
		{"store_id", t.Store}, {"member_id", t.Member}, {"channel", t.Channel},
		{"fulfilment", t.Fulfilment}, {"campaign_id", t.Campaign}, {"at", micros(t.At)},
		{"day", days(t.Day)}, {"local_hour", t.LocalHour},
		{"placed_at", micros(t.Placed)}, {"paid", t.Paid}, {"units", t.Units}, {"lines", t.Lines},
		{"net_fen", t.Net}, {"ref", t.Ref}, {"reason", t.Reason}, {"simulated", t.Simulated},
	}
}

func stockMoves(t *fact.StockMoves) []column {
	return []column{
		{"store_id", t.Store}, {"sku_id", t.SKU}, {"category_id", t.Category}, {"kind", t.Kind},
		{"on_hand_delta", t.OnHandDelta}, {"reserved_delta", t.ReservedDelta}, {"on_hand", t.OnHand},
		{"reserved", t.Reserved}, {"version", t.Version}, {"ref_id", t.Ref}, {"at", micros(t.At)},
		{"day", days(t.Day)}, {"local_second", t.LocalSecond}, {"reason", t.Reason},
		{"simulated", t.Simulated},
	}
}

func behaviours(t *fact.Behaviours) []column {
	return []column{
		{"kind", t.Kind}, {"first", t.First}, {"store_id", t.Store}, {"sku_id", t.SKU},
		{"visitor_id", t.Visitor}, {"session_id", t.Session}, {"member_id", t.Member},
		{"channel", t.Channel}, {"at", micros(t.At)}, {"day", days(t.Day)},
		{"local_hour", t.LocalHour}, {"qty", t.Qty}, {"results", t.Results},
		{"position", t.Position}, {"slot", t.Slot}, {"query", t.Query},
		{"attribution", t.Attribution}, {"experiment_id", t.Shown.Experiment},
		{"variant", t.Shown.Variant}, {"held_out", t.Shown.HeldOut},
		{"by_member", t.Shown.ByMember}, {"scene", t.Shown.Scene}, {"model", t.Shown.Model},
		{"request", t.Shown.Request}, {"campaign_id", t.Campaign}, {"coupon_id", t.Coupon},
		{"order_id", t.Order}, {"discount_fen", t.Discount}, {"simulated", t.Simulated},
	}
}

func stores(t *fact.Stores) []column {
	return []column{
		{"id", t.ID}, {"version", t.Version}, {"code", t.Code}, {"name", t.Name},
		{"name_en", t.NameEN}, {"region_id", t.Region}, {"region_code", t.RegionCode},
		{"region_name", t.RegionName}, {"region_name_en", t.RegionNameEN}, {"city", t.City},
		{"latitude", t.Latitude}, {"longitude", t.Longitude}, {"time_zone", t.TimeZone},
		{"opens", t.Opens}, {"closes", t.Closes}, {"active", t.Active}, {"simulated", t.Simulated},
	}
}

func skus(t *fact.SKUs) []column {
	return []column{
		{"id", t.ID}, {"version", t.Version}, {"code", t.Code}, {"name", t.Name},
		{"name_en", t.NameEN}, {"category_id", t.Category}, {"category_code", t.CategoryCode},
		{"category_name", t.CategoryName}, {"category_name_en", t.CategoryNameEN},
		{"brand", t.Brand}, {"style_id", t.Style}, {"style_code", t.StyleCode}, {"colour", t.Colour},
		{"size", t.Size}, {"size_system", t.SizeSystem}, {"size_order", t.SizeOrder},
		{"season", t.Season}, {"tags", t.Tags}, {"tags_from", instants(t.TagsFrom)},
		{"tags_until", instants(t.TagsUntil)}, {"price_fen", t.Price}, {"cost_fen", t.Cost},
		{"active", t.Active}, {"simulated", t.Simulated},
	}
}

func reviews(t *fact.Reviews) []column {
	return []column{
		{"id", t.ID}, {"version", t.Version}, {"sku_id", t.SKU}, {"style_id", t.Style},
		{"store_id", t.Store}, {"member_id", t.Member}, {"order_id", t.Order}, {"stars", t.Stars},
		{"state", t.State}, {"at", micros(t.At)}, {"day", days(t.Day)}, {"local_hour", t.LocalHour},
	}
}

func campaigns(t *fact.Campaigns) []column {
	return []column{
		{"id", t.ID}, {"version", t.Version}, {"code", t.Code}, {"name", t.Name},
		{"name_en", t.NameEN}, {"kind", t.Kind}, {"first_day", days(t.FirstDay)},
		{"last_day", days(t.LastDay)}, {"simulated", t.Simulated},
	}
}

func experiments(t *fact.Experiments) []column {
	return []column{
		{"id", t.ID}, {"version", t.Version}, {"name", t.Name}, {"from_at", micros(t.From)},
		{"until_at", micros(t.Until)}, {"holdout", t.Holdout}, {"variants", t.Variants},
	}
}
