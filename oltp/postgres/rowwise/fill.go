package rowwise

import (
	"context"
	_ "embed"
	"fmt"
)

//go:embed fill_shelves.sql
var fillShelves string

// fillShares is how many transactions Fill takes, so that none outgrows the memory of log decoding.
const fillShares = 20

// Fill puts qty of every SKU on the empty shelves of every store, faster than any order service could,
// for a benchmark to begin. No event tells of it.
func (s *Shop) Fill(ctx context.Context, qty int32) error {
	for share := range fillShares {
		if _, err := s.pool.Exec(ctx, fillShelves, qty, share, fillShares); err != nil {
			return fmt.Errorf("cannot fill the shelves: %w", err)
		}
	}
	return nil
}
