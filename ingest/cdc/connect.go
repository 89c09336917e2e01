package cdc

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pglogrepl"
)

// connect takes the slot, compares it with what is remembered, and returns a session whose stream has
// begun. gap is nil when nothing can be missing.
func (r *Relay) connect(ctx context.Context) (s *session, gap *Gap, err error) {
	ctl, err := r.dial(ctx, false)
	if err != nil {
		return nil, nil, err
	}
	defer hangUp(ctl)
	// A relay that waits asks often; it should cost the database no more than it must.
	if held, err := r.slot(ctx, ctl); err != nil || held != nil && held.owner != "" {
		return nil, nil, cmp.Or(err, errSlotBusy)
	}
	repl, err := r.dial(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			hangUp(repl)
		}
	}()
	id, err := pglogrepl.IdentifySystem(ctx, repl)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot identify the database: %w", err)
	}
	database, made, err := r.ensure(ctx, ctl, repl)
	if err != nil {
		return nil, nil, err
	}
	from := uint64(0)
	if made == "" && r.resume.System == id.SystemID && r.resume.Timeline == id.Timeline &&
		r.resume.Confirmed <= uint64(id.XLogPos) {
		from = r.resume.Confirmed
	}
	if err := r.start(ctx, repl, from); err != nil {
		return nil, nil, err
	}
	// The slot is ours from here on and stands still until we confirm: only now can it be compared. What
	// is remembered comes first: then the log must be written at least that far.
	then, err := r.cfg.Memory.Load(ctx, r.cfg.Slot)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot recall where slot %s stood: %w", r.cfg.Slot, err)
	}
	slot, err := r.slot(ctx, ctl)
	if err != nil {
		return nil, nil, err
	}
	if err := r.ours(slot, repl.PID(), id.DBName); err != nil {
		return nil, nil, err
	}
	now := Checkpoint{System: id.SystemID, Database: database, Timeline: id.Timeline,
		Confirmed: slot.confirmed}
	at, remembered, gap, err := r.compare(ctx, then, now, slot.written, made)
	if err != nil {
		return nil, nil, err
	}
	s = &session{
		relay: r, conn: repl, out: r.out, at: at, labels: newLabels(at.source()),
		progress: newProgress(max(at.Confirmed, from)), asked: make(chan struct{}, 1),
	}
	s.born = r.cfg.Now()
	s.notedAt = s.progress.confirmed
	s.owed.Store(gap != nil)
	s.saved.Store(remembered)
	return s, gap, nil
}

// ours returns an error unless the slot is read by the process of the server that serves us, in our
// database.
func (r *Relay) ours(slot *slotState, server uint32, database string) error {
	switch {
	case slot == nil:
		return fmt.Errorf("slot %s vanished", r.cfg.Slot)
	case slot.owner != strconv.FormatUint(uint64(server), 10):
		// We stood still for so long that another has the slot; what it remembers is not ours to change.
		return errSlotBusy
	case slot.database != database:
		return fmt.Errorf("slot %s belongs to database %s: name another for %s", r.cfg.Slot,
			slot.database, database)
	}
	return nil
}

// compare finds out whether facts may be missing between what is remembered and where the slot
// stands now. If so, the debt is remembered, as position 0, before anything is relayed.
func (r *Relay) compare(ctx context.Context, then *Checkpoint, now Checkpoint, written uint64,
	made string,
) (at Checkpoint, remembered uint64, gap *Gap, err error) {
	gap = &Gap{To: now.Confirmed}
	if then != nil && then.System == now.System && then.Database == now.Database {
		now.Era = then.Era
		gap.From = then.Confirmed
		if then.Timeline != now.Timeline {
			r.cfg.Log.Warn("the database changed its timeline", "before", then.Timeline,
				"now", now.Timeline)
		}
	}
	switch {
	case then == nil:
		gap.First = true
		gap.Reason = cmp.Or(made, "the slot was there, but nothing is remembered of it")
	case then.System != now.System || then.Database != now.Database:
		gap.Reason = fmt.Sprintf("the database is not the one of before: %s, was %s", now.source(),
			then.source())
	case then.Confirmed > written:
		// What comes now bears positions that were used before.
		now.Era++
		gap.Reason = fmt.Sprintf("the database's history ends at %s, before the confirmed %s: it was "+
			"restored or lost its log", pglogrepl.LSN(written), pglogrepl.LSN(then.Confirmed))
	case made != "":
		gap.Reason = made
	case then.Confirmed == 0:
		gap.Reason = "an earlier snapshot was not finished"
	case now.Confirmed > then.Confirmed:
		gap.Reason = fmt.Sprintf("the slot stands at %s, beyond the confirmed %s: it was moved or made "+
			"anew", pglogrepl.LSN(now.Confirmed), pglogrepl.LSN(then.Confirmed))
	default:
		return now, then.Confirmed, nil, nil
	}
	debt := now
	debt.Confirmed = 0
	if err := r.cfg.Memory.Save(ctx, r.cfg.Slot, debt); err != nil {
		return now, 0, nil, fmt.Errorf("cannot remember that a snapshot is owed: %w", err)
	}
	return now, 0, gap, nil
}
