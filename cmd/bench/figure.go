package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"text/tabwriter"
)

// Figure is one result.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	// Baseline is what the method to compare with reached in the same run, nil where none was run.
	Baseline *float64 `json:"baseline,omitempty"`
}

// MarshalJSON writes the figure on one line, with no more digits than were measured.
func (f Figure) MarshalJSON() ([]byte, error) {
	type plain Figure
	p := plain(f)
	p.Value = round(f.Value)
	if f.Baseline != nil {
		b := round(*f.Baseline)
		p.Baseline = &b
	}
	return json.Marshal(p)
}

// round keeps four significant digits, and all digits before the point.
func round(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	scale := math.Pow10(max(0, 3-int(math.Floor(math.Log10(math.Abs(v))))))
	return math.Round(v*scale) / scale
}

// WriteJSON writes a figure as one line.
func WriteJSON(w io.Writer, f Figure) error { return json.NewEncoder(w).Encode(f) }

// WriteTable writes figures for people: name, value, unit, baseline, and the bar where there is one.
func WriteTable(w io.Writer, figures []Figure) error {
	tw := tabwriter.NewWriter(w, 2, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "name\tvalue\tunit\tbaseline\tbar")
	for _, f := range figures {
		baseline := ""
		if f.Baseline != nil {
			baseline = text(*f.Baseline)
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", f.Name, text(f.Value), f.Unit, baseline,
			bars()[f.Name])
	}
	return tw.Flush()
}

func text(v float64) string { return strconv.FormatFloat(round(v), 'f', -1, 64) }

// bars are what the project wants to reach, on two cores.
func bars() map[string]string {
	return map[string]string{
		"orders_inprocess_per_s":     ">= 23000",
		"orders_http_per_s":          ">= 8000",
		"orders_http_bulk_per_s":     ">= 20000",
		"orders_accept_p99_ms":       "<= 50",
		"orders_rowwise_ratio":       ">= 10",
		"orders_hot_ratio":           ">= 20",
		"order_lone_p50_ms":          "<= 5",
		"orders_rss_mb":              "<= 500",
		"rls_overhead_pct":           "<= 5",
		"cdc_events_per_s":           ">= 60000",
		"cdc_outbox_ratio":           ">= 5",
		"cdc_idle_wal_mb":            "<= 64",
		"stock_sync_p50_ms":          "<= 10",
		"stock_sync_p99_ms":          "<= 50",
		"relay_rss_mb":               "<= 400",
		"stream_rss_mb":              "<= 400",
		"trickle_visible_p99_ms":     "<= 1000",
		"behaviour_events_per_s":     ">= 500000",
		"chain_orders_per_s":         ">= 10000",
		"chain_lag_p99_ms":           "<= 1000",
		"kpi_query_p95_ms":           "<= 150",
		"chaos_kills":                ">= 50",
		"chaos_lost":                 "<= 0",
		"chaos_duplicated":           "<= 0",
		"chaos_recovery_p99_ms":      "<= 2000",
		"chaos_drain_x":              ">= 5",
		"behaviour_raw_insert_ratio": ">= 0.25",
		"groceries_rules_wrong":      "<= 0",
		"rules_large_s":              "<= 0.5",
		"train_all_s":                "<= 60",
		"train_rss_mb":               "<= 1024",
		"rules_33841_s":              "<= 0.5",
		"tafeng_recall10":            ">= 0.145",
		"tafeng_ndcg10":              ">= 0.132",
		"tafeng_phr10":               ">= 0.44",
		"nextbasket_add_us":          "<= 1000",
		"recommend_uncached_per_s":   ">= 15000",
		"recommend_uncached_p99_ms":  "<= 8",
		"recommend_single_p50_ms":    "<= 0.3",
		"recommend_cached_per_s":     ">= 60000",
		"recommend_fresh_p99_ms":     "<= 100",
		"recommend_out_of_stock":     "<= 0",
		"feedback_per_s":             ">= 50000",
	}
}
