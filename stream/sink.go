package stream

import (
	"context"
	"fmt"

	"github.com/tillstream/tillstream/stream/fact"
)

// Sink takes batches. It is called by several goroutines, with different tokens.
type Sink interface {
	// Write stores all tables of the batch. Each table is stored whole or not at all, and once for
	// each token, however often it is called with it: a repeated call holds the same rows. The batch
	// is the caller's again when Write returns. An error, whatever it is, makes the engine repeat the
	// call until it succeeds.
	Write(ctx context.Context, token string, b *fact.Batch) error
}

// token names a batch for ever. The range alone would do, were logs never cut off and written anew:
// the fingerprint of the records keeps a new batch from being taken for the old one.
func token(p plan) string {
	t := fmt.Sprintf("%s/%d/%d-%d/%d/%016x", p.Topic, p.Partition, p.From, p.To, p.layout,
		p.fingerprint)
	if p.generation > 0 {
		t = fmt.Sprintf("%s/r%d", t, p.generation)
	}
	return t
}

// plan is a batch that is going to be written.
type plan struct {
	fact.Range
	layout      uint32
	fingerprint uint64
	// generation counts the rewinds of the partition.
	generation uint32
}
