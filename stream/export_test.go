package stream

import (
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// Source lets tests stand between an engine and the log.
type Source = source

// Intercept makes the engine join the group through f.
func (e *Engine) Intercept(f func(Source) Source) {
	join := e.join
	e.join = func(c kafka.GroupConfig) (source, error) {
		s, err := join(c)
		if err != nil {
			return nil, err
		}
		return f(s), nil
	}
}

// Mark makes a mark for the tests of the codec.
func Mark(source, commit uint64, index uint32) mark {
	m := mark{source: source}
	m.at.Commit, m.at.Index = commit, index
	return m
}

// State is the metadata of a commit.
type State = state

// NewState makes a state; to = 0 leaves the intent closed.
func NewState(from, to int64, layout uint32, fingerprint uint64, marks ...mark) State {
	return state{from: from, open: to > 0, to: to, layout: layout, fingerprint: fingerprint, marks: marks}
}

// Encode and DecodeState are the codec.
func (s *state) Encode() string { return s.encode() }

// DecodeState reads the text form.
func DecodeState(text string) (State, error) { return decodeState(text) }

// Crash stops everything at once, as the end of the process would.
func (e *Engine) Crash() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, w := range e.workers {
		w.cancel()
	}
	e.quit()
}

// MarksOf returns the marks of a state.
func MarksOf(s State) []mark { return s.marks }

// Marks are the high-water marks of a partition.
type Marks = marks

// NewMarks makes marks for at most so many sources.
func NewMarks(most int) *Marks { return &marks{max: most} }

// Take raises the mark unless the position was passed; it reports whether the position is new.
func (m *marks) Take(source uint64, p event.Position) bool {
	if m.passed(source, p) {
		return false
	}
	m.raise(source, p)
	return true
}

// Rewound returns the state with what rewinds have left in it.
func Rewound(s State, generation uint32, replayTo int64, underWay *Months) State {
	s.past = past{generation, replayTo, underWay}
	return s
}

// Rebuild builds the first batch of the records, then the same batch again as after a failed attempt, and
// returns where both end and their fingerprints.
func Rebuild(records []*kafka.Record) (ends [2]int64, fingerprints [2]uint64) {
	s, in := new(slot), new(intake)
	o := order{before: &marks{max: 1}, maxRows: 1000}
	o.Topic, o.From = records[0].Topic, records[0].Offset
	for _, r := range records {
		o.records = append(o.records, in.hold(r))
	}
	for i := range 2 {
		p, _ := s.build(o)
		ends[i], fingerprints[i], o.To = p.To, p.fingerprint, p.To
	}
	return ends, fingerprints
}

// Intake makes held records.
type Intake = intake

// NewIntake makes an empty one.
func NewIntake() *Intake { return new(intake) }

// Hold takes a record over and returns how much memory it takes.
func (in *intake) Hold(r *kafka.Record) int {
	h := in.hold(r)
	return int(h.size)
}

// Through holds a record and gives it back.
func (in *intake) Through(r *kafka.Record) *kafka.Record {
	h := in.hold(r)
	return h.record(kafka.Partition{Topic: r.Topic, ID: r.Partition})
}

// Room is the memory for records that wait.
type Room = room

// NewRoom makes one for so many bytes.
func NewRoom(maxBytes int) *Room { return newRoom(maxBytes) }

// Take takes bytes.
func (r *room) Take(bytes int) { r.take(bytes) }

// Share is what one partition may hold.
func (r *room) Share() int { return r.share() }

// Free is what is left.
func (r *room) Free() int { return r.max - r.bytes }
