package cdc

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pglogrepl"
)

// State is what a relay is doing.
type State string

// The states of a relay.
const (
	Connecting State = "connecting"
	Waiting    State = "waiting for the slot"
	Streaming  State = "streaming"
	Down       State = "down"
	Stopped    State = "stopped"
)

type counters struct {
	transactions, packets, records, acknowledged, deadLetters atomic.Int64
	reconnects, gaps, snapshots, overtaken, unsaved           atomic.Int64
}

// Stats is a snapshot of a relay. Counters count from the start of the process.
type Stats struct {
	State State
	// Source is the CloudEvents source of the records, "" before the first connection.
	Source string
	// Confirmed is the log position up to which everything is in Kafka and the database knows it.
	Confirmed uint64
	// Transactions, Packets and Records were read from the database, Acknowledged are in Kafka.
	// Repetitions after a reconnect count again.
	Transactions, Packets, Records, Acknowledged int64
	// DeadLetters are pieces of packets that were no facts.
	DeadLetters int64
	// Reconnects counts failed sessions, Gaps lost slots and the like, Snapshots the answers given.
	Reconnects, Gaps, Snapshots int64
	// Overtaken counts records that Kafka accepted after it had failed an earlier one for good. Above
	// zero, consumers may have taken the repetition of a failed one for a duplicate.
	Overtaken int64
	// Unsaved counts checkpoints that the memory did not take.
	Unsaved int64
	// InFlight is what Kafka has not acknowledged; Waits counts how often that was at its bound.
	InFlightRecords, InFlightBytes, InFlightTransactions int
	Waits                                                int64
	// Retained is the log that the database keeps for the slot.
	Retained Retained
	// Lag is the time from commit to acknowledgement.
	Lag Latency
	// ReadLag is the part of it from commit to read: the database's share.
	ReadLag Latency
	// LastError and LastGap are the latest of their kind, "" if there was none.
	LastError, LastGap string
}

// Stats returns how the relay stands.
func (r *Relay) Stats() Stats {
	c := &r.counters
	s := Stats{
		Confirmed:    r.confirmed.Load(),
		Transactions: c.transactions.Load(), Packets: c.packets.Load(), Records: c.records.Load(),
		Acknowledged: c.acknowledged.Load(), DeadLetters: c.deadLetters.Load(),
		Reconnects: c.reconnects.Load(), Gaps: c.gaps.Load(), Snapshots: c.snapshots.Load(),
		Overtaken: c.overtaken.Load(), Unsaved: c.unsaved.Load(), Lag: r.lag.summary(),
		ReadLag: r.read.summary(),
	}
	s.InFlightRecords, s.InFlightBytes, s.Waits = r.flow.inFlight()
	r.mu.Lock()
	defer r.mu.Unlock()
	s.State, s.LastError, s.LastGap, s.Retained = r.state, r.lastErr, r.lastGap, r.retained
	if r.session != nil {
		s.Source = string(r.session.labels.source)
		_, s.InFlightTransactions = r.session.progress.state()
	}
	return s
}

// enter changes the state and reports whether it was another before.
func (r *Relay) enter(s State, err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	changed := r.state != s
	r.state = s
	if err != nil {
		r.lastErr = err.Error()
	}
	return changed
}

func (r *Relay) follow(s *session) {
	r.enter(Streaming, nil)
	r.mu.Lock()
	r.session = s
	r.mu.Unlock()
	r.cfg.Log.Info("relaying", "slot", r.cfg.Slot, "source", string(s.labels.source),
		"from", pglogrepl.LSN(s.at.Confirmed))
}

func (r *Relay) noticeFailure(err error, wait time.Duration) {
	r.enter(Down, err)
	r.counters.reconnects.Add(1)
	r.cfg.Log.Warn("the relay is interrupted", "err", err, "retry_in", wait)
}

func (r *Relay) noticeGap(gap Gap) {
	r.counters.gaps.Add(1)
	r.mu.Lock()
	r.lastGap = gap.Reason
	r.mu.Unlock()
	level, what := slog.LevelError, "facts may be missing"
	if gap.First {
		level, what = slog.LevelWarn, "relaying for the first time; facts of before may be missing"
	}
	r.cfg.Log.Log(context.Background(), level, what, "reason", gap.Reason,
		"from", pglogrepl.LSN(gap.From), "to", pglogrepl.LSN(gap.To),
		"answered_by_snapshot", r.cfg.Snapshotter != nil)
}

func (r *Relay) noticeSave(err error) {
	r.counters.unsaved.Add(1)
	r.mu.Lock()
	repeated := r.lastErr == err.Error()
	r.lastErr = err.Error()
	r.mu.Unlock()
	if !repeated {
		r.cfg.Log.Warn("the checkpoint is not saved, so nothing is confirmed", "err", err)
	}
}

func (r *Relay) noticeOvertaking(records int64) {
	if records > 0 {
		r.counters.overtaken.Add(records)
		r.cfg.Log.Error("kafka accepted records behind one that it had failed: what is repeated now "+
			"may be taken for duplicates", "records", records)
	}
}
