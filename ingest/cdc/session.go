package cdc

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/tillstream/tillstream/retail/event"
)

// session is one replication connection from START_REPLICATION to its end. One goroutine reads and
// produces; another confirms.
type session struct {
	relay    *Relay
	conn     *pgconn.PgConn
	out      *outlet
	labels   *labels
	progress *progress

	// The open transaction, nil between transactions; used by the reading goroutine alone.
	open  *txn
	begin begin
	clock []byte // commit time, RFC 3339
	index uint64 // of the next frame; beyond 32 bits facts are refused

	frames []event.Frame // reused
	asked  chan struct{} // the database wants a status at once

	// born is when the session began; times are told as nanoseconds since then, so that a clock which is
	// set does not look like a standstill.
	born  time.Time
	heard atomic.Int64 // when the database last said something
	told  int64        // when it last heard from us; used by who confirms alone
	// notedAt is where confirmed stood when running transactions were noted last.
	notedAt uint64

	// at is what the session started from; owed is set while a snapshot is owed, during which nothing
	// is confirmed beyond it.
	at   Checkpoint
	owed atomic.Bool
	// saved is the position that is remembered. While a transaction of before a crash comes again it
	// may lie beyond what this session has relayed; everything up to it is in the log all the same.
	saved atomic.Uint64
}

// read reads the stream until it breaks. Between messages it allocates nothing.
func (s *session) read(ctx context.Context) error {
	// A context per message would cost a goroutine per message: the deadline of the socket ends the
	// wait instead.
	stop := context.AfterFunc(ctx, func() { _ = s.conn.Conn().SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	for {
		msg, err := s.conn.ReceiveMessage(context.Background())
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return fmt.Errorf("cannot read the replication stream: %w", err)
		}
		s.heard.Store(s.age())
		switch msg := msg.(type) {
		case *pgproto3.CopyData:
			err = s.take(ctx, msg.Data)
		case *pgproto3.ErrorResponse:
			err = pgconn.ErrorResponseToPgError(msg)
		case *pgproto3.CopyDone:
			err = errors.New("the database ended the replication stream")
		}
		if err != nil {
			return err
		}
	}
}

// age is the time since the session began, in nanoseconds.
func (s *session) age() int64 { return int64(s.relay.cfg.Now().Sub(s.born)) }

// take handles one message of the replication stream.
func (s *session) take(ctx context.Context, b []byte) error {
	if len(b) == 0 {
		return fmt.Errorf("%w: it is empty", errProtocol)
	}
	switch b[0] {
	case tagData:
		d, err := decodeData(b)
		if err != nil || len(d.payload) == 0 {
			return err
		}
		return s.takeData(ctx, d.payload)
	case tagKeepalive:
		k, err := decodeKeepalive(b)
		if err != nil {
			return err
		}
		if s.open == nil {
			s.progress.idle(k.walEnd)
		}
		if k.reply {
			select {
			case s.asked <- struct{}{}:
			default:
			}
		}
	}
	return nil
}

func (s *session) takeData(ctx context.Context, b []byte) error {
	switch b[0] {
	case tagBegin:
		m, err := decodeBegin(b)
		if err != nil {
			return err
		}
		if s.open != nil {
			return fmt.Errorf("%w: a transaction begins within another", errProtocol)
		}
		s.start(m)
	case tagCommit:
		m, err := decodeCommit(b)
		if err != nil {
			return err
		}
		if s.open == nil {
			return fmt.Errorf("%w: a commit without a begin", errProtocol)
		}
		s.progress.commit(s.open, m.end)
		s.open = nil
		s.relay.counters.transactions.Add(1)
	case tagMessage:
		m, err := decodeMessage(b)
		if err != nil || string(m.prefix) != event.PacketPrefix {
			return err
		}
		return s.takePacket(ctx, m)
	}
	return nil
}

func (s *session) start(m begin) {
	s.begin, s.index = m, 0
	s.clock = m.at.AppendFormat(make([]byte, 0, len(time.RFC3339Nano)), time.RFC3339Nano)
	s.open = s.progress.begin()
}

func (s *session) takePacket(ctx context.Context, m message) error {
	switch {
	case s.open == nil:
		return s.takeLoose(ctx, m)
	case !m.transactional:
		return s.refuse(ctx, refused{reason: errNotTransactional, value: m.content})
	}
	s.relay.counters.packets.Add(1)
	bytes := 0
	for f, err := range event.Frames(m.content) {
		if err == nil && len(s.frames) < chunkRecords && bytes < chunkBytes && s.fit(f) {
			s.frames = append(s.frames, f)
			bytes += len(f.Wire)
			continue
		}
		if err := s.flush(ctx); err != nil {
			return err
		}
		bytes = 0
		switch {
		case err != nil:
			return s.refuse(ctx, refused{reason: err, value: m.content})
		case s.fit(f):
			s.frames = append(s.frames, f)
			bytes = len(f.Wire)
		default:
			if err := s.refuse(ctx, unfit(f)); err != nil {
				return err
			}
		}
	}
	return s.flush(ctx)
}

// fit reports whether a frame can be forwarded as a fact.
func (s *session) fit(f event.Frame) bool {
	return f.Kind.Known() && len(f.Wire) <= event.MaxBytes &&
		s.index+uint64(len(s.frames)) <= math.MaxUint32
}

func unfit(f event.Frame) refused {
	r := refused{kind: f.Kind, key: strconv.AppendInt(nil, f.Key, 10), value: f.Wire}
	switch {
	case !f.Kind.Known():
		r.reason = fmt.Errorf("%w: %d", event.ErrUnknownKind, uint8(f.Kind))
	case len(f.Wire) > event.MaxBytes:
		r.reason = fmt.Errorf("%w: %s has %d bytes, at most %d", event.ErrTooLarge, f.Kind, len(f.Wire),
			event.MaxBytes)
	default:
		r.reason = errIndexRange
	}
	return r
}

// takeLoose refuses a packet that no transaction guards: what it says may never have been committed.
func (s *session) takeLoose(ctx context.Context, m message) error {
	s.start(begin{final: m.lsn, at: s.relay.cfg.Now().UTC()})
	err := s.refuse(ctx, refused{reason: errNotTransactional, value: m.content})
	s.progress.commit(s.open, m.lsn)
	s.open = nil
	return err
}

func (s *session) position() event.Position {
	return event.Position{Commit: s.begin.final, Index: uint32(min(s.index, math.MaxUint32))}
}

// flush hands the gathered frames to the log as one chunk.
func (s *session) flush(ctx context.Context) error {
	if len(s.frames) == 0 {
		return nil
	}
	c := &chunk{session: s, txn: s.open, at: s.begin.at, first: s.position()}
	c.fill(s.labels, s.frames, s.clock)
	s.index += uint64(len(s.frames))
	s.relay.counters.records.Add(int64(len(s.frames)))
	s.relay.read.observe(s.relay.cfg.Now().Sub(s.begin.at), int64(len(s.frames)))
	s.frames = s.frames[:0]
	return s.hand(ctx, c)
}

// refuse hands a piece of a packet to the dead letters. It takes an index like a fact, so the
// identities of its neighbours do not depend on who refuses what.
func (s *session) refuse(ctx context.Context, r refused) error {
	c := &chunk{session: s, txn: s.open, at: s.begin.at, first: s.position()}
	c.records = append(c.records, letter(s.labels, r, c.first, s.clock))
	c.bytes = len(c.records[0].Value)
	s.index++
	s.relay.counters.deadLetters.Add(1)
	s.relay.cfg.Log.Warn("a piece of a packet went to the dead letters",
		"position", s.position().String(), "key", string(r.key), "bytes", len(r.value), "reason", r.reason)
	return s.hand(ctx, c)
}

// hand waits for room and hands the chunk to the log. The log's context is not the session's: a
// record that is given up while a later one of its partition survives would never be seen again.
func (s *session) hand(ctx context.Context, c *chunk) error {
	if err := s.relay.flow.acquire(ctx, len(c.records), c.bytes); err != nil {
		return context.Cause(ctx)
	}
	s.progress.add(c.txn)
	c.pending.Store(int32(len(c.records)))
	done := c.done
	for i := range c.records {
		s.out.ProduceAsync(context.Background(), &c.records[i], done)
	}
	return nil
}

// chunkDone runs on the log's goroutine when every record of a chunk has its outcome.
func (s *session) chunkDone(c *chunk) {
	r := s.relay
	s.out.end(c)
	c.endSpans()
	if !c.failed.Load() {
		r.lag.observe(r.cfg.Now().Sub(c.at), int64(len(c.records)))
		r.counters.acknowledged.Add(int64(len(c.records)))
		s.progress.acknowledged(c.txn)
	}
	r.flow.release(len(c.records), c.bytes)
}
