package rowwise

import (
	"context"
	_ "embed"
	"fmt"
)

//go:embed fill_shelves.sql
var fillShelves string

//go:embed fill_log.sql
var fillLog string

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

// FillLog walks through so many segments of the server's log, 16 MiB each, and ends with a checkpoint, which
// keeps them for use again. A server that has traded for a day has them; on a new one every writer would
// stop while the next segment is made, twice a second at full speed.
func (s *Shop) FillLog(ctx context.Context, segments int) error {
	for range segments {
		if _, err := s.pool.Exec(ctx, fillLog); err != nil {
			return fmt.Errorf("cannot fill the log: %w", err)
		}
	}
	if _, err := s.pool.Exec(ctx, "CHECKPOINT"); err != nil {
		return fmt.Errorf("cannot fill the log: %w", err)
	}
	return nil
}
