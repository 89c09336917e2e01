package stream

import (
	"context"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/stream/letter"
)

// foldRecords is how many records are folded at once.
const foldRecords = 2_000

// fold finds the marks as they were where each partition goes back to. Nobody has kept them, but they
// follow from the records before: so those are read, from the start of the log, and built as the engine
// built them, which leaves nothing but the marks.
func (r *rewind) fold(ctx context.Context) error {
	var total, done int64
	for i := range r.parts {
		p := &r.parts[i]
		if p.marks = p.before.marks; p.known() {
			continue
		}
		total += p.from - p.start
	}
	for i := range r.parts {
		p := &r.parts[i]
		if p.known() {
			continue
		}
		f := folder{cfg: r.cfg.Config, p: p.Partition, marks: marks{max: r.cfg.Sources},
			step: func(n int64) {
				done += n
				r.cfg.Progress("marks", done, total)
			}}
		if err := f.run(ctx, kafka.Span{From: p.start, To: p.from}); err != nil {
			return err
		}
		p.marks = f.marks.list
	}
	return nil
}

// known reports whether the marks of where the partition goes to are those that were committed.
func (p *rewindPart) known() bool { return p.from == p.before.from }

// folder folds the records of one partition into marks.
type folder struct {
	cfg   Config
	p     kafka.Partition
	marks marks
	step  func(records int64)

	slot    slot
	dead    letter.Dead
	intake  intake
	records []held
}

func (f *folder) run(ctx context.Context, span kafka.Span) (err error) {
	if span.From >= span.To {
		return nil
	}
	f.dead, err = letter.LoadDead(ctx, f.cfg.Kafka, f.cfg.DeadLetterTopic, f.p, span.From, span.To)
	if err != nil {
		return err
	}
	err = kafka.Scan(ctx, f.cfg.Kafka, f.p.Topic, map[int32]kafka.Span{f.p.ID: span},
		func(r *kafka.Record) error {
			if f.records = append(f.records, f.intake.hold(r)); len(f.records) == foldRecords {
				f.fold()
			}
			return nil
		})
	f.fold()
	return err
}

func (f *folder) fold() {
	n := len(f.records)
	if n == 0 {
		return
	}
	first, last := f.records[0].offset, f.records[n-1].offset
	f.slot.build(order{
		Range:  fact.Range{Topic: f.p.Topic, Partition: f.p.ID, From: first, To: last + 1},
		before: &f.marks, records: f.records, dead: f.dead,
	})
	f.marks.set(&f.slot.after)
	clear(f.records)
	f.records = f.records[:0]
	f.step(int64(n))
}
