package kafka

import (
	"context"
	"fmt"
)

// Span is a run of records of one partition: From included, To excluded.
type Span struct{ From, To int64 }

// Scan reads the spans of one topic's partitions and hands each record to each, in order within a
// partition. It returns when all spans are read, at the first error of each, or when ctx ends. A record
// that the log no longer holds, or never held, is passed over.
func Scan(ctx context.Context, cfg Config, topic string, spans map[int32]Span,
	each func(*Record) error) error {
	open := make(map[int32]Span, len(spans))
	for id, s := range spans {
		if s.From < s.To {
			open[id] = s
		}
	}
	if len(open) == 0 {
		return nil
	}
	places := make(map[Partition]int64, len(open))
	for id, s := range open {
		places[Partition{topic, id}] = s.From
	}
	tail, err := NewTail(ctx, TailConfig{Config: cfg, Topics: []string{topic}, From: FromEnd,
		Offsets: places})
	if err != nil {
		return err
	}
	defer tail.Close()
	for id, s := range open {
		if end, ok := tail.Ends()[Partition{topic, id}]; !ok || end < s.To {
			return fmt.Errorf("cannot read %s/%d up to %d: it ends at %d", topic, id, s.To, end)
		}
	}
	return tail.scan(ctx, open, each)
}

func (t *Tail) scan(ctx context.Context, open map[int32]Span, each func(*Record) error) error {
	for len(open) > 0 {
		records, err := t.Poll(ctx)
		if err != nil {
			return err
		}
		for _, r := range records {
			s, wanted := open[r.Partition]
			if !wanted {
				continue
			}
			if r.Offset < s.To {
				if err := each(r); err != nil {
					return err
				}
			}
			if r.Offset+1 >= s.To {
				delete(open, r.Partition)
			}
		}
	}
	return nil
}

// Whole returns the spans of everything that the topic holds now.
func (a *Admin) Whole(ctx context.Context, topic string) (map[int32]Span, error) {
	starts, err := a.StartOffsets(ctx, topic)
	if err != nil {
		return nil, err
	}
	ends, err := a.EndOffsets(ctx, topic)
	if err != nil {
		return nil, err
	}
	spans := make(map[int32]Span, len(ends))
	for p, end := range ends {
		spans[p.ID] = Span{starts[p], end}
	}
	return spans, nil
}
