package serving

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tillstream/tillstream/serving/live"
)

// statsCollector publishes the snapshots of the parts.
type statsCollector Server

// Describe names nothing beforehand: the set follows from which parts run.
func (s *statsCollector) Describe(chan<- *prometheus.Desc) {}

// Collect takes the snapshots.
func (s *statsCollector) Collect(out chan<- prometheus.Metric) {
	send := func(kind prometheus.ValueType, name, help string, value float64) {
		desc := prometheus.NewDesc("tillstream_serving_"+name, help, nil, nil)
		out <- prometheus.MustNewConstMetric(desc, kind, value)
	}
	count := func(name, help string, v int64) { send(prometheus.CounterValue, name, help, float64(v)) }
	gauge := func(name, help string, v float64) { send(prometheus.GaugeValue, name, help, v) }

	c := s.console.Stats()
	count("console_requests_total", "Requests to the console.", c.Requests)
	count("console_panics_total", "Handlers that failed by a bug.", c.Panics)
	count("console_proxy_failures_total", "Requests that a service behind did not answer.", c.ProxyFailures)
	gauge("live_watchers", "Open live streams.", float64(c.Watchers))
	gauge("live_topics", "Scopes that are watched.", float64(c.Topics))
	count("live_refreshes_total", "Live queries.", c.Refreshes)
	count("live_refresh_failures_total", "Live queries that failed.", c.RefreshFailures)
	count("live_watchers_refused_total", "Live streams refused for want of room.", c.RefusedWatchers)
	count("live_watchers_dropped_total", "Live streams whose client did not read.", c.DroppedWatchers)
	count("kpi_cache_hits_total", "Key figures answered from the cache.", c.CacheHits)
	count("kpi_cache_misses_total", "Key figures asked of the warehouse.", c.CacheMisses)
	if s.feed == nil {
		return
	}
	e := s.edge.Stats()
	count("edge_requests_total", "Requests to the edge.", e.Requests)
	count("edge_lookups_total", "Stock levels looked up.", e.Lookups)
	count("edge_failed_total", "Requests answered with a problem.", e.Failed)
	count("edge_refused_total", "Requests without a good token.", e.Refused)
	s.collectAdvice(count, gauge)
	gauge("edge_connections", "Open connections to the edge.", float64(e.Connections))
	l, f := s.levels.Stats(), s.feed.Stats()
	gauge("stock_levels", "Stock levels in memory.", float64(l.Levels))
	count("stock_applied_total", "Levels taken.", l.Applied)
	count("stock_stale_total", "Levels older than the one held.", l.Stale)
	count("stock_refused_total", "Levels beyond the bound or without store and SKU.", l.Refused)
	count("stock_malformed_total", "Records that are no stock change.", f.Malformed)
	count("stock_feed_restarts_total", "Times the feed broke.", f.Restarts)
	gauge("stock_lag_p50_seconds", "Commit to readable, median.", f.LagP50.Seconds())
	gauge("stock_lag_p99_seconds", "Commit to readable, 99th percentile.", f.LagP99.Seconds())
	within := make(map[float64]uint64, len(f.Lags.Within))
	for i, bound := range live.LagBounds() {
		within[bound.Seconds()] = f.Lags.Within[i]
	}
	lags := prometheus.NewDesc("tillstream_serving_stock_lag_seconds", "Commit to readable.", nil, nil)
	out <- prometheus.MustNewConstHistogram(lags, f.Lags.Count, f.Lags.Sum.Seconds(), within)
	ready := 0.0
	if f.Ready {
		ready = 1
	}
	gauge("stock_ready", "1 once all levels are loaded.", ready)
}

// collectAdvice publishes what recommendations are made of and how many there were.
func (s *statsCollector) collectAdvice(count func(name, help string, v int64),
	gauge func(name, help string, v float64)) {
	if s.offers == nil {
		return
	}
	e, o, t := s.edge.Stats(), s.offers.Stats(), s.trails.Stats()
	count("recommend_answers_total", "Recommendations given.", e.Answers)
	count("recommend_cached_total", "Recommendations from the cache.", e.Cached)
	count("recommend_empty_total", "Recommendations without an item.", e.Empty)
	count("recommend_bundles_total", "Bundles made for wishes.", e.Bundles)
	count("recommend_outfits_total", "Outfits completed.", e.Outfits)
	if s.cfg.Wishes != nil {
		w := s.cfg.Wishes.Stats()
		count("wishes_drafted_total", "Wishes that the language model read.", w.Drafted)
		count("wishes_built_in_total", "Wishes that the dictionaries read.", w.BuiltIn)
		count("wishes_failed_total", "Questions that the language model did not answer well.", w.Failed)
		count("wishes_skipped_total", "Questions that it was not asked, being unwell or busy.", w.Skipped)
	}
	count("recommend_impersonal_total", "Recommendations for nobody in particular.", e.Impersonal)
	count("recommend_offers_total", "Times that a new catalogue or model took its place.", o.Loads)
	count("recommend_offers_failed_total", "Snapshots that could not be used.", o.Failed)
	count("recommend_renewals_failed_total", "Looks at catalogue and models that failed.", s.renewal.Failed())
	if s.trial != nil {
		count("recommend_experiment_looks_failed_total", "Looks at experiments that failed.",
			s.trial.Failed())
	}
	count("recommend_moves_total", "Goods that came into or went out of stock.", o.Moves)
	gauge("recommend_visitors", "Visitors remembered.", float64(t.Visitors))
	count("recommend_touches_total", "Touches of goods remembered.", t.Touches)
	count("recommend_visitors_evicted_total", "Visitors who had to make room.", t.Evicted)
	if s.tills != nil {
		t := s.tills.Stats()
		count("tills_orders_total", "Orders counted for what is bought together.", t.Orders)
		count("tills_malformed_total", "Records of the orders' topic that could not be read.", t.Malformed)
		count("tills_restarts_total", "Times the following of the tills broke.", t.Restarts)
		gauge("tills_items", "Goods that are counted.", float64(t.Pairs.Items))
		count("tills_refused_total", "Goods not counted for want of room.", t.Pairs.Refused)
	}
	if s.watch != nil {
		count("recommend_touches_unheard_total", "Touches not gathered: their members did not agree.",
			s.watch.Stats().Unheard)
	}
	if s.rules != nil {
		r := s.rules.Stats()
		gauge("recommend_rules", "Merchandising rules that answers obey in their windows.",
			float64(r.InForce))
		gauge("recommend_rules_skipped", "Merchandising rules that the goods in use do not allow.",
			float64(r.Skipped))
		count("recommend_rules_failed_total", "Readings of merchandising rules that failed.", r.Failed)
	}
	model := 0.0
	if o.Model {
		model = 1
	}
	gauge("recommend_model", "1 while a model is in use.", model)
}
