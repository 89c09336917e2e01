package bench

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/retail"
)

const (
	recommendClients = 16
	// distinctWishes is how many requests the measuring of kept answers repeats.
	distinctWishes = 2_000
	// stockAnswers is how many answers are looked through for what is sold out.
	stockAnswers = 100_000
	// movesPerS is how many goods come and go meanwhile, in the few stores that are asked for.
	movesPerS   = 5_000
	movedStores = 8
)

// recommend measures the edge's recommendations on a simulated chain of full size, a process of its own, its
// clients on the same cores. The plain method is asked the same way first.
func (r *run) recommend(ctx context.Context) (err error) {
	plain, err := r.plain(ctx)
	if err != nil {
		return err
	}
	c, err := r.openCounter(ctx)
	if err != nil {
		return err
	}
	defer func() { err = c.close(err) }()
	if err := c.uncached(ctx, plain); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{c.single, c.cached, c.soldOut} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return c.followed(ctx)
}

// wishes draws requests for each client; hardly any comes twice.
func (c *counter) wishes(seed uint64) func(int, []byte) []byte {
	var sources [recommendClients]*rand.Rand
	for k := range sources {
		sources[k] = rand.New(rand.NewPCG(c.Seed^seed, uint64(k)))
	}
	return func(client int, dst []byte) []byte { return c.appendWish(dst, sources[client]) }
}

func (c *counter) uncached(ctx context.Context, plain measured) error {
	c.step("recommend: %d clients, every filter on, no request twice", recommendClients)
	l := load{address: c.address, token: c.token, clients: recommendClients, ask: c.wishes(1)}
	if _, _, err := l.run(ctx, time.Second); err != nil { // warm up
		return err
	}
	before, err := c.stats()
	if err != nil {
		return err
	}
	l.ask = c.wishes(2)
	all, took, err := l.run(ctx, c.share(1))
	if err != nil {
		return err
	}
	s, err := c.stats()
	if err != nil {
		return err
	}
	if kept := s.Cached - before.Cached; kept*100 > s.Answers-before.Answers {
		return fmt.Errorf("%d of %d answers came from the cache", kept, s.Answers-before.Answers)
	}
	if shown := s.Items - before.Items; shown < 5*(s.Answers-before.Answers) {
		return fmt.Errorf("%d answers show %d items: the filters leave nothing to rank",
			s.Answers-before.Answers,
			shown)
	}
	c.put("recommend_uncached_per_s", perSecond(all, took), "answers/s", perSecond(plain.all, plain.took))
	c.put("recommend_uncached_p99_ms", all.ms(.99), "ms", plain.all.ms(.99))
	return nil
}

type measured struct {
	all  samples
	took time.Duration
}

// plain measures the plain method.
func (r *run) plain(ctx context.Context) (m measured, err error) {
	r.step("recommend: the plain method beside it")
	s, err := r.startFront(ctx, true)
	if err != nil {
		return m, err
	}
	defer func() { err = s.close(err) }()
	rng := [recommendClients]*rand.Rand{}
	for k := range rng {
		rng[k] = rand.New(rand.NewPCG(r.Seed, uint64(k)))
	}
	m.all, m.took, err = load{address: s.address, clients: recommendClients,
		ask: func(client int, dst []byte) []byte {
			return strconv.AppendInt(append(dst, "/?member="...), rng[client].Int64N(plainMembers), 10)
		}}.run(ctx, r.share(.3))
	return m, err
}

func (c *counter) single(ctx context.Context) error {
	c.step("recommend: one client")
	all, _, err := load{address: c.address, token: c.token, clients: 1, ask: c.wishes(3)}.run(ctx,
		c.share(.2))
	if err != nil {
		return err
	}
	c.put("recommend_single_p50_ms", all.ms(.5), "ms")
	return nil
}

func (c *counter) cached(ctx context.Context) error {
	c.step("recommend: %d requests again and again", distinctWishes)
	wishes, rng := make([][]byte, distinctWishes), rand.New(rand.NewPCG(c.Seed, 7))
	for k := range wishes {
		wishes[k] = c.appendWish(nil, rng)
	}
	var next atomic.Uint64
	l := load{address: c.address, token: c.token, clients: recommendClients, ask: func(_ int,
		dst []byte) []byte {
		return append(dst, wishes[next.Add(1)*7919%distinctWishes]...)
	}}
	if _, _, err := l.run(ctx, 2*time.Second); err != nil { // fill
		return err
	}
	before, err := c.stats()
	if err != nil {
		return err
	}
	all, took, err := l.run(ctx, c.share(.5))
	if err != nil {
		return err
	}
	s, err := c.stats()
	if err != nil {
		return err
	}
	if kept := s.Cached - before.Cached; kept*10 < (s.Answers-before.Answers)*9 {
		return fmt.Errorf("only %d of %d answers came from the cache", kept, s.Answers-before.Answers)
	}
	c.put("recommend_cached_per_s", perSecond(all, took), "answers/s")
	c.put("recommend_cached_p99_ms", all.ms(.99), "ms")
	return nil
}

// soldOut looks through answers for goods that were out of stock before they were asked for, while
// thousands come and go each second. Half of the requests come again and again, so that kept answers are
// looked through too.
func (c *counter) soldOut(ctx context.Context) error {
	c.step("recommend: looking through %d answers for what is sold out", stockAnswers)
	m := newMover(c)
	moving := follow(ctx, func(ctx context.Context, _ *struct{}) error { return m.run(ctx) })
	defer moving.close()
	var answers, wrong atomic.Int64
	fresh := c.wishes(8)
	var turn [recommendClients]int
	l := load{address: c.address, token: c.token, clients: recommendClients,
		ask: func(client int, dst []byte) []byte {
			if turn[client]++; turn[client]%2 == 0 {
				return fresh(client, dst)
			}
			return fmt.Appendf(dst, "/v1/recommendations?store=S%d&session=%x", 1+turn[client]/2%movedStores,
				1+turn[client]/64%5)
		},
		heard: func(_ int, sent time.Time, body []byte) error {
			answers.Add(1)
			n, err := m.soldOut(body, sent)
			wrong.Add(n)
			return err
		}}
	for answers.Load() < stockAnswers && ctx.Err() == nil {
		if _, _, err := l.run(ctx, time.Second/2); err != nil {
			return err
		}
	}
	if _, err := moving.finish(); err != nil {
		return err
	}
	c.put("recommend_out_of_stock", float64(wrong.Load()), "items")
	c.put("recommend_stock_answers", float64(answers.Load()), "answers")
	c.put("recommend_stock_moves", float64(m.moves), "moves")
	return nil
}

// mover lets goods come and go and knows since when each is gone.
type mover struct {
	*counter
	rng   *rand.Rand
	moves int64
	// goneNS has, for each store and item, when it was gone for everybody to see, 0 while it is there.
	goneNS []atomic.Int64
}

func newMover(c *counter) *mover {
	m := &mover{counter: c, rng: rand.New(rand.NewPCG(c.Seed, 9)),
		goneNS: make([]atomic.Int64, c.size.Stores*c.size.Items)}
	eachLevel(c.Seed, c.size, func(store retail.StoreID, sku retail.SKUID, onHand int32) {
		if onHand == 0 {
			m.at(int32(store-1), int32(sku-1)).Store(1)
		}
	})
	return m
}

func (m *mover) at(store, item int32) *atomic.Int64 {
	return &m.goneNS[int(store)*m.size.Items+int(item)]
}

// run moves goods of some stores, those that sell best more often, until ctx ends.
func (m *mover) run(ctx context.Context) error {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	version, begun := int64(1), time.Now()
	var moves []Move
	var gone []*atomic.Int64
	for ctx.Err() == nil {
		<-ticker.C
		moves, gone = moves[:0], gone[:0]
		for ; float64(m.moves) < time.Since(begun).Seconds()*movesPerS; m.moves++ {
			u := m.rng.Float64()
			store, item := m.rng.Int32N(movedStores), int32(u*u*u*float64(m.size.Items))
			version++
			was := m.at(store, item)
			if slices.Contains(gone, was) {
				continue // it goes with this very batch
			}
			move := Move{retail.StoreID(store + 1), retail.SKUID(item + 1), 0, version}
			if was.Load() != 0 {
				was.Store(0)
				move.OnHand = 5
			} else {
				gone = append(gone, was)
			}
			moves = append(moves, move)
		}
		if err := m.move(moves); err != nil {
			return err
		}
		now := time.Now().UnixNano()
		for _, at := range gone {
			at.Store(now)
		}
	}
	return nil
}

// soldOut counts the items of an answer that were gone before it was asked for.
func (m *mover) soldOut(body []byte, sent time.Time) (wrong int64, err error) {
	store, rest, err := numberAfter(body, `"store":"S`)
	if err != nil {
		return 0, err
	}
	for bytes.Contains(rest, []byte(`{"sku":"P`)) {
		var item int64
		if item, rest, err = numberAfter(rest, `{"sku":"P`); err != nil {
			return 0, err
		}
		if gone := m.at(int32(store-1), int32(item-1)).Load(); gone != 0 && gone < sent.UnixNano() {
			wrong++
		}
	}
	return wrong, nil
}

func numberAfter(body []byte, mark string) (n int64, rest []byte, err error) {
	_, rest, found := bytes.Cut(body, []byte(mark))
	digits := 0
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		n = n*10 + int64(rest[digits]-'0')
		digits++
	}
	if !found || digits == 0 {
		return 0, nil, fmt.Errorf("an answer has no %s: %.200s", mark, body)
	}
	return n, rest[digits:], nil
}
