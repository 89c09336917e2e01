package stream

import (
	"hash/crc32"

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
	records []*kafka.Record
	maxRows int
	// dead are the records to pass over, in a replay.
	dead letter.Dead
	// newestUS and lateUS are when the newest fact so far happened, and how far behind is late.
	newestUS, lateUS int64
	// futureUS is where clocks are wrong: what claims to happen later does not move newestUS.
	futureUS int64
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
	for i, r := range o.records {
		if s.ends(o, t, i) {
			break
		}
		p.fingerprint = mix(p.fingerprint, r)
		t.records++
		if o.dead.Holds(r) {
			t.void++
			continue
		}
		s.add(o, &t, r)
	}
	if o.To == 0 {
		p.To = o.records[t.records-1].Offset + 1
	}
	s.batch.Range = p.Range
	return p, t
}

// ends reports whether record i belongs to a later batch. A new batch ends before a gap, so that each
// gap is looked at once; a repeated one ends where it was said to end. Either ends before the log goes
// back: the client may bring what lies behind a place once more, and a batch takes it once.
func (s *slot) ends(o order, t tally, i int) bool {
	if o.To != 0 {
		return o.records[i].Offset >= o.To || i > 0 && o.records[i].Offset <= o.records[i-1].Offset
	}
	return i > 0 && (t.rows >= o.maxRows || o.records[i].Offset != o.records[i-1].Offset+1)
}

func (s *slot) add(o order, t *tally, r *kafka.Record) {
	h, err := s.reader.head(r)
	if err != nil {
		s.dead = append(s.dead, deadLetter{r, err})
		return
	}
	if s.after.passed(h.source, h.at) {
		t.duplicates++
		return
	}
	m, err := s.reader.message(h.kind, r.Value)
	if err != nil {
		// The mark stays: a broken record with a high position must not hide its neighbours.
		s.dead = append(s.dead, deadLetter{r, err})
		return
	}
	s.after.raise(h.source, h.at)
	if h.trace.Traced() {
		s.traced(r, h.trace)
	}
	rows, atUS := build.Append(&s.batch, build.Place{
		Partition: uint16(r.Partition), Offset: uint64(r.Offset), CommittedUS: h.committedUS,
	}, h.kind, m)
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

// mix folds a record into the fingerprint: where it lies, what it holds and who sent it.
func mix(h uint64, r *kafka.Record) uint64 {
	sum := crc32.Checksum(r.Value, crcTable)
	for i := range r.Headers {
		if name := r.Headers[i].Key; name == event.HeaderID || name == event.HeaderSource {
			sum = crc32.Update(sum, crcTable, r.Headers[i].Value)
		}
	}
	h = (h ^ uint64(r.Offset)) * fnvPrime
	return (h ^ uint64(sum)) * fnvPrime
}
