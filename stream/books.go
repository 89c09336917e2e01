package stream

import (
	"context"

	"github.com/tillstream/tillstream/stream/keyed"
)

// openBooks gives the worker its states, if there is a memory to read them from.
func (w *worker) openBooks() {
	if w.e.cfg.Memory != nil {
		w.books = keyed.NewBooks(w.e.cfg.Memory, w.e.quota)
	}
}

// derive appends what follows from the batch and from what came before it. It comes before the intent,
// so that a warehouse that cannot be read leaves no batch open.
func (w *worker) derive(s *slot) error {
	if w.books == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(w.ctx, w.e.cfg.WriteTimeout)
	defer cancel()
	return w.books.Derive(ctx, &s.batch)
}

// settleBooks keeps the states after the batch: it is written.
func (w *worker) settleBooks() {
	if w.books != nil {
		w.books.Settle()
	}
}

// closeBooks forgets the states and gives their memory back.
func (w *worker) closeBooks() {
	if w.books != nil {
		w.books.Close()
	}
}
