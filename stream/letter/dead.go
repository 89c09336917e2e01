package letter

import (
	"context"
	"fmt"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// Dead are records of one partition for which there are letters. Who reads the partition again passes
// them over, whatever it could make of them by now: their letters decide what becomes of them, and one
// that was sent again lies further on in the log.
type Dead map[int64]sum

// maxDead bounds the letters of one partition, some 50 bytes each.
const maxDead = 2_000_000

// LoadDead returns the dead of a partition with offsets from `from` to below `below`, as the topic of
// dead letters names them. A letter that holds only the start of its record can never be sent again, so
// its record is not passed over.
func LoadDead(ctx context.Context, cfg kafka.Config, letters string, p kafka.Partition, from, below int64,
) (Dead, error) {
	admin, err := kafka.NewAdmin(cfg)
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	spans, err := admin.Whole(ctx, letters)
	if err != nil {
		return nil, err
	}
	dead := make(Dead)
	err = kafka.Scan(ctx, cfg, letters, spans, func(r *kafka.Record) error {
		h := headersOf(r)
		if h[HeaderTopic] != p.Topic || h.number(HeaderPartition) != int64(p.ID) {
			return nil
		}
		l := read(r)
		if l.Cut || l.Offset < from || l.Offset >= below {
			return nil
		}
		if len(dead) == maxDead {
			return fmt.Errorf("cannot hold more than %d dead letters of %s/%d", maxDead, p.Topic, p.ID)
		}
		dead[l.Offset] = identityOf(r, p, l.Offset).sum()
		return nil
	})
	return dead, err
}

// Holds reports whether there is a letter for the record. A topic that was made anew has other records
// at the same offsets; they are told by what they hold.
func (d Dead) Holds(r *kafka.Record) bool {
	if len(d) == 0 {
		return false // Fast path
	}
	s, ok := d[r.Offset]
	return ok && s == identityOf(r, kafka.Partition{Topic: r.Topic, ID: r.Partition}, r.Offset).sum()
}

// identityOf returns the identity of a record that lies, or lay, at a place; the record may be its
// letter.
func identityOf(r *kafka.Record, p kafka.Partition, offset int64) identity {
	h := headersOf(r)
	return identity{h[event.HeaderSource], h[event.HeaderID], p.Topic, p.ID, offset, r.Value}
}
