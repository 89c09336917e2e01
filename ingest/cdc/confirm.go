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
	pace := time.NewTimer(0)
	defer pace.Stop()
	<-pace.C
	for {
		silent := false
		select {
		case <-ctx.Done():
			return nil
		case <-s.progress.moved:
		case <-s.asked:
		case <-beat.C:
			quiet := cfg.Now().Sub(time.Unix(0, s.heard.Load()))
			silent = quiet > cfg.SilenceLimit/2
			if quiet > cfg.SilenceLimit && !s.held() {
				return fmt.Errorf("the database has said nothing for %s", quiet)
			}
		}
		if err := s.status(ctx, silent); err != nil {
			return err
		}
		// A moved position that arrives meanwhile waits in its channel.
		pace.Reset(cfg.ConfirmInterval)
		select {
		case <-ctx.Done():
			return nil
		case <-pace.C:
		}
	}
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
// that stands beyond what is remembered was moved by somebody else.
func (s *session) status(ctx context.Context, ask bool) error {
	confirmed, _ := s.progress.state()
	if s.owed.Load() {
		confirmed = s.at.Confirmed
	} else if saved := s.saved.Load(); confirmed > saved {
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
		WALWritePosition: pglogrepl.LSN(confirmed), ClientTime: s.relay.cfg.Now(), ReplyRequested: ask,
	})
	if err != nil {
		return fmt.Errorf("cannot confirm %s: %w", pglogrepl.LSN(confirmed), err)
	}
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
