package chaos

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/tillstream/tillstream/cmd/house"
	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// group is the consumer group and slot the replication slot of a chain that is told no others.
const (
	group = "tillstream-stream"
	slot  = "tillstream"
)

// down kills a process, keeps it down while something is done to what it left, and lets it start
// again. How long that takes says nothing, so it does not count as recovery.
func (c *campaign) down(b *blow, name string, meanwhile func(context.Context) error) error {
	release, err := c.house.Chain.Hold(name)
	if err != nil {
		return err
	}
	before := c.at().Processes
	_, err = c.slay(b, name)
	if err == nil {
		ctx, cancel := context.WithTimeout(c.ctx, aliveWithin)
		err = errors.Join(gone(ctx, before[name]), meanwhile(ctx))
		cancel()
	}
	release()
	if err != nil {
		return err
	}
	return c.revived(before, name)
}

// gone waits until the process is no more.
func gone(ctx context.Context, pid int) error {
	for syscall.Kill(pid, 0) == nil {
		if err := wait(ctx, 5*time.Millisecond); err != nil {
			return fmt.Errorf("process %d does not end: %w", pid, err)
		}
	}
	return nil
}

// quietly does something while no order is on its way anywhere and no batch is open.
func (c *campaign) quietly(do func() error) error {
	defer c.load.release()
	if err := c.still(c.ctx); err != nil {
		return err
	}
	if err := c.settle(c.ctx); err != nil {
		return err
	}
	if err := c.completed(); err != nil {
		return err
	}
	return do()
}

// tearLog leaves half a batch at the end of each partition, as a write does that a loss of power cuts short.
func (c *campaign) tearLog(b *blow) error {
	return c.down(b, "kafka", func(context.Context) error {
		return c.newest(func(file string) error { return tear(file, b.chance) })
	})
}

// tear appends the beginning of what is already the last batch.
func tear(file string, chance *rand.Rand) error {
	text, err := os.ReadFile(file)
	if err != nil || len(text) < 100 {
		return err
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(text[:1+chance.IntN(99)])
	return errors.Join(err, f.Close())
}

// cutLog takes the end of the log away, at any byte, as a disk does that breaks its promise. Everything in it
// has been counted, so that nothing is lost; what comes next takes the same offsets. The tills wait until
// the consumer has gone back to where the log ends now: one that comes after new records have filled the
// gap cannot know that they are new.
func (c *campaign) cutLog(b *blow) error {
	return c.quietly(func() error {
		err := c.down(b, "kafka", func(context.Context) error {
			return c.newest(func(file string) error {
				info, err := os.Stat(file)
				if err != nil || info.Size() == 0 {
					return err
				}
				return os.Truncate(file, max(0, info.Size()-1-b.chance.Int64N(4096)))
			})
		})
		if err != nil {
			return err
		}
		return c.completed()
	})
}

// completed waits until the consumer has committed that all is written, up to the end of the log and not
// beyond it. In a partition that is empty there is nothing to read, so nothing is committed either.
func (c *campaign) completed() error {
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: []string{c.at().Kafka}})
	if err != nil {
		return err
	}
	defer admin.Close()
	ctx, cancel := context.WithTimeout(c.ctx, aliveWithin)
	defer cancel()
	for {
		lags, err := admin.Lag(ctx, group, string(event.TopicOrders), string(event.TopicStock))
		if err == nil && !slices.ContainsFunc(lags, func(l kafka.Lag) bool {
			return l.Committed != l.End && l.End != 0
		}) {
			return nil
		}
		if wait(ctx, 50*time.Millisecond) != nil {
			return fmt.Errorf("the consumer does not come to rest at the end of the log: %v, %w", lags, err)
		}
	}
}

// newest calls do with the file that each partition of the orders and of the stock is being written to.
func (c *campaign) newest(do func(file string) error) error {
	newest := map[string]fs.FileInfo{}
	files, err := filepath.Glob(c.house.State.Path("kafka", "data", "partitions", "*", "*.dat"))
	if err != nil {
		return err
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		if base := filepath.Base(dir); !strings.HasPrefix(base, string(event.TopicOrders)) &&
			!strings.HasPrefix(base, string(event.TopicStock)) {
			continue
		}
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		if at := newest[dir]; at == nil || info.ModTime().After(at.ModTime()) {
			newest[dir] = info
		}
	}
	if len(newest) == 0 {
		return fmt.Errorf("the broker has no logs of orders among its %d files", len(files))
	}
	for dir, info := range newest {
		if err := do(filepath.Join(dir, info.Name())); err != nil {
			return err
		}
	}
	return nil
}

// dropSlot takes the relay's slot away between two orders: what is sold without a slot is not told to
// anybody, which the relay cannot mend, but it must say so and begin anew with a snapshot.
func (c *campaign) dropSlot(b *blow) error {
	return c.quietly(func() error {
		err := c.down(b, "ingest", func(ctx context.Context) error {
			return cdc.DropSlot(ctx, c.at().Postgres, slot)
		})
		if err != nil {
			return err
		}
		gaps, err := metric(c.ctx, c.at().Relay, "tillstream_relay_gaps")
		if err == nil && gaps == 0 {
			err = errors.New("the relay does not say that its slot was gone")
		}
		return err
	})
}

// forget leaves the group's offsets where they are and takes away what the engine has written beside them,
// as a tool does that sets offsets. The engine has come to rest, so no batch is open.
func (c *campaign) forget(b *blow) error {
	return c.quietly(func() error {
		return c.down(b, "stream", func(ctx context.Context) error {
			admin, err := kafka.NewAdmin(kafka.Config{Brokers: []string{c.at().Kafka}})
			if err != nil {
				return err
			}
			defer admin.Close()
			all, err := admin.Committed(ctx, group)
			if err != nil {
				return err
			}
			for _, at := range all {
				at.Metadata = ""
				if err := insistCommit(ctx, admin, at); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// insistCommit commits once the group has given up its silent members.
func insistCommit(ctx context.Context, admin *kafka.Admin, at kafka.Committed) error {
	ctx, cancel := context.WithTimeout(ctx, sessionEnds)
	defer cancel()
	for {
		err := admin.Commit(ctx, group, at)
		if err == nil {
			return nil
		}
		if wait(ctx, 200*time.Millisecond) != nil {
			return err
		}
	}
}

// remakeTopic deletes the topics of orders and of stock and makes them anew while the relay already has
// something to send. All that was in them has been counted.
func (c *campaign) remakeTopic(b *blow) error {
	return c.quietly(func() error {
		admin, err := kafka.NewAdmin(kafka.Config{Brokers: []string{c.at().Kafka}})
		if err != nil {
			return err
		}
		defer admin.Close()
		ctx, cancel := context.WithTimeout(c.ctx, aliveWithin)
		defer cancel()
		err = admin.DeleteTopics(ctx, string(event.TopicOrders), string(event.TopicStock))
		if err != nil {
			return err
		}
		c.load.release()
		if err := wait(ctx, time.Duration(b.chance.IntN(500))*time.Millisecond); err != nil {
			return err
		}
		if err := role.Migrate(ctx, house.Schemas(c.at()), c.cfg.Log); err != nil {
			return err
		}
		return c.trades()
	})
}

// repeats is how many records of each partition are sent again.
const repeats = 200

// repeatRecords sends the last records of each partition again, as a relay or a broker does that does not
// know what it has sent.
func (c *campaign) repeatRecords(*blow) error {
	ctx, cancel := context.WithTimeout(c.ctx, aliveWithin)
	defer cancel()
	cfg := kafka.Config{Brokers: []string{c.at().Kafka}}
	topics := []string{string(event.TopicOrders), string(event.TopicStock)}
	admin, err := kafka.NewAdmin(cfg)
	if err != nil {
		return err
	}
	defer admin.Close()
	from, err := admin.EndOffsets(ctx, topics...)
	if err != nil {
		return err
	}
	dropped, err := metric(ctx, c.at().Stream, "tillstream_stream_duplicates")
	if err != nil {
		return err
	}
	left := 0
	for p, end := range from {
		from[p] = max(0, end-repeats)
		left += int(end - from[p])
	}
	tail, err := kafka.NewTail(ctx, kafka.TailConfig{Config: cfg, Topics: topics, Offsets: from})
	if err != nil {
		return err
	}
	defer tail.Close()
	producer, err := kafka.NewProducer(kafka.ProducerConfig{Config: cfg})
	if err != nil {
		return err
	}
	defer producer.Close()
	sent := left
	for left > 0 {
		records, err := tail.Poll(ctx)
		if err != nil {
			return err
		}
		again := make([]*kafka.Record, 0, len(records))
		for _, r := range records[:min(left, len(records))] {
			again = append(again, &kafka.Record{Topic: r.Topic, Key: r.Key, Value: r.Value,
				Headers: r.Headers})
		}
		left -= len(again)
		if err := producer.Produce(ctx, again); err != nil {
			return err
		}
	}
	return c.dropped(ctx, dropped+float64(sent))
}

// dropped waits until the consumer says that it has dropped so many records.
func (c *campaign) dropped(ctx context.Context, want float64) error {
	for {
		got, err := metric(ctx, c.at().Stream, "tillstream_stream_duplicates")
		if err == nil && got >= want {
			return nil
		}
		if wait(ctx, 50*time.Millisecond) != nil {
			return fmt.Errorf("the consumer has dropped %.0f records, %.0f were repeated: %w", got, want, err)
		}
	}
}
