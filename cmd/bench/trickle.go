package bench

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// loneFacts are sent one at a time, with pauses of different lengths between them; loneWarmUps more come
// first and do not count.
const (
	loneFacts   = 24
	loneWarmUps = 2
)

// visibleWithin bounds the wait for a lone fact.
const visibleWithin = 20 * time.Second

// lone sends facts into a quiet chain, each once the one before is shown, and tells how long each took from
// sending to showing. The pause comes before each.
func lone(ctx context.Context, facts int, send func() error, shown func(context.Context) (bool, error),
	pause func() time.Duration) (took samples, err error) {
	for i := range facts + loneWarmUps {
		if err := wait(ctx, pause()); err != nil {
			return nil, err
		}
		start := time.Now()
		if err := send(); err != nil {
			return nil, err
		}
		if err := untilShown(ctx, start, shown); err != nil {
			return nil, err
		}
		if i >= loneWarmUps {
			took = append(took, time.Since(start))
		}
	}
	return took, nil
}

func untilShown(ctx context.Context, start time.Time, shown func(context.Context) (bool, error)) error {
	for {
		there, err := shown(ctx)
		if err != nil || there {
			return err
		}
		if time.Since(start) > visibleWithin {
			return fmt.Errorf("a lone fact is not shown after %s", visibleWithin)
		}
		if err := wait(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
}

// lone places orders and asks the rollup for them: the commit and the whole way are in it.
func (p *pipe) lone(ctx context.Context) error {
	p.step("pipeline: %d lone orders through the quiet chain", loneFacts)
	t, err := dial(ctx, p.at.Orders, p.token)
	if err != nil {
		return err
	}
	defer t.close()
	b := p.goods.draw(2, false)
	took, err := lone(ctx, loneFacts, func() error {
		p.accepted++
		return t.one(b.body())
	}, func(ctx context.Context) (bool, error) {
		orders, err := p.visible(ctx)
		return orders == p.accepted, err
	}, func() time.Duration { return time.Duration(b.rng.IntN(400)) * time.Millisecond })
	if err != nil {
		return err
	}
	p.put("lone_order_visible_p50_ms", took.ms(0.50), "ms")
	p.put("lone_order_visible_p99_ms", took.ms(0.99), "ms")
	return nil
}

//go:embed sql/visible_behaviour.sql
var visibleBehaviour string

// trickle puts lone behaviour events into the quiet log, after pauses of any length up to one in which a
// partition comes to rest altogether, and asks a rollup for them.
func (m *mill) trickle(ctx context.Context, b *backlog) error {
	const events = 4 * loneFacts
	m.step("stream: %d lone events on quiet partitions", events)
	producer, err := kafka.NewProducer(kafka.ProducerConfig{Config: m.log()})
	if err != nil {
		return err
	}
	defer producer.Close()
	took, err := lone(ctx, events, func() error {
		kind, message := b.next.next()
		r, err := b.next.record(kind, message)
		if err != nil {
			return err
		}
		var act event.Act
		if err := act.Read(kind, r.Value); err != nil {
			return err
		}
		b.rows += int64(max(1, len(act.SKUs)))
		return producer.Produce(ctx, []*kafka.Record{r})
	}, func(ctx context.Context) (bool, error) {
		var rows int64
		_, err := m.db.Row(ctx, visibleBehaviour, nil, &rows)
		return rows >= b.rows, err
	}, func() time.Duration { return time.Duration(b.next.rng.IntN(800)) * time.Millisecond })
	if err != nil {
		return err
	}
	m.put("trickle_visible_p50_ms", took.ms(0.50), "ms")
	m.put("trickle_visible_p99_ms", took.ms(0.99), "ms")
	return nil
}
