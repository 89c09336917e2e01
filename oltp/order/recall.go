package order

import "context"

// Memory finds what was recorded under a key.
type Memory interface {
	// Before returns the order under a key, and false when there is none.
	Before(ctx context.Context, key Key) (Before, bool, error)
}

// Recall answers a request that can no longer be placed as it was: when it took effect before, under its
// key, the first answer stands, whatever prices and shelves say now. It reports false for a request that
// did not. A caller who has no way to price the request any more asks this before refusing it.
func Recall(ctx context.Context, m Memory, r *Request) (Result, bool) {
	if r.Key == (Key{}) {
		return Result{}, false
	}
	before, found, err := m.Before(ctx, r.Key)
	switch {
	case err != nil:
		return Result{Err: err}, true
	case !found:
		return Result{}, false
	}
	return before.replay(new(hasher).request(r)), true
}
