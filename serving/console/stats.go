package console

// Stats counts what the console did.
type Stats struct {
	Requests, Panics, ProxyFailures int64
	// Watchers are open live streams on Topics scopes; Refreshes were made for them, RefreshFailures
	// failed. RefusedWatchers found no room, DroppedWatchers did not read.
	Watchers, Topics                                             int64
	Refreshes, RefreshFailures, RefusedWatchers, DroppedWatchers int64
	// CacheHits and CacheMisses are of key figures.
	CacheHits, CacheMisses int64
}

// Stats returns the counts so far.
func (s *Server) Stats() Stats {
	s.hub.mu.Lock()
	watchers, topics := s.hub.watchers, len(s.hub.topics)
	s.hub.mu.Unlock()
	return Stats{
		Requests: s.requests.Load(), Panics: s.panics.Load(), ProxyFailures: s.proxyFailures.Load(),
		Watchers: int64(watchers), Topics: int64(topics),
		Refreshes: s.hub.refreshes.Load(), RefreshFailures: s.hub.failures.Load(),
		RefusedWatchers: s.hub.refused.Load(), DroppedWatchers: s.hub.dropped.Load(),
		CacheHits:   int64(s.answers.cache.Metrics.Hits()),
		CacheMisses: int64(s.answers.cache.Metrics.Misses()),
	}
}
