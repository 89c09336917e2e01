package cdc

import (
	"sync"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// outlet is one opening of the log. A log that has failed a record is not used again: its order can no
// longer be relied on.
type outlet struct {
	Publisher
	failed chan struct{} // closed by the first failure

	mu    sync.Mutex
	cause error
	// ended are the chunks whose outcome came after the first failure. The log reports the outcomes
	// of a partition in order, so whatever overtook a failed record is among them.
	ended []*chunk
}

func newOutlet(p Publisher) *outlet { return &outlet{Publisher: p, failed: make(chan struct{})} }

// fail remembers the first failure.
func (o *outlet) fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cause == nil {
		o.cause = &publishError{err}
		close(o.failed)
	}
}

// end takes note of a chunk whose outcome is complete.
func (o *outlet) end(c *chunk) {
	if o.broken() == nil {
		return // Fast path
	}
	o.mu.Lock()
	o.ended = append(o.ended, c)
	o.mu.Unlock()
}

// overtaken counts the records that were acknowledged behind a failed one of their partition. Which
// record of a chunk failed is not known, so it may count too many. Nothing may be on its way.
func (o *outlet) overtaken() (n int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	lost := map[kafka.Partition]event.Position{}
	for _, c := range o.ended {
		for i := range c.records {
			place, at := c.place(i)
			if first, ok := lost[place]; c.failed.Load() && (!ok || first.Above(at)) {
				lost[place] = at
			}
		}
	}
	for _, c := range o.ended {
		for i := range c.records {
			place, at := c.place(i)
			if first, ok := lost[place]; !c.failed.Load() && ok && at.Above(first) {
				n++
			}
		}
	}
	return n
}

// broken returns the first failure, nil if there was none.
func (o *outlet) broken() error {
	select {
	case <-o.failed:
		return o.cause
	default:
		return nil
	}
}

// publishError says that the log failed a record, so it must be opened anew.
type publishError struct{ err error }

func (e *publishError) Error() string { return "cannot publish: " + e.err.Error() }
func (e *publishError) Unwrap() error { return e.err }
