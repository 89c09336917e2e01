package cdc_test

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/retail/event"
)

// patience bounds every wait of these tests.
const patience = 60 * time.Second

// chain is a database, a Kafka, and what was written into the one and must come out of the other.
type chain struct {
	dsn     string
	brokers []string
	slot    string

	mu      sync.Mutex
	written uint64 // facts committed; each fact's bytes are its number
}

func newChain(t testing.TB) *chain {
	t.Helper()
	c := &chain{dsn: pgtest.Start(t), brokers: kafkatest.Start(t)}
	c.slot = slotOf(t)
	return c
}

// slotOf makes a slot name of the test's name: slots of one server must differ.
func slotOf(t testing.TB) string {
	h := uint64(14695981039346656037)
	for _, b := range []byte(t.Name()) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return fmt.Sprintf("relay_%x", h)
}

func (c *chain) config(t testing.TB) cdc.Config {
	t.Helper()
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: c.brokers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(admin.Close)
	return quick(cdc.Config{
		DSN: c.dsn, Slot: c.slot, Memory: cdc.LogMemory{Offsets: admin}, Publish: c.publish,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
}

func (c *chain) publish() (cdc.Publisher, error) {
	p, err := kafka.NewProducer(kafka.ProducerConfig{Config: kafka.Config{Brokers: c.brokers}})
	return p, err
}

// relay runs a relay until the test ends or stop is called.
func relay(t testing.TB, cfg cdc.Config) (r *cdc.Relay, stop func()) {
	t.Helper()
	r, err := cdc.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the relay ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return r, stop
}

func connect(t testing.TB, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func query(t testing.TB, conn *pgx.Conn, sql string, args ...any) (answer string) {
	t.Helper()
	if err := conn.QueryRow(context.Background(), sql, args...).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return answer
}

// next returns the frame of the next fact; its bytes are its number, its key one of seven stores.
func (c *chain) next() event.Frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.written++
	kinds := []event.Kind{event.KindOrderPlaced, event.KindStockMoved}
	return event.Frame{Kind: kinds[c.written%2], Key: int64(c.written % 7),
		Wire: binary.BigEndian.AppendUint64(nil, c.written)}
}

// count is how many facts were written so far.
func (c *chain) count() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.written
}

// commit writes one transaction of the given numbers of facts in one packet each.
func (c *chain) commit(t testing.TB, conn *pgx.Conn, packets ...int) bool {
	t.Helper()
	batch := &pgx.Batch{}
	for _, facts := range packets {
		var packet []byte
		for range facts {
			packet = event.AppendFrame(packet, c.next())
		}
		batch.Queue("SELECT pg_logical_emit_message(true, $1, $2::bytea)", event.PacketPrefix, packet)
	}
	if err := conn.SendBatch(context.Background(), batch).Close(); err != nil {
		t.Errorf("cannot commit: %v", err)
		return false
	}
	return true
}

// emit writes raw packets in one transaction.
func emit(t testing.TB, conn *pgx.Conn, prefix string, transactional bool, packets ...[]byte) {
	t.Helper()
	batch := &pgx.Batch{}
	for _, p := range packets {
		batch.Queue("SELECT pg_logical_emit_message($1, $2, $3::bytea)", transactional, prefix, p)
	}
	if err := conn.SendBatch(context.Background(), batch).Close(); err != nil {
		t.Fatal(err)
	}
}

// seen is what a consumer has read from one place.
type seen struct {
	mark     event.Position
	any      bool
	arrived  map[event.Position]string // what each position held, repetitions included
	repeated int
}

// consumer reads the topics as the stream does: what is not above the mark of its partition and source
// is dropped.
type consumer struct {
	tail   *kafka.Tail
	places map[string]*seen
	facts  []*kafka.Record // deduplicated, in the order of arrival
}

func (c *chain) consumer(t testing.TB) *consumer {
	t.Helper()
	topics := []string{string(event.TopicDeadLetter)}
	for _, topic := range event.Topics() {
		topics = append(topics, string(topic))
	}
	tail, err := kafka.NewTail(context.Background(), kafka.TailConfig{
		Config: kafka.Config{Brokers: c.brokers}, Topics: topics})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tail.Close)
	return &consumer{tail: tail, places: map[string]*seen{}}
}

func header(r *kafka.Record, name string) string {
	for _, h := range r.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}

// await reads until want facts were accepted.
func (c *consumer) await(t testing.TB, want int) []*kafka.Record {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for len(c.facts) < want {
		records, err := c.tail.Poll(ctx)
		if err != nil {
			t.Fatalf("%d of %d facts arrived: %v", len(c.facts), want, err)
		}
		for _, r := range records {
			c.take(t, r)
		}
	}
	return c.facts
}

func (c *consumer) take(t testing.TB, r *kafka.Record) {
	t.Helper()
	at, err := event.ParsePosition([]byte(header(r, event.HeaderID)))
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%s/%d %s", r.Topic, r.Partition, header(r, event.HeaderSource))
	place := c.places[name]
	if place == nil {
		place = &seen{arrived: map[event.Position]string{}}
		c.places[name] = place
	}
	if before, ok := place.arrived[at]; ok && before != string(r.Value) {
		t.Errorf("%s: position %s held %x, now %x", name, at, before, r.Value)
	}
	place.arrived[at] = string(r.Value)
	if place.any && !at.Above(place.mark) {
		place.repeated++
		return
	}
	place.mark, place.any = at, true
	c.facts = append(c.facts, r)
}

// exactlyOnce checks that after dropping repetitions each fact 1…n is there once, and that the facts of
// one key keep their order within a topic.
func (c *consumer) exactlyOnce(t testing.TB, n uint64, ordered bool) {
	t.Helper()
	count := map[uint64]int{}
	last := map[string]uint64{}
	for _, r := range c.facts {
		number := binary.BigEndian.Uint64(r.Value)
		count[number]++
		key := r.Topic + string(r.Key)
		if ordered && number <= last[key] {
			t.Errorf("%s of %s: fact %d comes after %d", r.Topic, r.Key, number, last[key])
		}
		last[key] = number
	}
	for number := uint64(1); number <= n; number++ {
		if count[number] != 1 {
			t.Errorf("fact %d is there %d times", number, count[number])
		}
	}
	if len(count) != int(n) {
		t.Errorf("%d different facts, want %d", len(count), n)
	}
}

func (c *consumer) repeated() (n int) {
	for _, p := range c.places {
		n += p.repeated
	}
	return n
}

// sources lists the sources seen.
func (c *consumer) sources() []string {
	all := map[string]bool{}
	for _, r := range c.facts {
		all[header(r, event.HeaderSource)] = true
	}
	return slices.SortedFunc(maps.Keys(all), cmp.Compare[string])
}

// eventually asks until ok, every 5 ms.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("waited %s in vain: %s", patience, what)
		case <-tick.C:
		}
	}
}

func be(b []byte) uint64 { return binary.BigEndian.Uint64(b) }
