package stream

import (
	"sync"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/build"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/stream/letter"
)

// slot is the memory in which one batch is built. The engine has a fixed number of them; they bound
// both the batches that are built or written at once and the memory of their columns.
type slot struct {
	batch  fact.Batch
	reader reader
	after  marks
	dead   []deadLetter
	traces []fact.Trace
}

// stack keeps slots that nobody uses. The last one comes first: while few partitions are busy, few slots
// grow large.
type stack struct {
	mu    sync.Mutex
	slots []*slot
}

func (s *stack) put(x *slot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slots = append(s.slots, x)
}

// take returns a slot that was used before or a new one; the caller counts them.
func (s *stack) take() *slot {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.slots)
	if n == 0 {
		return new(slot)
	}
	x := s.slots[n-1]
	s.slots = s.slots[:n-1]
	return x
}

// tally says what a batch was made of.
type tally struct {
	// records is how many records the batch takes, with those that gave no rows.
	records, rows, duplicates, members int
	// void counts the records that were passed over because their letters stand for them.
	void int
	// late counts facts by kind; nil as long as there is none.
	late map[event.Kind]int
	// committedUS is when the newest fact was committed, newestUS when the newest happened.
	committedUS, newestUS int64
}

// order says what to build.
type order struct {
	fact.Range
	// before are the marks before the batch.
	before *marks
	// records start the batch. All with offsets below To are taken; when To is 0, as many as fit.
	records []held
	maxRows int
	// dead are the records to pass over, in a replay.
	dead letter.Dead
	// newestUS and lateUS are when the newest fact so far happened, and how far behind is late.
	newestUS, lateUS int64
	// futureUS is where clocks are wrong: what claims to happen later does not move newestUS.
	futureUS int64
}

// passes reports whether a letter stands for the record. Hardly any record of a replay has one, so it is
// not made whole for the question whether there is any at its place.
func (o *order) passes(r *held) bool {
	if _, there := o.dead[r.offset]; !there {
		return false
	}
	return o.dead.Holds(r.record(kafka.Partition{Topic: o.Topic, ID: o.Partition}))
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// build makes the batch from the records and from nothing else. Afterwards the slot holds the columns,
// the marks after the batch and the dead letters.
func (s *slot) build(o order) (plan, tally) {
	s.batch.Reset()
	s.after.set(o.before)
	s.dead, s.traces = s.dead[:0], s.traces[:0]
	t := tally{newestUS: o.newestUS}
	p := plan{Range: o.Range, layout: build.Layout, fingerprint: fnvOffset}
	for i := range o.records {
		if s.ends(o, t, i) {
			break
		}
		r := &o.records[i]
		p.fingerprint = mix(p.fingerprint, r)
		t.records++
		if o.passes(r) {
			t.void++
			continue
		}
		s.add(o, &t, r)
	}
	if o.To == 0 {
		p.To = o.records[t.records-1].offset + 1
	}
	s.batch.Range = p.Range
	return p, t
}

// ends reports whether record i belongs to a later batch. A new batch ends before a gap, so that each
// gap is looked at once; a repeated one ends where it was said to end. Either ends before the log goes
// back: the client may bring what lies behind a place once more, and a batch takes it once.
func (s *slot) ends(o order, t tally, i int) bool {
	if o.To != 0 {
		return o.records[i].offset >= o.To || i > 0 && o.records[i].offset <= o.records[i-1].offset
	}
	return i > 0 && (t.rows >= o.maxRows || o.records[i].offset != o.records[i-1].offset+1)
}

func (s *slot) add(o order, t *tally, r *held) {
	if r.bad != nil {
		s.refuse(o, r, r.bad)
		return
	}
	h := &r.head
	if s.after.passed(h.source, h.at) {
		t.duplicates++
		return
	}
	rows, atUS, err := s.append(o, r)
	if err != nil {
		// The mark stays: a broken record with a high position must not hide its neighbours.
		s.refuse(o, r, err)
		return
	}
	s.after.raise(h.source, h.at)
	if h.trace.Traced() {
		s.traced(r, h.trace)
	}
	t.rows += rows
	t.committedUS = max(t.committedUS, h.committedUS)
	if h.kind == event.KindMemberChanged {
		t.members++
	}
	if atUS == 0 {
		return
	}
	if atUS < t.newestUS-o.lateUS {
		if t.late == nil {
			t.late = make(map[event.Kind]int)
		}
		t.late[h.kind]++
	}
	if atUS > t.newestUS && atUS < o.futureUS {
		t.newestUS = atUS
	}
}

// append decodes the record and appends its rows. A record that is refused appends none.
func (s *slot) append(o order, r *held) (rows int, atUS int64, err error) {
	kind := r.head.kind
	p := build.Place{
		Partition: uint16(o.Partition), Offset: uint64(r.offset), CommittedUS: r.head.committedUS,
	}
	if kind.IsBehaviour() { // Fast path.
		if err := s.reader.act.Read(kind, r.value()); err != nil {
			return 0, 0, err
		}
		rows, atUS = build.AppendAct(&s.batch, p, &s.reader.act)
		return rows, atUS, nil
	}
	m, err := s.reader.message(kind, r.value())
	if err != nil {
		return 0, 0, err
	}
	rows, atUS = build.Append(&s.batch, p, kind, m)
	return rows, atUS, nil
}

func (s *slot) refuse(o order, r *held, why error) {
	s.dead = append(s.dead, deadLetter{
		r.record(kafka.Partition{Topic: o.Topic, ID: o.Partition}), why,
	})
}

// mix folds a record into the fingerprint: where it lies, what it holds and who sent it.
func mix(h uint64, r *held) uint64 {
	h = (h ^ uint64(r.offset)) * fnvPrime
	return (h ^ uint64(r.sum)) * fnvPrime
}
