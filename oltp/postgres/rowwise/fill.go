package rowwise

import (
	"context"
	_ "embed"
	"fmt"
	"time"
)

//go:embed fill_shelves.sql
var fillShelves string

//go:embed fill_log.sql
var fillLog string

//go:embed kept_log.sql
var keptLog string

//go:embed spare_log.sql
var spareLog string

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

// FillLog walks through so many segments of the server's log and ends with checkpoints, which
// keep them for use again once no slot needs them. A server that has traded for a day has them; on a new
// one every writer would stop while the next segment is made, twice a second at full speed.
func (s *Shop) FillLog(ctx context.Context, segments int) error {
	for range segments {
		if _, err := s.pool.Exec(ctx, fillLog); err != nil {
			return fmt.Errorf("cannot fill the log: %w", err)
		}
	}
	// The first checkpoint saves how far the slots are; only a later one goes by what was saved.
	for range keptRounds {
		if err := s.awaitSlots(ctx); err != nil {
			return err
		}
		var spare int
		if _, err := s.pool.Exec(ctx, "CHECKPOINT"); err != nil {
			return fmt.Errorf("cannot fill the log: %w", err)
		}
		if err := s.pool.QueryRow(ctx, spareLog).Scan(&spare); err != nil {
			return fmt.Errorf("cannot count the spare segments of the log: %w", err)
		}
		if spare >= segments/2 {
			return nil
		}
	}
	return fmt.Errorf("the server keeps less than half of %d segments of its log for use again", segments)
}

// The slots have let go of the log when none keeps more than keptBytes of it.
const (
	keptBytes   = 4 << 20
	keptWithin  = time.Minute
	keptLookGap = 100 * time.Millisecond
	keptRounds  = 20
)

// awaitSlots waits until the readers of all slots have come to the end of the log.
func (s *Shop) awaitSlots(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, keptWithin)
	defer cancel()
	for {
		var kept int64
		if err := s.pool.QueryRow(ctx, keptLog).Scan(&kept); err != nil {
			return fmt.Errorf("cannot see what the slots keep of the log: %w", err)
		}
		if kept <= keptBytes {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("a slot still keeps %d bytes of the log after %s", kept, keptWithin)
		case <-time.After(keptLookGap):
		}
	}
}
