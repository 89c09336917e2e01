package cdc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/retail/trace"
)

// Publisher is the log as the relay needs it; *kafka.Producer is one. It must keep the order of calls
// within a partition and must not fail a record that a later one of its partition may survive.
type Publisher interface {
	// ProduceAsync takes a record over; done is called once, when the log has it or never will.
	ProduceAsync(ctx context.Context, r *kafka.Record, done func(error))
	// Close gives up what is still buffered: each pending done is called with an error.
	Close()
}

// Memory keeps the relay's checkpoint outside the database, so that a slot that was dropped, made
// anew or moved by somebody else is noticed. LogMemory keeps it in Kafka.
type Memory interface {
	// Load returns the checkpoint last saved under the name, or nil.
	Load(ctx context.Context, name string) (*Checkpoint, error)
	// Save keeps the checkpoint durably.
	Save(ctx context.Context, name string, c Checkpoint) error
}

// Snapshotter yields what consumers need to start from nothing: a StoreChanged for each store, a
// ProductChanged for each SKU and StockMoved events that carry the present levels without moving
// them. The relay writes them into the database's log, so they take their place in the one order of
// events; versions inside them settle races with changes made meanwhile.
type Snapshotter interface {
	Snapshot(ctx context.Context, gap Gap, emit func(event.Frame) error) error
}

// Gap says what a lost slot may have swallowed.
type Gap struct {
	// Reason tells how it was noticed.
	Reason string
	// First is set when nothing is remembered: most likely the relay never ran before.
	First bool
	// From and To are log positions: facts committed between them may be missing. From is 0 when
	// nothing is remembered.
	From, To uint64
}

// Config says what to relay and within which bounds.
type Config struct {
	// DSN is the connection string of the database; its user needs the REPLICATION attribute.
	// Required.
	DSN string
	// Slot names the replication slot. Default "tillstream".
	Slot string
	// Publication names the publication, which covers no tables. Default "tillstream".
	Publication string
	// Publish opens the log. It is called again after the log has failed a record. Required.
	Publish func() (Publisher, error)
	// Memory keeps the checkpoint. Required.
	Memory Memory
	// Snapshotter answers a gap. Without one a gap is only logged and counted.
	Snapshotter Snapshotter
	// MaxInFlightRecords bounds the records handed to the log and not yet acknowledged; at the bound
	// the relay stops reading. It must not exceed the publisher's own buffer. Default 50,000.
	MaxInFlightRecords int
	// MaxInFlightBytes bounds the same in bytes. Default 32 MiB.
	MaxInFlightBytes int
	// ConfirmInterval is the shortest time between two confirmations to the database. Each costs one
	// Save. Default 200 ms.
	ConfirmInterval time.Duration
	// SenderTimeout is how long the database waits for a sign of life from this relay before it gives
	// the slot to another: the session's wal_sender_timeout. A relay that has stood still for half of it
	// takes the slot for lost. Default 20 s.
	SenderTimeout time.Duration
	// KeepAlive is how often the database hears from an idle relay, at most a third of SenderTimeout.
	// Default 5 s, or a quarter of SenderTimeout if that is less.
	KeepAlive time.Duration
	// SilenceLimit is how long the database may say nothing, although asked, before the relay takes
	// the connection for dead. Default 60 s.
	SilenceLimit time.Duration
	// RetryMin and RetryMax bound the pause before the next attempt, which doubles from one to the
	// other. Defaults 100 ms and 10 s.
	RetryMin, RetryMax time.Duration
	// WaitForSlot is how often a second relay asks whether the slot has become free. Default 500 ms.
	WaitForSlot time.Duration
	// WatchInterval is how often the relay looks at the log that the database keeps for the slot.
	// Default 5 s.
	WatchInterval time.Duration
	// RetainedLimit is the size of kept log of which half is an alarm, unless the server's own limit is
	// lower. Default 16 GiB.
	RetainedLimit int64
	// DrainTimeout bounds the wait for acknowledgements when the relay is told to stop. Default 5 s.
	DrainTimeout time.Duration
	// Tracer records the way of the facts that are traced. Default none.
	Tracer trace.Tracer
	// Log receives what an operator should know. Default: discarded.
	Log *slog.Logger
	// Now is the wall clock. Default time.Now.
	Now func() time.Time
}

// identifier is what PostgreSQL accepts for a slot; the publication is held to the same.
var identifier = regexp.MustCompile(`^[a-z0-9_]{1,63}$`)

func (c Config) complete() (Config, error) {
	c.Slot = cmp.Or(c.Slot, "tillstream")
	c.Publication = cmp.Or(c.Publication, "tillstream")
	c.MaxInFlightRecords = cmp.Or(c.MaxInFlightRecords, 50_000)
	c.MaxInFlightBytes = cmp.Or(c.MaxInFlightBytes, 32<<20)
	c.ConfirmInterval = cmp.Or(c.ConfirmInterval, 200*time.Millisecond)
	c.SenderTimeout = cmp.Or(c.SenderTimeout, 20*time.Second)
	c.KeepAlive = cmp.Or(c.KeepAlive, min(5*time.Second, c.SenderTimeout/4))
	c.WatchInterval = cmp.Or(c.WatchInterval, 5*time.Second)
	c.RetainedLimit = cmp.Or(c.RetainedLimit, 16<<30)
	c.SilenceLimit = cmp.Or(c.SilenceLimit, time.Minute)
	c.RetryMin = cmp.Or(c.RetryMin, 100*time.Millisecond)
	c.RetryMax = max(cmp.Or(c.RetryMax, 10*time.Second), c.RetryMin)
	c.WaitForSlot = cmp.Or(c.WaitForSlot, 500*time.Millisecond)
	c.DrainTimeout = cmp.Or(c.DrainTimeout, 5*time.Second)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	switch {
	case c.DSN == "":
		return c, errors.New("cannot make a relay: no connection string is given")
	case 3*c.KeepAlive > c.SenderTimeout:
		return c, fmt.Errorf("cannot make a relay: a sign of life every %s is too seldom for a database "+
			"that waits %s", c.KeepAlive, c.SenderTimeout)
	case c.Publish == nil || c.Memory == nil:
		return c, errors.New("cannot make a relay: it needs a log to publish to and a memory")
	case !identifier.MatchString(c.Slot) || !identifier.MatchString(c.Publication):
		return c, errors.New("cannot make a relay: slot " + c.Slot + " and publication " +
			c.Publication + " must be made of 1 to 63 of a-z, 0-9 and _")
	}
	return c, nil
}
