//go:build !race

// The race detector makes sync.Pool forget on purpose, so this is asserted without it.

package edge_test

import "testing"

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
