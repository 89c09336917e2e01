package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/edge"
	"github.com/tillstream/tillstream/serving/edge/brute"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// outOf is how much of a store's goods is out of stock: one in so many.
const outOf = 6

// FrontConfig says where the process that is asked answers.
type FrontConfig struct {
	// Listen is the address of the edge, Control that by which the bench stirs it.
	Listen, Control string
	Seed            uint64
	// Plain serves the plain method instead.
	Plain bool
	Log   *slog.Logger
}

// front is a simulated chain and the edge that answers for it: no engine is needed, since the edge asks none.
type front struct {
	FrontConfig
	size    simulated.Size
	levels  *live.Levels
	offers  *live.Offers
	trails  *live.Trails
	edge    *edge.Server
	members []retail.Member
}

// plain is the plain method: 12,000 items in 64 dimensions.
func plain(seed uint64) brute.Config {
	return brute.Config{Items: 12_000, Dimensions: 64, Members: plainMembers, Limit: 10, Seed: seed}
}

const plainMembers = 20_000

// Front serves what the bench of recommendations asks, until ctx ends. It is a process of its own: what the
// clients cost must not be in it, nor what it collects in theirs.
func Front(ctx context.Context, cfg FrontConfig) error {
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	served := make(chan error, 1)
	if cfg.Plain {
		s := brute.New(plain(cfg.Seed))
		go func() { served <- s.Serve(l) }()
		<-ctx.Done()
		return errors.Join(s.Stop(), <-served)
	}
	f := &front{FrontConfig: cfg, size: simulated.Chain(), levels: live.NewLevels(0),
		trails: live.NewTrails(live.TrailsConfig{})}
	if err := f.fill(); err != nil {
		return errors.Join(err, l.Close())
	}
	go func() { served <- f.edge.Serve(l) }()
	err = f.obey(ctx)
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return errors.Join(err, f.edge.Stop(stop), <-served)
}

// codesOf translates the codes of the simulated chain.
type codesOf struct{ *front }

// numberOf reads a letter and a number from 1 to most.
func numberOf(code string, letter byte, most int) (int64, bool) {
	if len(code) < 2 || code[0] != letter {
		return 0, false
	}
	n, err := strconv.ParseInt(code[1:], 10, 32)
	return n, err == nil && n >= 1 && n <= int64(most)
}

// Store finds a store by its code.
func (c codesOf) Store(code string) (retail.StoreID, *time.Location, bool) {
	n, ok := numberOf(code, 'S', c.size.Stores)
	return retail.StoreID(n), time.UTC, ok
}

// SKU finds a SKU by its code.
func (c codesOf) SKU(code string) (retail.SKUID, bool) {
	n, ok := numberOf(code, 'P', c.size.Items)
	return retail.SKUID(n), ok
}

// Member finds a member by its code.
func (c codesOf) Member(code string) (retail.MemberID, bool) {
	n, ok := numberOf(code, 'M', c.size.Members)
	return retail.MemberID(n), ok
}

// MemberByID returns a member; all have agreed to be recognised.
func (c codesOf) MemberByID(id retail.MemberID) (*retail.Member, bool) { return &c.members[id-1], true }

// eachLevel draws what is on the shelves at the beginning: the same for whoever knows the seed.
func eachLevel(seed uint64, size simulated.Size, do func(retail.StoreID, retail.SKUID, int32)) {
	rng := rand.New(rand.NewPCG(seed, 6))
	for store := range retail.StoreID(size.Stores) {
		for sku := range retail.SKUID(size.Items) {
			do(store+1, sku+1, rng.Int32N(outOf))
		}
	}
}

// fill makes the chain, fills shelves and trails, and makes the edge.
func (f *front) fill() error {
	eachLevel(f.Seed, f.size, func(store retail.StoreID, sku retail.SKUID, onHand int32) {
		f.set(Move{store, sku, onHand, 1})
	})
	rng := rand.New(rand.NewPCG(f.Seed, 16))
	f.members = make([]retail.Member, f.size.Members)
	now := time.Now().Unix()
	for k := range f.members {
		f.members[k] = retail.Member{ID: retail.MemberID(k + 1), Personalized: true}
		for range 4 {
			f.trails.Add(live.MemberVisitor(retail.MemberID(k+1)), retail.SKUID(1+rng.IntN(f.size.Items)),
				recommend.Act(1+rng.IntN(3)), now)
		}
	}
	f.offers = live.NewOffers(f.levels, f.rules)
	if err := f.offers.Use(simulated.World(f.Seed, f.size)); err != nil {
		return err
	}
	return f.open()
}

// rules are a chain's usual ones: some pins, boosts of brands and of a season's goods, and what must not
// be shown.
func (*front) rules(s *recommend.Snapshot) (*recommend.Rules, error) {
	var rules []recommend.Rule
	for k := range int32(20) {
		any := recommend.Rule{ID: fmt.Sprint("rule ", k), Store: -1, Item: -1, Brand: -1}
		pin, boost, block := any, any, any
		pin.Do, pin.Item, pin.Place = recommend.Pin, k*37, 1+k%8
		if k%2 == 0 {
			pin.Store = k
		}
		boost.Do, boost.Brand, boost.Factor, boost.Quota = recommend.Boost, k, 1.5, 3
		block.Do, block.Item = recommend.Block, k*41+1
		rules = append(rules, pin, boost, block)
	}
	return recommend.CompileRules(s, rules, recommend.Quotas{})
}

// set applies a level, and tells the shelves once there are any.
func (f *front) set(m Move) {
	l := live.Level{StockLevel: retail.StockLevel{StockKey: retail.StockKey{Store: m.Store, SKU: m.SKU},
		OnHand: m.OnHand, Version: m.Version}, CommittedUS: time.Now().UnixMicro()}
	if f.levels.Apply(&l) && f.offers != nil {
		f.offers.Moved(l.StockKey)
	}
}

// frontKey signs the bench's tokens; both processes know it.
func frontKey() []byte {
	key := make([]byte, 32)
	for i := range key {
		key[i] = byte(i + 1)
	}
	return key
}

// frontSplit is the experiment under way.
func frontSplit() (*recommend.Split, error) {
	return recommend.NewSplit(recommend.Experiment{Name: "bench", Holdout: .05,
		Variants: []recommend.Variant{{Name: "a", Weight: 1, Blend: recommend.DefaultBlend()},
			{Name: "b", Weight: 1, Blend: recommend.DefaultBlend()}}})
}

// open makes the edge.
func (f *front) open() error {
	verifier, err := staff.NewVerifier(frontKey(), nil)
	if err != nil {
		return err
	}
	signer, err := recommend.NewSigner(frontKey())
	if err != nil {
		return err
	}
	split, err := frontSplit()
	if err != nil {
		return err
	}
	f.edge, err = edge.New(edge.Config{Levels: f.levels, Directory: codesOf{f}, Auth: verifier,
		Ready: func() error { return nil }, Logger: slog.New(slog.DiscardHandler),
		Recommend: &edge.RecommendConfig{Offers: f.offers, Trails: f.trails, Members: codesOf{f},
			Signer: signer, Split: func() *recommend.Split { return split }}})
	return err
}
