package world

import (
	"iter"

	"github.com/tillstream/tillstream/retail"
)

// Truth returns what really happened at a store, SKU by SKU, on the days from a day on up to
// another, which is excluded. It simulates the store again from the world's first day and assumes
// that the shop took every order.
func (w *World) Truth(store int, from, to retail.Day) iter.Seq[Truth] {
	return func(yield func(Truth) bool) {
		run := w.Run(store)
		for run.Date() < to {
			d := run.Next()
			if d.Date < from {
				continue
			}
			for _, t := range d.Truth {
				if !yield(t) {
					return
				}
			}
		}
	}
}

// Days returns the days of a store from the world's first day on, without end.
func (w *World) Days(store int) iter.Seq[*Day] {
	return func(yield func(*Day) bool) {
		for run := w.Run(store); yield(run.Next()); {
		}
	}
}
