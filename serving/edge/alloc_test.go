//go:build !race

// The race detector makes sync.Pool forget on purpose, so this is asserted without it.

package edge_test

import (
	"testing"

	"github.com/tillstream/tillstream/serving/edge"
)

func TestLookupAllocatesNothing(t *testing.T) {
	e := newEdge(t, nil)
	ctx := request(e, "/v1/stock/101/A1")
	got := testing.AllocsPerRun(1_000, func() {
		ctx.Response.Reset()
		e.Handle(ctx)
	})
	if ctx.Response.StatusCode() != 200 || got != 0 {
		t.Errorf("status %d with %v allocations, want 200 with 0", ctx.Response.StatusCode(), got)
	}
}

func TestRecommendationAllocatesNothing(t *testing.T) {
	f := func(name string, cacheBytes int64) {
		t.Helper()
		s := newShop(t, func(c *edge.RecommendConfig) { c.CacheBytes = cacheBytes })
		s.trails.Add(14, 12, 2, s.now.Unix())
		ctx := request(s.edgeTest, "/v1/recommendations?scene=cart&store=S1&member=M7&items=P4,P5"+
			"&exclude=P6,P7&category=C00&price_min=1.00&price_max=900&fulfilment=pickup"+
			"&lat=31.5&lon=121.5&tag=hot&limit=10")
		// The cache takes an answer when it has time, and may pass it over: wait until it has.
		for s.Handle(ctx); cacheBytes == 0 && s.Stats().Cached == 0; s.Handle(ctx) {
			ctx.Response.Reset()
		}
		got := testing.AllocsPerRun(1_000, func() {
			ctx.Response.Reset()
			s.Handle(ctx)
		})
		if ctx.Response.StatusCode() != 200 || got != 0 {
			t.Errorf("%s: status %d with %v allocations: %s", name, ctx.Response.StatusCode(), got,
				ctx.Response.Body())
		}
	}
	f("fresh", -1)
	f("kept", 0)
}
