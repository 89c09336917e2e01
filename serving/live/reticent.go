package live

import (
	"context"
	"sync"

	"github.com/tillstream/tillstream/retail"
)

// reticent are the members who did not agree to be recognised, the erased among them: nothing of what they
// do is remembered. It is read when the log is opened, after the place to follow it from is known, and kept
// current by the log; so whatever happened while nobody followed it takes effect then. One takes about 20
// bytes.
type reticent struct {
	mu  sync.RWMutex
	ids map[retail.MemberID]struct{}
}

func (r *reticent) has(id retail.MemberID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, has := r.ids[id]
	return has
}

func (r *reticent) set(id retail.MemberID, reticent bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if reticent {
		r.ids[id] = struct{}{}
	} else {
		delete(r.ids, id)
	}
}

// read takes the list anew, and forgets the trails of those on it.
func (r *reticent) read(ctx context.Context, list Reticent, trails *Trails) error {
	ids := map[retail.MemberID]struct{}{}
	if list != nil {
		if err := list(ctx, func(id retail.MemberID) { ids[id] = struct{}{} }); err != nil {
			return err
		}
	}
	r.mu.Lock()
	r.ids = ids
	r.mu.Unlock()
	for id := range ids {
		trails.Forget(MemberVisitor(id))
	}
	return nil
}

// Reticent lists the members who did not agree to be recognised, erased ones among them, as of one moment
// not before the call.
type Reticent func(ctx context.Context, take func(retail.MemberID)) error
