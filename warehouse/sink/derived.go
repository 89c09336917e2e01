package sink

import "github.com/tillstream/tillstream/stream/fact"

// derived lists the tables that stream/keyed derives from the others.
func derived(b *fact.Batch) []table {
	return []table{
		named(b, made("fact_visit", &b.Visits.Origin, visits(&b.Visits))),
		made("fact_order_span", &b.OrderSpans.Origin, orderSpans(&b.OrderSpans)),
		made("fact_stock_shift", &b.StockShifts.Origin, stockShifts(&b.StockShifts)),
	}
}

func visits(t *fact.Visits) []column {
	return []column{
		{"day", days(t.Day)}, {"store_id", t.Store}, {"channel", t.Channel}, {"session_id", t.Session},
		{"visitor_id", t.Visitor}, {"member_id", t.Member}, {"first_at", micros(t.First)},
		{"last_at", micros(t.Last)}, {"pages", t.Pages}, {"actions", t.Actions}, {"carts", t.Carts},
		{"ordered", t.Ordered}, {"more_visits", t.MoreVisits}, {"more_seconds", t.MoreSeconds},
		{"more_pages", t.MorePages}, {"more_actions", t.MoreActions}, {"more_bounces", t.MoreBounces},
		{"more_cart_visits", t.MoreCartVisits}, {"more_order_visits", t.MoreOrderVisits},
		{"simulated", t.Simulated},
	}
}

func orderSpans(t *fact.OrderSpans) []column {
	return []column{
		{"order_id", t.Order}, {"span", t.Span}, {"n", t.N}, {"store_id", t.Store},
		{"channel", t.Channel}, {"fulfilment", t.Fulfilment}, {"since", micros(t.Since)},
		{"at", micros(t.At)}, {"day", days(t.Day)}, {"seconds", t.Seconds}, {"simulated", t.Simulated},
	}
}

func stockShifts(t *fact.StockShifts) []column {
	return []column{
		{"store_id", t.Store}, {"sku_id", t.SKU}, {"category_id", t.Category}, {"version", t.Version},
		{"at", micros(t.At)}, {"day", days(t.Day)}, {"local_second", t.LocalSecond}, {"out", t.Out},
		{"listed", t.Listed}, {"gap", t.Gap}, {"simulated", t.Simulated},
	}
}
