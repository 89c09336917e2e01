package letter

import (
	"context"
	"errors"
	"fmt"

	"github.com/tillstream/tillstream/ingest/kafka"
)

// errGone says that retention has deleted a letter.
var errGone = errors.New("the letter is gone")

// noteEvery is after how many records it is noted that they were sent.
const noteEvery = 200

// send sends the open retries in the order of their numbers, one after the other: the second of two
// that are under way at once may arrive though the first fails, and then the first would count as a
// repetition for ever.
func (d *Desk) send(ctx context.Context, progress Progress, out *Outcome) error {
	b, err := d.book(ctx)
	if err != nil {
		return err
	}
	open := b.open()
	pile := pile{desk: d}
	defer pile.close()
	for i, r := range open {
		err := d.sendOne(ctx, &pile, r)
		switch {
		case errors.Is(err, errGone):
			out.Gone = append(out.Gone, r.Letter)
		case err != nil:
			return fmt.Errorf("cannot send letter %s: %w", r.Letter, err)
		default:
			out.Sent++
		}
		progress("send", i+1, len(open))
		if (i+1)%noteEvery == 0 || i+1 == len(open) {
			if err := d.noteSent(ctx, r.Number+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Desk) sendOne(ctx context.Context, p *pile, r Resolution) error {
	letter, err := p.take(ctx, place{r.Partition, r.Offset})
	if err != nil {
		return err
	}
	if id := read(letter).ID; id != r.Letter {
		return fmt.Errorf("%w: %d/%d of %s holds another, %s", errGone, r.Partition, r.Offset,
			d.cfg.Letters, id)
	}
	record, err := d.resend(letter, r.Number)
	if err != nil {
		return err
	}
	return d.producer.Produce(ctx, []*kafka.Record{record})
}

// noteSent notes that everything below the number was sent. Should the note be lost, what it speaks of
// is sent again and dropped as a repetition.
func (d *Desk) noteSent(ctx context.Context, through int64) error {
	return d.decide(ctx, []Resolution{{Action: sent, Through: through}})
}

// pile takes letters from the dead-letter topic. Places that ascend, as they mostly do, cost one pass.
type pile struct {
	desk      *Desk
	tail      *kafka.Tail
	partition int32
	next      int64 // the offset of the first record that the tail has not handed out, at least
	ready     []*kafka.Record
}

func (p *pile) close() {
	if p.tail != nil {
		p.tail.Close()
		p.tail = nil
	}
}

// passBy bounds the records that are read and thrown away before a new beginning is cheaper.
const passBy = 10_000

func (p *pile) take(ctx context.Context, at place) (*kafka.Record, error) {
	if p.tail == nil || at.partition != p.partition || at.offset < p.next || at.offset > p.next+passBy {
		if err := p.open(ctx, at); err != nil {
			return nil, err
		}
	}
	for {
		for len(p.ready) > 0 {
			r := p.ready[0]
			if r.Partition == at.partition && r.Offset > at.offset {
				return nil, errGone
			}
			p.ready = p.ready[1:]
			if r.Partition != at.partition {
				continue
			}
			p.next = r.Offset + 1
			if r.Offset == at.offset {
				return r, nil
			}
		}
		var err error
		if p.ready, err = p.tail.Poll(ctx); err != nil {
			return nil, err
		}
	}
}

func (p *pile) open(ctx context.Context, at place) (err error) {
	p.close()
	from := kafka.Partition{Topic: p.desk.cfg.Letters, ID: at.partition}
	p.tail, err = kafka.NewTail(ctx, kafka.TailConfig{Config: p.desk.cfg.Kafka,
		Topics: []string{from.Topic}, From: kafka.FromEnd,
		Offsets: map[kafka.Partition]int64{from: at.offset}})
	if err != nil {
		return err
	}
	p.partition, p.next, p.ready = at.partition, at.offset, nil
	if end, ok := p.tail.Ends()[from]; !ok || end <= at.offset {
		p.close()
		return fmt.Errorf("%w: %s/%d ends at %d", errGone, from.Topic, from.ID, end)
	}
	return nil
}
