package stream

import (
	"context"
	"sync"
)

// room is the memory for records that wait, over all partitions. It is asked before a poll and not
// before a push, so it may be exceeded by one poll.
type room struct {
	mu    sync.Mutex
	bytes int
	max   int
	// must counts the partitions that repeat a former batch: they need all its records, so polling
	// goes on.
	must  int
	freed chan struct{}
}

func newRoom(maxBytes int) *room { return &room{max: maxBytes, freed: make(chan struct{}, 1)} }

func (r *room) take(bytes int) { r.change(bytes, 0) }

func (r *room) give(bytes int) { r.change(-bytes, 0) }

// open says that so many more partitions must be read whatever it takes.
func (r *room) open(partitions int) { r.change(0, partitions) }

func (r *room) change(bytes, must int) {
	r.mu.Lock()
	r.bytes += bytes
	r.must += must
	r.mu.Unlock()
	select {
	case r.freed <- struct{}{}:
	default:
	}
}

// share is what one partition may hold: as much as is still free. So whoever comes finds half of what those
// before have left, when none of them can be written. A fixed part would be small for the one or two that
// mostly have a backlog, or be all the room when as many partitions are stuck as it goes into it.
func (r *room) share() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(0, r.max-r.bytes)
}

// wait returns when there is room, or false when ctx ends first.
func (r *room) wait(ctx context.Context) bool {
	for {
		r.mu.Lock()
		free := r.bytes < r.max || r.must > 0
		r.mu.Unlock()
		if free {
			return ctx.Err() == nil
		}
		select {
		case <-r.freed:
		case <-ctx.Done():
			return false
		}
	}
}
