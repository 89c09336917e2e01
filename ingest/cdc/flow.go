package cdc

import (
	"context"
	"sync"
)

// flow bounds what has been handed to the log and is not yet acknowledged. It outlives sessions,
// because the records of a broken session are still on their way when the next one begins.
type flow struct {
	maxRecords, maxBytes int

	mu             sync.Mutex
	records, bytes int
	waits          int64
	// room is closed and replaced whenever somebody waits and something was released.
	room    chan struct{}
	waiting bool
}

func newFlow(maxRecords, maxBytes int) *flow {
	return &flow{maxRecords: maxRecords, maxBytes: maxBytes, room: make(chan struct{})}
}

// acquire waits until the given amount fits. An amount above the bounds passes when nothing else is
// on its way, so a single large packet cannot stand still for ever.
func (f *flow) acquire(ctx context.Context, records, bytes int) error {
	return f.await(ctx, func() bool {
		fits := f.records+records <= f.maxRecords && f.bytes+bytes <= f.maxBytes
		if !fits && f.records > 0 {
			return false
		}
		f.records += records
		f.bytes += bytes
		return true
	})
}

// drained waits until nothing is on its way.
func (f *flow) drained(ctx context.Context) error {
	return f.await(ctx, func() bool { return f.records == 0 })
}

func (f *flow) await(ctx context.Context, ready func() bool) error {
	f.mu.Lock()
	for first := true; !ready(); first = false {
		if first {
			f.waits++
		}
		f.waiting = true
		room := f.room
		f.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-room:
		}
		f.mu.Lock()
	}
	f.mu.Unlock()
	return nil
}

func (f *flow) release(records, bytes int) {
	f.mu.Lock()
	f.records -= records
	f.bytes -= bytes
	if f.waiting {
		f.waiting = false
		close(f.room)
		f.room = make(chan struct{})
	}
	f.mu.Unlock()
}

func (f *flow) inFlight() (records, bytes int, waits int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.records, f.bytes, f.waits
}
