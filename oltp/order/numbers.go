package order

import (
	"context"
	"fmt"
	"sync"
)

// numbers deals out numbers from blocks, so that the database is asked once for thousands of orders.
// They rise with time but have gaps.
type numbers struct {
	book Book

	mu         sync.Mutex
	next, left int64
}

// take returns the first of n numbers in a row.
func (s *numbers) take(ctx context.Context, n int64) (int64, error) {
	if n == 0 {
		return 0, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left < n {
		first, count, err := s.book.Numbers(ctx)
		if err != nil {
			return 0, fmt.Errorf("cannot draw order numbers: %w", err)
		}
		if count < n {
			return 0, fmt.Errorf("cannot draw %d order numbers from a block of %d", n, count)
		}
		s.next, s.left = first, count
	}
	first := s.next
	s.next, s.left = s.next+n, s.left-n
	return first, nil
}
