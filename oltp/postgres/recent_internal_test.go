package postgres

import (
	"slices"
	"testing"

	"github.com/tillstream/tillstream/oltp/order"
)

// TestRecentKeysAreKnown notes keys until older ones are driven out: what is known was noted, and the newest
// always is.
func TestRecentKeysAreKnown(t *testing.T) {
	r := new(recentKeys)
	noted := map[order.Key]bool{}
	all := make([]order.Key, 3*recentSlots)
	for i := range all {
		all[i] = order.RandomKey()
	}
	if got := r.known(all[:100], nil); len(got) != 0 {
		t.Fatalf("%d of 100 keys are known before any was noted", len(got))
	}
	for _, k := range all {
		r.note([]order.Key{k})
		noted[k] = true
		if got := r.known([]order.Key{k}, nil); !slices.Equal(got, []order.Key{k}) {
			t.Fatalf("key %v is not known right after it was noted", k)
		}
	}
	if known := r.known(all, nil); len(known) == len(all) || len(known) < recentSlots/2 {
		t.Errorf("%d of %d keys are known, want most of the %d slots", len(known), len(all), recentSlots)
	}
	for range 1_000 {
		if k := order.RandomKey(); len(r.known([]order.Key{k}, nil)) != 0 && !noted[k] {
			t.Errorf("key %v is known but was never noted", k)
		}
	}
}
