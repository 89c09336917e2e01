package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/oltp/postgres/flood"
)

// relaySlot is the slot of the chain's relay.
const relaySlot = "tillstream"

// relayed is the relay of the chain between PostgreSQL and Kafka.
type relayed struct {
	*run
	flood *flood.Flood
	told  []tellings
}

// cdc measures the relay: how many facts a second come from commit to Kafka's acknowledgement, against an
// outbox table with a relay that polls it; what an idle database keeps of its neighbour's log; and how
// soon a level of stock that was committed can be read on the edge.
func (r *run) cdc(ctx context.Context) error {
	if err := r.stock(ctx); err != nil {
		return err
	}
	f, err := flood.Open(ctx, r.at.Postgres, floodWriters+1)
	if err != nil {
		return err
	}
	defer f.Close()
	told, err := r.goods.tell()
	if err != nil {
		return err
	}
	c := &relayed{r, f, told}
	// The figures are about PostgreSQL, the relay, Kafka and the edge. What fills the warehouse would share
	// the cores here and has machines of its own elsewhere; the bench pipeline measures all together.
	resume, err := r.pause("stream", "clickhouse")
	if err != nil {
		return err
	}
	defer resume()
	for _, do := range []func(context.Context) error{c.settle, c.ways, c.settle, c.idle, c.settle, c.sync} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	peak, err := r.peakOf("ingest")
	if err != nil {
		return err
	}
	r.put("relay_rss_mb", peak, "MB")
	return nil
}

// A relay has caught up when it has confirmed all but settledBytes of the log.
const (
	settledBytes  = 64 << 10
	settledWithin = 2 * time.Minute
)

// settle waits until the relay has nothing left to do.
func (c *relayed) settle(ctx context.Context) error {
	deadline := time.Now().Add(settledWithin)
	for {
		_, behind, err := c.flood.Kept(ctx, relaySlot)
		if err != nil || behind <= settledBytes {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the relay is %d bytes behind after %s", behind, settledWithin)
		}
		if err := wait(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// ways compares the two ways in which a commit can be told.
func (c *relayed) ways(ctx context.Context) error {
	resume, err := c.pause("serve", "oltp")
	if err != nil {
		return err
	}
	defer resume()
	c.step("cdc: order events by logical messages, %d a commit, for %s", packetFacts, c.Duration)
	ours, err := c.both(ctx, c.messages(), c.Duration)
	if err != nil {
		return err
	}
	c.step("cdc: the same by an outbox table and a relay that polls it, for %s", c.share(0.5))
	theirs, end, err := c.openOutbox(ctx)
	if err != nil {
		return err
	}
	defer end()
	rival, err := c.both(ctx, theirs, c.share(0.5))
	if err != nil {
		return err
	}
	c.put("cdc_events_per_s", ours, "events/s", rival)
	c.put("cdc_outbox_ratio", ours/rival, "x")
	return nil
}

// both warms a way up and measures it.
func (c *relayed) both(ctx context.Context, w way, length time.Duration) (perS float64, err error) {
	if _, err := w.drive(ctx, length/8); err != nil {
		return 0, err
	}
	return w.drive(ctx, length)
}

// messages is the way of this program: the relay of the chain counts what Kafka has.
func (c *relayed) messages() way {
	return way{
		write: func(ctx context.Context, n int64) error {
			return c.flood.Emit(ctx, c.told[n%packetCount].packet)
		},
		arrived: func(ctx context.Context) (int64, error) {
			m, err := scrape(ctx, c.at.Relay)
			return int64(m["tillstream_relay_acknowledged"]), err
		},
	}
}

// The neighbour writes from so many sessions; what is kept is looked at this often.
const (
	busySessions = 2
	keptEvery    = 50 * time.Millisecond
)

// idle lets a neighbour database write while nothing happens in the one that is relayed. The figure is the
// most log that the relay's slot kept, the baseline what the neighbour wrote meanwhile: a slot that hears
// of its own commits alone keeps all of that.
func (c *relayed) idle(ctx context.Context) error {
	c.step("cdc: idle beside a database that writes, for %s", c.share(0.4))
	neighbour, err := c.flood.Neighbour(ctx, busySessions)
	if err != nil {
		return err
	}
	defer neighbour.Close()
	var most int64
	watch := follow(ctx, func(ctx context.Context, most *int64) error {
		for {
			kept, _, err := c.flood.Kept(ctx, relaySlot)
			if err != nil {
				return err
			}
			*most = max(*most, kept)
			if err := wait(ctx, keptEvery); err != nil {
				return err
			}
		}
	})
	defer watch.close()
	writers := crowd{busySessions, 1, func(context.Context, int) (func() error, func(), error) {
		return func() error { return neighbour.Busy(ctx) }, func() {}, nil
	}}
	wrote, err := writers.drive(ctx, 0, c.share(0.4))
	if err != nil {
		return err
	}
	if most, err = watch.finish(); err != nil {
		return err
	}
	c.put("cdc_idle_wal_mb", float64(most)/(1<<20), "MB", float64(len(wrote.took)))
	return nil
}
