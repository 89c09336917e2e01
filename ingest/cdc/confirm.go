package cdc

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pglogrepl"
)

// saveTimeout bounds one Save: longer, and the database would hear nothing from us meanwhile.
const saveTimeout = 5 * time.Second

// confirm tells the database how far everything is in the log: soon after it has moved, when asked,
// and every so often when nothing happens. It is the only writer of the connection.
func (s *session) confirm(ctx context.Context) error {
	cfg := &s.relay.cfg
	beat := time.NewTicker(cfg.KeepAlive)
	defer beat.Stop()
	for {
		regular := false
		select {
		case <-ctx.Done():
			return nil
		case <-s.progress.moved:
		case <-s.asked:
		case <-beat.C:
			regular = true
			if quiet := s.quiet(); quiet > cfg.SilenceLimit && !s.held() {
				return fmt.Errorf("the database has said nothing for %s", quiet)
			}
		}
		if err := s.status(ctx, regular); err != nil {
			return err
		}
		s.pause(ctx)
	}
}

// farBytes is how much log is worth a confirmation of its own: a busy neighbour writes it in a part of
// ConfirmInterval, and what is not confirmed is kept.
const farBytes = 8 << 20

// pause waits ConfirmInterval, or an eighth of it when what may be confirmed has moved far. A moved
// position that arrives meanwhile waits in its channel.
func (s *session) pause(ctx context.Context) {
	const parts = 8
	tick := time.NewTicker(max(s.relay.cfg.ConfirmInterval/parts, 1))
	defer tick.Stop()
	for range parts {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if at, _ := s.progress.state(); at >= s.relay.confirmed.Load()+farBytes {
			return
		}
	}
}

// quiet is how long the database has said nothing.
func (s *session) quiet() time.Duration { return time.Duration(s.age() - s.heard.Load()) }

// stood returns an error when this relay said nothing for so long that the database may have given the
// slot to another: then nothing may be remembered any more, for what the other remembers is newer.
func (s *session) stood() error {
	silent := time.Duration(s.age() - s.told)
	if silent < s.relay.cfg.SenderTimeout/2 {
		return nil
	}
	return fmt.Errorf("the relay stood still for %s: another may have the slot by now", silent)
}

// held reports whether the reader stands still because the log takes nothing: then the silence is ours.
func (s *session) held() bool {
	records, _, _ := s.relay.flow.inFlight()
	return records > 0
}

// nudge has the position looked at again.
func (s *session) nudge() {
	select {
	case s.progress.moved <- struct{}{}:
	default:
	}
}

// status remembers how far everything is in the log and then tells the database, in this order: a slot
// that stands beyond what is remembered was moved by somebody else. A regular one asks for an answer,
// and remembers again what has not moved, so that the memory neither forgets an idle database nor keeps
// what a relay without the slot wrote into it; but only if the database has just answered.
func (s *session) status(ctx context.Context, regular bool) error {
	if err := s.stood(); err != nil {
		return err
	}
	confirmed, _ := s.progress.state()
	again := regular && s.quiet() < s.relay.cfg.KeepAlive*3/2
	if s.owed.Load() {
		confirmed = s.at.Confirmed
	} else if saved := s.saved.Load(); confirmed > saved || again && confirmed == saved {
		if err := s.save(ctx, confirmed); err != nil {
			if ctx.Err() == nil {
				s.relay.noticeSave(err)
			}
			confirmed = max(saved, s.at.Confirmed)
			s.nudge()
		}
	}
	s.relay.confirmed.Store(confirmed)
	err := pglogrepl.SendStandbyStatusUpdate(ctx, s.conn, pglogrepl.StandbyStatusUpdate{
		WALWritePosition: pglogrepl.LSN(confirmed), ClientTime: s.relay.cfg.Now(),
		ReplyRequested: regular,
	})
	if err != nil {
		return fmt.Errorf("cannot confirm %s: %w", pglogrepl.LSN(confirmed), err)
	}
	s.told = s.age()
	s.askNote(confirmed)
	return nil
}

func (s *session) save(ctx context.Context, confirmed uint64) error {
	ctx, cancel := context.WithTimeout(ctx, saveTimeout)
	defer cancel()
	at := s.at
	at.Confirmed = confirmed
	if err := s.relay.cfg.Memory.Save(ctx, s.relay.cfg.Slot, at); err != nil {
		return err
	}
	s.saved.Store(confirmed)
	return nil
}
