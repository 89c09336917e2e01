package cdc

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tillstream/tillstream/retail/event"
)

// snapshotPacketBytes is the size at which a packet of a snapshot is written.
const snapshotPacketBytes = 64 << 10

// repay answers a gap: it says so, has the snapshot written into the database's log, and lets the
// session confirm again. The stream flows meanwhile, or the database would take us for dead.
func (s *session) repay(ctx context.Context, gap Gap) error {
	r := s.relay
	r.noticeGap(gap)
	if r.cfg.Snapshotter != nil {
		frames, err := r.snapshot(ctx, gap)
		if err != nil {
			return fmt.Errorf("cannot write the snapshot after a gap (%s): %w", gap.Reason, err)
		}
		r.counters.snapshots.Add(1)
		r.cfg.Log.Info("the snapshot after the gap is written", "facts", frames)
	}
	s.owed.Store(false)
	s.nudge()
	return nil
}

func (r *Relay) snapshot(ctx context.Context, gap Gap) (frames int, err error) {
	conn, err := r.dial(ctx, false)
	if err != nil {
		return 0, err
	}
	defer hangUp(conn)
	packet := make([]byte, 0, snapshotPacketBytes)
	err = r.cfg.Snapshotter.Snapshot(ctx, gap, func(f event.Frame) error {
		frames++
		packet = event.AppendFrame(packet, f)
		if len(packet) < snapshotPacketBytes {
			return nil
		}
		err := write(ctx, conn, packet)
		packet = packet[:0]
		return err
	})
	if err == nil && len(packet) > 0 {
		err = write(ctx, conn, packet)
	}
	return frames, err
}

// write emits one packet as a transaction of its own.
func write(ctx context.Context, conn *pgconn.PgConn, packet []byte) error {
	const text, binary = 0, 1
	res := conn.ExecParams(ctx, emitSQL, [][]byte{[]byte(event.PacketPrefix), packet}, []uint32{25, 17},
		[]int16{text, binary}, nil).Read()
	if res.Err != nil {
		return fmt.Errorf("cannot emit a packet of %d bytes: %w", len(packet), res.Err)
	}
	return nil
}
