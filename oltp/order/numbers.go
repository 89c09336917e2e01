package order

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// numbers deals out numbers from blocks, so that the database is asked once for thousands of orders. The
// next block is drawn while the present one lasts: at full speed a block is gone in a third of a second,
// and every writer would stand still for as long as the question takes on a busy machine. They rise with
// time but have gaps.
type numbers struct {
	book Book
	// group ends when no question is under way.
	group *sync.WaitGroup

	mu      sync.Mutex
	present block
	// next is set while the block after the present one is drawn, or waits to be used.
	next chan drawn
}

// block is left numbers from first on; size is what it had at the beginning.
type block struct{ first, left, size int64 }

type drawn struct {
	block
	err error
}

// drawWithin bounds a question that nobody waits for yet.
const drawWithin = 5 * time.Second

// take returns the first of n numbers in a row.
func (s *numbers) take(ctx context.Context, n int64) (int64, error) {
	if n == 0 {
		return 0, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.present.left < n {
		if err := s.renew(ctx, n); err != nil {
			return 0, err
		}
	}
	p := &s.present
	first := p.first
	p.first, p.left = first+n, p.left-n
	if s.next == nil && p.left < p.size/2 {
		s.drawAhead(ctx)
	}
	return first, nil
}

// renew makes a block present that has n numbers.
func (s *numbers) renew(ctx context.Context, n int64) error {
	var d drawn
	if s.next != nil {
		select {
		case d = <-s.next:
			s.next = nil
		case <-ctx.Done():
			return fmt.Errorf("cannot draw order numbers: %w", ctx.Err())
		}
	}
	if d.err != nil || d.size == 0 {
		d = s.draw(ctx)
	}
	switch {
	case d.err != nil:
		return fmt.Errorf("cannot draw order numbers: %w", d.err)
	case d.left < n:
		return fmt.Errorf("cannot draw %d order numbers from a block of %d", n, d.size)
	}
	s.present = d.block
	return nil
}

// drawAhead asks for the next block beside the writers.
func (s *numbers) drawAhead(ctx context.Context) {
	next := make(chan drawn, 1)
	s.next = next
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drawWithin)
	s.group.Go(func() {
		defer cancel()
		next <- s.draw(ctx)
	})
}

func (s *numbers) draw(ctx context.Context) drawn {
	first, count, err := s.book.Numbers(ctx)
	return drawn{block{first, count, count}, err}
}
