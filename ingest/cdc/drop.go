package cdc

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// DropSlot removes a replication slot for good, as the end of a relay does: a slot that nobody reads keeps
// the log of its database. It waits until a relay that has just ended has let the slot go, no longer than
// ctx.
func DropSlot(ctx context.Context, dsn, slot string) error {
	conn, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("cannot connect to the database: %w", err)
	}
	defer hangUp(conn)
	for {
		_, err := row(ctx, conn, dropSlotSQL, []byte(slot))
		if err == nil {
			return nil
		}
		if !hasState(err, stateObjectInUse) {
			return fmt.Errorf("cannot drop slot %s: %w", slot, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("cannot drop slot %s: %w: %w", slot, ctx.Err(), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
