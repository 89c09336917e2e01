package cdc

import (
	"sync"
	"sync/atomic"
)

// outlet is one opening of the log. A log that has failed a record is not used again: its order can no
// longer be relied on.
type outlet struct {
	Publisher
	once   sync.Once
	failed chan struct{}
	cause  error
	// overtaking counts records that were acknowledged after one had failed.
	overtaking atomic.Int64
}

func newOutlet(p Publisher) *outlet { return &outlet{Publisher: p, failed: make(chan struct{})} }

// fail remembers the first failure.
func (o *outlet) fail(err error) {
	o.once.Do(func() {
		o.cause = &publishError{err}
		close(o.failed)
	})
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
