package order

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
)

// blocks is a book that hands out blocks of ten, or fails.
type blocks struct {
	Book
	asked int64
	fails bool
}

func (b *blocks) Numbers(context.Context) (first, count int64, err error) {
	if b.fails {
		return 0, 0, errors.New("out of reach")
	}
	b.asked++
	return 10 * b.asked, 10, nil
}

func TestNumbersAreDrawnAheadAndNeverTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var group sync.WaitGroup
		book := &blocks{}
		s := numbers{book: book, group: &group}
		seen := map[int64]bool{}
		take := func(n int64) {
			t.Helper()
			first, err := s.take(t.Context(), n)
			if err != nil {
				t.Fatal(err)
			}
			for i := range n {
				if seen[first+i] {
					t.Fatalf("the number %d came twice", first+i)
				}
				seen[first+i] = true
			}
			synctest.Wait()
		}
		take(5)
		if book.asked != 1 {
			t.Errorf("%d blocks were drawn when half of the first was left", book.asked)
		}
		take(1)
		if book.asked != 2 {
			t.Errorf("%d blocks were drawn when less than half of the first was left", book.asked)
		}
		book.fails = true
		take(4)
		take(4) // of the block drawn before
		take(2) // asks for the next, which fails
		if _, err := s.take(t.Context(), 5); err == nil {
			t.Error("numbers came from nowhere")
		}
		book.fails = false
		take(10)
		group.Wait()
		if _, err := s.take(t.Context(), 11); err == nil {
			t.Error("a block of ten gave eleven numbers")
		}
	})
}
