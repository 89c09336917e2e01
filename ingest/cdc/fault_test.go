package cdc_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/ingest/kafka"
	kafkalocal "github.com/tillstream/tillstream/ingest/kafka/local"
	pglocal "github.com/tillstream/tillstream/oltp/postgres/local"
)

// trade commits at most 500 transactions a writer, about 25 facts each, until stop is called, which
// returns after the last one.
func (c *chain) trade(t *testing.T, writers int) (stop func()) {
	t.Helper()
	var over atomic.Bool
	var done sync.WaitGroup
	for w := range writers {
		conn := connect(t, c.dsn)
		done.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(w), 7))
			pace := time.NewTicker(2 * time.Millisecond)
			defer pace.Stop()
			for n := 0; n < 500 && !over.Load(); n++ {
				if !c.commit(t, conn, 1+rnd.IntN(10), rnd.IntN(40)) {
					return
				}
				<-pace.C
			}
		})
	}
	stop = sync.OnceFunc(func() { over.Store(true); done.Wait() })
	t.Cleanup(stop)
	return stop
}

func TestRelayKilledAtRandomPoints(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	c := newChain(t)
	cfg := c.config(t)
	cfg.MaxInFlightRecords = 1_000
	cfg.DrainTimeout = time.Nanosecond // what is on its way is lost, as in a crash
	r, stop := relay(t, cfg)
	streaming(t, r)
	over := c.trade(t, 3)
	for range 15 {
		before := r.Stats().Acknowledged
		some := int64(1 + rnd.IntN(1_000))
		eventually(t, "some records", func() bool { return r.Stats().Acknowledged > before+some })
		stop()
		r, stop = relay(t, cfg)
	}
	over()
	in := c.consumer(t)
	in.await(t, int(c.written))
	in.exactlyOnce(t, c.written, false)
	t.Logf("%d records were repeated", in.repeated())
	if n := len(in.sources()); n != 1 {
		t.Errorf("%d sources", n)
	}
	if s := r.Stats(); s.Gaps != 0 {
		t.Errorf("a gap where none was: %s", s.LastGap)
	}
}

func TestConnectionCutAgainAndAgain(t *testing.T) {
	c := newChain(t)
	r, _ := relay(t, c.config(t))
	streaming(t, r)
	over := c.trade(t, 2)
	conn := connect(t, c.dsn)
	for range 10 {
		before := r.Stats().Reconnects
		query(t, conn, `SELECT count(pg_terminate_backend(active_pid))::text FROM pg_replication_slots
			WHERE slot_name = $1 AND active`, c.slot)
		eventually(t, "the relay to notice", func() bool { return r.Stats().Reconnects > before })
		streaming(t, r)
	}
	over()
	in := c.consumer(t)
	in.await(t, int(c.written))
	in.exactlyOnce(t, c.written, false)
}

// ownPostgres returns what starts a server of the test's own, and starts it again after a kill.
func ownPostgres(t *testing.T, settings map[string]string) (start func() *pglocal.Server) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return func() *pglocal.Server {
		t.Helper()
		s, err := pglocal.Start(context.Background(), pglocal.Config{
			Dir: filepath.Join(dir, "pg"), Settings: settings})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Kill)
		return s
	}
}

func TestPostgresKilledAndRestarted(t *testing.T) {
	start := ownPostgres(t, nil)
	server := start()
	c := newChain(t)
	c.dsn = server.DSN()
	r, _ := relay(t, c.config(t))
	streaming(t, r)
	for range 3 {
		conn := connect(t, c.dsn)
		for range 40 {
			c.commit(t, conn, 5, 200)
		}
		server.Kill()
		eventually(t, "the relay to notice", func() bool { return r.Stats().State == cdc.Down })
		server = start()
		streaming(t, r)
	}
	c.commit(t, connect(t, c.dsn), 1)
	in := c.consumer(t)
	in.await(t, int(c.written))
	in.exactlyOnce(t, c.written, true)
	if s := r.Stats(); s.Gaps != 1 {
		t.Errorf("%d gaps, want the first start alone; %s", s.Gaps, s.LastGap)
	}
}

func TestKafkaKilledAndRestarted(t *testing.T) {
	dir := t.TempDir()
	start := func() *kafkalocal.Server {
		t.Helper()
		s, err := kafkalocal.Start(context.Background(), kafkalocal.Config{
			Dir: dir, NoSync: true, Exe: []string{os.Args[0], serveKafka}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Kill)
		return s
	}
	server := start()
	c := newChain(t)
	c.brokers = []string{server.Address()}
	ensureTopics(t, c.brokers)
	cfg := c.config(t)
	cfg.MaxInFlightRecords = 2_000
	r, _ := relay(t, cfg)
	streaming(t, r)
	conn := connect(t, c.dsn)
	for range 3 {
		over := c.trade(t, 1)
		before := r.Stats().Acknowledged
		eventually(t, "records to flow", func() bool { return r.Stats().Acknowledged > before+1_000 })
		server.Kill()
		eventually(t, "back-pressure", func() bool { return r.Stats().InFlightRecords > 1_900 })
		over()
		if s := r.Stats(); s.InFlightRecords > 2_000 {
			t.Errorf("%d records in flight, bound 2,000", s.InFlightRecords)
		}
		server = start()
	}
	c.commit(t, conn, 1)
	in := c.consumer(t)
	in.await(t, int(c.written))
	in.exactlyOnce(t, c.written, false)
	at := query(t, conn, "SELECT pg_current_wal_lsn()::text")
	awaitConfirmed(t, c, conn, at)
}

func ensureTopics(t testing.TB, brokers []string) {
	t.Helper()
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: brokers})
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if err := admin.EnsureTopics(context.Background(), kafka.Topics(4, 1, 0)...); err != nil {
		t.Fatal(err)
	}
}

// awaitConfirmed waits until the slot is confirmed up to the position.
func awaitConfirmed(t testing.TB, c *chain, conn *pgx.Conn, at string) {
	t.Helper()
	eventually(t, "the slot to be confirmed up to "+at, func() bool {
		return query(t, conn, `SELECT (confirmed_flush_lsn >= $2::text::pg_lsn)::text
			FROM pg_replication_slots WHERE slot_name = $1`, c.slot, at) == "true"
	})
}

// faulty is a publisher that fails one record and those behind it, or lets those pass.
type faulty struct {
	cdc.Publisher
	calls     *atomic.Int64
	failAt    int64
	overtaken bool
	failed    atomic.Bool
}

var errRefused = errors.New("refused")

func (f *faulty) ProduceAsync(ctx context.Context, r *kafka.Record, done func(error)) {
	if n := f.calls.Add(1); n == f.failAt || n%f.failAt == 0 && f.overtaken || f.failed.Load() {
		f.failed.Store(!f.overtaken)
		done(errRefused)
		return
	}
	f.Publisher.ProduceAsync(ctx, r, done)
}

func TestLogThatFailsARecordIsOpenedAnew(t *testing.T) {
	c := newChain(t)
	cfg := c.config(t)
	var calls, opened atomic.Int64
	cfg.Publish = func() (cdc.Publisher, error) {
		opened.Add(1)
		p, err := c.publish()
		return &faulty{Publisher: p, calls: &calls, failAt: 700}, err
	}
	r, _ := relay(t, cfg)
	streaming(t, r)
	conn := connect(t, c.dsn)
	for range 10 {
		c.commit(t, conn, 300)
	}
	in := c.consumer(t)
	in.await(t, 3_000)
	in.exactlyOnce(t, 3_000, true)
	if s := r.Stats(); opened.Load() < 2 || s.Overtaken != 0 || s.Reconnects == 0 {
		t.Errorf("opened %d times, %d overtaken, %d reconnects", opened.Load(), s.Overtaken, s.Reconnects)
	}
}

func TestOvertakingIsSaidAloud(t *testing.T) {
	c := newChain(t)
	cfg := c.config(t)
	var calls atomic.Int64
	cfg.Publish = func() (cdc.Publisher, error) {
		p, err := c.publish()
		return &faulty{Publisher: p, calls: &calls, failAt: 1_000, overtaken: true}, err
	}
	r, _ := relay(t, cfg)
	streaming(t, r)
	conn := connect(t, c.dsn)
	eventually(t, "the relay to say so", func() bool {
		// Whether something overtakes before the log is closed is a matter of luck.
		return c.commit(t, conn, 100, 100) && r.Stats().Overtaken > 0
	})
}

// forgetful is a memory that keeps nothing while it is told to.
type forgetful struct {
	cdc.Memory
	broken atomic.Bool
}

func (f *forgetful) Save(ctx context.Context, name string, at cdc.Checkpoint) error {
	if f.broken.Load() {
		return errRefused
	}
	return f.Memory.Save(ctx, name, at)
}

func TestNothingIsConfirmedThatIsNotRemembered(t *testing.T) {
	c := newChain(t)
	cfg := c.config(t)
	memory := &forgetful{Memory: cfg.Memory}
	cfg.Memory = memory
	r, _ := relay(t, cfg)
	streaming(t, r)
	conn := connect(t, c.dsn)
	c.commit(t, conn, 1)
	c.consumer(t).await(t, 1)
	memory.broken.Store(true)
	before := r.Stats()
	eventually(t, "a failed save", func() bool {
		c.commit(t, conn, 1)
		return r.Stats().Unsaved > before.Unsaved+1
	})
	confirmed := r.Stats().Confirmed
	c.commit(t, conn, 10)
	unsaved := r.Stats().Unsaved
	eventually(t, "another failed save", func() bool { return r.Stats().Unsaved > unsaved+1 })
	if got := r.Stats().Confirmed; got != confirmed {
		t.Errorf("confirmed moved from %x to %x", confirmed, got)
	}
	memory.broken.Store(false)
	awaitConfirmed(t, c, conn, query(t, conn, "SELECT pg_current_wal_lsn()::text"))
}

func TestSecondRelayWaitsAndTakesOver(t *testing.T) {
	c := newChain(t)
	first, stop := relay(t, c.config(t))
	streaming(t, first)
	second, _ := relay(t, c.config(t))
	eventually(t, "the second to wait", func() bool { return second.Stats().State == cdc.Waiting })
	conn := connect(t, c.dsn)
	c.commit(t, conn, 100)
	in := c.consumer(t)
	in.await(t, 100)
	stop()
	c.commit(t, conn, 100)
	in.await(t, 200)
	in.exactlyOnce(t, 200, true)
	if s := second.Stats(); s.Gaps != 0 || s.Reconnects != 0 {
		t.Errorf("taking over counts %d gaps (%s), %d failures", s.Gaps, s.LastGap, s.Reconnects)
	}
	if got := in.sources(); len(got) != 1 {
		t.Errorf("the sources are %v", got)
	}
	if first.Stats().State != cdc.Stopped {
		t.Errorf("the first is %s", first.Stats().State)
	}
}
