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
	s := new(slot)
	s.reader = reader{}
	o := order{records: records, before: &marks{max: 1}, maxRows: 1000}
	o.Topic, o.From = records[0].Topic, records[0].Offset
	for i := range 2 {
		p, _ := s.build(o)
		ends[i], fingerprints[i], o.To = p.To, p.fingerprint, p.To
	}
	return ends, fingerprints
}
