package stream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/stream/keyed"
)

// maxPollRecords bounds what one poll hands out, so that partitions take turns.
const maxPollRecords = 20_000

// source is the side of the log that the engine reads and commits to.
type source interface {
	Poll(ctx context.Context, limit int) ([]kafka.Fetched, error)
	AllowRebalance()
	Pause(...kafka.Partition)
	Resume(...kafka.Partition)
	Commit(context.Context, kafka.Committed) error
	Close()
}

// Engine reads the fact topics and feeds the sink. Several engines of one group share the partitions.
type Engine struct {
	cfg     Config
	join    func(kafka.GroupConfig) (source, error)
	log     source
	admin   *kafka.Admin
	letters *kafka.Producer
	slots   chan struct{}
	free    stack
	room    *room
	quota   *keyed.Quota
	stats   *counters
	quit    context.CancelFunc
	// only, unless nil, are the partitions to work on; the others are left as they are.
	only map[kafka.Partition]int64

	mu      sync.Mutex
	fatal   error
	workers map[kafka.Partition]*worker
	// heard is when the cluster last said where its partitions end.
	heard time.Time
}

// New makes an engine; Run starts it.
func New(cfg Config) (*Engine, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	e := &Engine{
		cfg:     cfg,
		join:    func(c kafka.GroupConfig) (source, error) { return kafka.Join(c) },
		slots:   make(chan struct{}, cfg.MaxWrites),
		room:    newRoom(cfg.MaxBufferedBytes),
		quota:   keyed.NewQuota(cfg.MaxStateKeys),
		stats:   newCounters(),
		workers: make(map[kafka.Partition]*worker),
	}
	for range cfg.MaxWrites {
		e.slots <- struct{}{}
	}
	return e, nil
}

// Run reads and writes until ctx ends, then finishes what is being written and leaves the group. It
// fails when the group's state cannot be understood: going on would count facts twice or not at all. It also
// fails when a topic was deleted and made anew, which only another engine can read.
// Absent brokers and an absent sink are waited for. An engine runs once.
func (e *Engine) Run(ctx context.Context) error {
	ctx, e.quit = context.WithCancel(ctx)
	defer e.quit()
	if err := e.open(); err != nil {
		return err
	}
	defer e.admin.Close()
	defer e.letters.Close()
	var watch sync.WaitGroup
	watch.Go(func() { e.watchEnds(ctx) })
	e.poll(ctx)
	e.stopAll()
	e.log.Close()
	watch.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fatal
}

// fail ends Run with the error.
func (e *Engine) fail(err error) {
	e.mu.Lock()
	e.fatal = err
	e.mu.Unlock()
	e.quit()
}

func (e *Engine) open() (err error) {
	if e.admin, err = kafka.NewAdmin(e.cfg.Kafka); err != nil {
		return err
	}
	e.letters, err = kafka.NewProducer(kafka.ProducerConfig{Config: e.cfg.Kafka})
	if err != nil {
		e.admin.Close()
		return err
	}
	if err = e.enter(); err != nil {
		e.letters.Close()
		e.admin.Close()
	}
	return err
}

// enter joins the group.
func (e *Engine) enter() error {
	log, err := e.join(kafka.GroupConfig{
		Config: e.cfg.Kafka, Group: e.cfg.Group, Instance: e.cfg.Instance, Topics: e.cfg.Topics,
		SessionTimeout: e.cfg.SessionTimeout, MaxPartitionFetchBytes: e.cfg.FetchBytes,
		// To let go of a partition takes as long as its batch may take to finish. All others stand still
		// meanwhile, also for a member that has died while the group moved. It stays below the session's
		// time, for there are brokers that give up those that wait for the others.
		RebalanceTimeout: max(3*e.cfg.StopGrace/2, time.Second),
		OnAssigned:       e.assigned, OnRevoked: e.revoked, OnLost: e.lost,
	})
	if err != nil {
		return err
	}
	e.mu.Lock()
	e.log = log
	e.mu.Unlock()
	return nil
}

// enterAnew gives up all partitions and joins as a new member, which reads again what is committed.
func (e *Engine) enterAnew() bool {
	e.cfg.Log.Warn("the group had expelled this engine; it starts over as a new member")
	e.each(e.all(), (*worker).abandon)
	e.log.Close()
	if err := e.enter(); err != nil {
		e.fail(err)
		return false
	}
	return true
}

func (e *Engine) poll(ctx context.Context) {
	ailing := false
	for ctx.Err() == nil {
		if !e.room.wait(ctx) {
			return
		}
		fetched, err := e.log.Poll(ctx, maxPollRecords)
		e.dispatch(fetched)
		if len(fetched) > 0 {
			e.log.AllowRebalance()
		}
		if errors.Is(err, kafka.ErrClosed) || errors.Is(err, kafka.ErrExpelled) && !e.enterAnew() {
			return
		}
		if errors.Is(err, kafka.ErrRemade) {
			e.fail(err)
			return
		}
		if bad := err != nil && ctx.Err() == nil; bad != ailing {
			ailing = bad
			e.sayReading(err)
		}
		if err != nil && len(fetched) == 0 {
			sleep(ctx, e.cfg.RetryMin)
		}
	}
}

func (e *Engine) sayReading(err error) {
	if err != nil {
		e.cfg.Log.Warn("cannot read the log; trying on", "error", err)
		return
	}
	e.cfg.Log.Info("reading the log again")
}

func (e *Engine) dispatch(fetched []kafka.Fetched) {
	for _, f := range fetched {
		e.mu.Lock()
		w := e.workers[f.Partition]
		e.mu.Unlock()
		if w == nil {
			continue
		}
		e.room.take(w.push(f))
		w.steer(func() {
			if w.overfull(e.room.share()) {
				e.log.Pause(f.Partition)
			}
		})
	}
}

func (e *Engine) assigned(_ context.Context, all []kafka.Committed) {
	for _, c := range all {
		if _, ours := e.only[c.Partition]; e.only != nil && !ours {
			continue
		}
		s, err := e.resumeFrom(c)
		if err != nil {
			e.fail(err)
			return
		}
		w := newWorker(e, c.Partition, s)
		e.mu.Lock()
		former := e.workers[c.Partition]
		e.workers[c.Partition] = w
		e.mu.Unlock()
		if former != nil {
			e.each([]*worker{former}, (*worker).abandon)
		}
		// A pause outlives the assignment in which it was made.
		e.resume(c.Partition)
		go w.run()
	}
}

func (e *Engine) resume(p kafka.Partition) {
	e.mu.Lock()
	log := e.log
	e.mu.Unlock()
	if log != nil {
		log.Resume(p)
	}
}

func (e *Engine) revoked(_ context.Context, gone []kafka.Partition) {
	e.each(e.of(gone), func(w *worker) { w.finish(e.cfg.StopGrace) })
}

func (e *Engine) lost(_ context.Context, gone []kafka.Partition) {
	e.each(e.of(gone), (*worker).abandon)
}

// of finds the workers of partitions.
func (e *Engine) of(partitions []kafka.Partition) (some []*worker) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range partitions {
		if w := e.workers[p]; w != nil {
			some = append(some, w)
		}
	}
	return some
}

func (e *Engine) all() (all []*worker) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, w := range e.workers {
		all = append(all, w)
	}
	return all
}

func (e *Engine) stopAll() {
	e.each(e.all(), func(w *worker) { w.finish(e.cfg.StopGrace) })
}

// each ends workers at once by f and waits. A worker stays known until it has ended: a partition that the
// group takes away from an engine which is stopping must not go to another before that.
func (e *Engine) each(some []*worker, end func(*worker)) {
	var wait sync.WaitGroup
	for _, w := range some {
		wait.Go(func() {
			end(w)
			w.leave.Do(func() { e.forget(w) })
		})
	}
	wait.Wait()
}

// forget gives back what a worker held that has ended.
func (e *Engine) forget(w *worker) {
	e.room.give(w.dropAll())
	w.closeBooks()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.workers[w.p] == w {
		delete(e.workers, w.p)
	}
}

func (e *Engine) takeSlot(w *worker) (*slot, error) {
	select {
	case <-e.slots:
		return e.free.take(), nil
	case <-w.ctx.Done():
		return nil, fmt.Errorf("cannot wait for a slot: %w", w.ctx.Err())
	}
}

// returnSlot frees what the slot aliases and keeps its memory.
func (e *Engine) returnSlot(s *slot) {
	s.batch.Reset()
	clear(s.dead)
	e.free.put(s)
	e.slots <- struct{}{}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
