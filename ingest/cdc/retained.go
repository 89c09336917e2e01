package cdc

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Retained says how much of its log the database keeps for the slot. What a slot keeps cannot be
// thrown away: a relay that stands still fills the disk of the database, or loses the slot at the limit.
type Retained struct {
	// Bytes is what is kept: from where decoding would start again to the end of the log.
	Bytes int64
	// Limit is what may be kept: the server's max_slot_wal_keep_size, or Config.RetainedLimit where that
	// is smaller or the server sets none. Capped is set when the server itself keeps to a limit.
	Limit  int64
	Capped bool
	// Safe is how much may be written until the slot is in danger, -1 where the server does not say.
	Safe int64
	// Status is the server's word for it: reserved, extended, unreserved, lost.
	Status string
	// Alarm is on from half of the limit until a share of quietShare, or while the server says that log
	// is no longer safe. Alarms counts how often it went on.
	Alarm  bool
	Alarms int64
}

// The alarm goes on at alarmShare of the limit and off below quietShare, so that a level which sways
// around the limit is one alarm, not many.
const (
	alarmShare = 0.50
	quietShare = 0.40
)

// judge decides about the alarm and reports whether that changed it.
func (k *Retained) judge(before Retained) (changed bool) {
	share := float64(k.Bytes) / float64(k.Limit)
	danger := k.Status == "unreserved" || k.Status == "lost"
	k.Alarm = danger || share >= alarmShare || before.Alarm && share >= quietShare
	k.Alarms = before.Alarms
	if k.Alarm && !before.Alarm {
		k.Alarms++
	}
	return k.Alarm != before.Alarm
}

// noteEvery is how far confirmed may move until the running transactions are noted in the log. The server
// does so by itself every 15 s only, and up to the last note it keeps its log: a busy neighbour database
// writes gigabytes in that time.
const noteEvery = 8 << 20

// watcher looks after the log that the database keeps, on a connection of its own: whether the relay
// works, waits or stands still.
type watcher struct {
	relay *Relay
	conn  *pgconn.PgConn
	// mute is set once the server has refused to note running transactions.
	mute bool
	// failed is the last error that was logged.
	failed string
}

// watch runs until ctx ends.
func (r *Relay) watch(ctx context.Context) {
	w := &watcher{relay: r}
	defer w.hangUp()
	tick := time.NewTicker(r.cfg.WatchInterval)
	defer tick.Stop()
	for do := w.look; ; {
		w.try(ctx, do)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			do = w.look
		case <-r.noted:
			do = w.note
		}
	}
}

// watchTimeout bounds one look.
const watchTimeout = 5 * time.Second

// try does one thing; an error costs the connection and is logged once.
func (w *watcher) try(outer context.Context, do func(context.Context) error) {
	ctx, cancel := context.WithTimeout(outer, watchTimeout)
	defer cancel()
	var err error
	if w.conn == nil || w.conn.IsClosed() {
		w.conn, err = w.relay.dial(ctx, false)
	}
	if err == nil {
		err = do(ctx)
	}
	if err == nil {
		w.failed = ""
		return
	}
	w.hangUp()
	if outer.Err() == nil && w.failed != err.Error() {
		w.failed = err.Error()
		w.relay.cfg.Log.Warn("cannot see how much log the database keeps", "err", err)
	}
}

func (w *watcher) hangUp() {
	if w.conn != nil {
		hangUp(w.conn)
		w.conn = nil
	}
}

// look reads what is kept, keeps it for Stats and tells the log when the alarm changes.
func (w *watcher) look(ctx context.Context) error {
	r := w.relay
	v, err := row(ctx, w.conn, retainedSQL, []byte(r.cfg.Slot))
	if err != nil || v == nil {
		return err // no slot keeps nothing; the session says why it is gone
	}
	var n [3]int64
	for i := range n {
		if n[i], err = strconv.ParseInt(v[i], 10, 64); err != nil {
			return fmt.Errorf("cannot read what slot %s keeps: %w", r.cfg.Slot, err)
		}
	}
	now := Retained{Bytes: n[0], Limit: n[1], Capped: n[1] >= 0, Safe: n[2], Status: v[3]}
	if !now.Capped || now.Limit > r.cfg.RetainedLimit {
		now.Limit = r.cfg.RetainedLimit
	}
	now.Limit = max(now.Limit, 1)
	r.mu.Lock()
	changed := now.judge(r.retained)
	r.retained = now
	r.mu.Unlock()
	switch {
	case changed && now.Alarm:
		r.cfg.Log.Error("the database keeps much log for the relay: at the limit its disk is full or the "+
			"slot is lost", "slot", r.cfg.Slot, "bytes", now.Bytes, "limit", now.Limit,
			"capped_by_server", now.Capped, "status", now.Status)
	case changed:
		r.cfg.Log.Info("the database can let its log go again", "slot", r.cfg.Slot, "bytes", now.Bytes,
			"limit", now.Limit)
	}
	return nil
}

// note has the server write down which transactions run. Where it refuses for good (no permission, an
// older server than PostgreSQL 16, a standby), its own pace must do.
func (w *watcher) note(ctx context.Context) error {
	if w.mute {
		return nil
	}
	_, err := row(ctx, w.conn, runningSQL)
	if hasState(err, stateNoPermission) || hasState(err, stateNoFunction) || hasState(err, stateNotNow) {
		w.mute = true
		w.relay.cfg.Log.Info("the database notes running transactions at its own pace, so it keeps log of "+
			"up to 15 s: GRANT EXECUTE ON FUNCTION pg_log_standby_snapshot() lets the relay ask for more",
			"err", err)
		return nil
	}
	return err
}

// askNote asks for a note when confirmed has moved far since the last one.
func (s *session) askNote(confirmed uint64) {
	if confirmed < s.notedAt+noteEvery {
		return
	}
	s.notedAt = confirmed
	select {
	case s.relay.noted <- struct{}{}:
	default:
	}
}
