package bench

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/edge"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// outOf is how much of a store's goods is out of stock: one in so many.
const outOf = 6

// counter is a simulated chain and the edge that answers for it, in this process: no engine is needed,
// since the edge asks none.
type counter struct {
	*run
	size   simulated.Size
	world  *recommend.Snapshot
	levels *live.Levels
	offers *live.Offers
	trails *live.Trails
	edge   *edge.Server
	split  *recommend.Split
	served chan error
	address,
	token string
	members []retail.Member
}

// codesOf translates the codes of the simulated chain.
type codesOf struct{ *counter }

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

// openCounter makes the chain, fills shelves and trails and serves.
func (r *run) openCounter() (*counter, error) {
	c := &counter{run: r, size: simulated.Chain(), levels: live.NewLevels(0), served: make(chan error, 1),
		trails: live.NewTrails(live.TrailsConfig{})}
	r.step("recommend: making up %d items, %d stores and %d members (a simulation)", c.size.Items,
		c.size.Stores, c.size.Members)
	c.world = simulated.World(r.Seed, c.size)
	rng := rand.New(rand.NewPCG(r.Seed, 6))
	for store := range retail.StoreID(c.size.Stores) {
		for sku := range retail.SKUID(c.size.Items) {
			c.set(store+1, sku+1, rng.Int32N(outOf), 1)
		}
	}
	c.members = make([]retail.Member, c.size.Members)
	now := time.Now().Unix()
	for k := range c.members {
		c.members[k] = retail.Member{ID: retail.MemberID(k + 1), Personalized: true}
		for range 4 {
			c.trails.Add(live.MemberVisitor(retail.MemberID(k+1)), retail.SKUID(1+rng.IntN(c.size.Items)),
				recommend.Act(1+rng.IntN(3)), now)
		}
	}
	c.offers = live.NewOffers(c.levels, c.rules)
	if err := c.offers.Use(c.world); err != nil {
		return nil, err
	}
	return c, c.serve()
}

// rules are a chain's usual ones: some pins, boosts of brands and of a season's goods, and what must not
// be shown.
func (c *counter) rules(s *recommend.Snapshot) (*recommend.Rules, error) {
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
func (c *counter) set(store retail.StoreID, sku retail.SKUID, onHand int32, version int64) {
	l := live.Level{StockLevel: retail.StockLevel{StockKey: retail.StockKey{Store: store, SKU: sku},
		OnHand: onHand, Version: version}, CommittedUS: time.Now().UnixMicro()}
	if c.levels.Apply(&l) && c.offers != nil {
		c.offers.Moved(l.StockKey)
	}
}

func (c *counter) serve() error {
	key := make([]byte, 32)
	for i := range key {
		key[i] = byte(i + 1)
	}
	verifier, err := staff.NewVerifier(key, nil)
	if err != nil {
		return err
	}
	c.token, err = staff.Issuer{Key: key}.Token(staff.Principal{User: "bench", Role: staff.Storefront},
		2*time.Hour)
	if err != nil {
		return err
	}
	signer, err := recommend.NewSigner(key)
	if err != nil {
		return err
	}
	c.split, err = recommend.NewSplit(recommend.Experiment{Name: "bench", Holdout: .05,
		Variants: []recommend.Variant{{Name: "a", Weight: 1, Blend: recommend.DefaultBlend()},
			{Name: "b", Weight: 1, Blend: recommend.DefaultBlend()}}})
	if err != nil {
		return err
	}
	c.edge, err = edge.New(edge.Config{Levels: c.levels, Directory: codesOf{c}, Auth: verifier,
		Ready: func() error { return nil }, Logger: slog.New(slog.DiscardHandler),
		Recommend: &edge.RecommendConfig{Offers: c.offers, Trails: c.trails, Members: codesOf{c},
			Signer: signer, Split: func() *recommend.Split { return c.split }}})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	c.address = l.Addr().String()
	go func() { c.served <- c.edge.Serve(l) }()
	return nil
}

// close stops serving.
func (c *counter) close(failed error) error {
	stop, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := c.edge.Stop(stop); failed == nil {
		failed = err
	}
	if err := <-c.served; failed == nil {
		failed = err
	}
	return failed
}

// appendWish appends a request with every filter on: scene, store, member, goods of the scene, what must
// not be shown, a category with all below it or a brand, prices, a tag, the way of handing over and where
// to.
func (c *counter) appendWish(dst []byte, r *rand.Rand) []byte {
	list := func(dst []byte, name string, n int) []byte {
		dst = append(append(dst, '&'), name...)
		for k := range n {
			dst = append(dst, "=,"[min(k, 1)], 'P')
			dst = strconv.AppendInt(dst, int64(1+r.IntN(c.size.Items)), 10)
		}
		return dst
	}
	scene := recommend.Scene(r.IntN(5))
	dst = append(append(dst, "/v1/recommendations?scene="...), scene.String()...)
	store := r.IntN(c.size.Stores)
	dst = strconv.AppendInt(append(dst, "&store=S"...), int64(store+1), 10)
	dst = strconv.AppendInt(append(dst, "&member=M"...), int64(1+r.IntN(c.size.Members)), 10)
	if scene != recommend.Home && scene != recommend.Guide {
		dst = list(dst, "items", 1+r.IntN(3))
	}
	dst = list(dst, "exclude", 5)
	if r.IntN(8) == 0 {
		dst = append(append(dst, "&brand="...), c.world.Brands[r.IntN(len(c.world.Brands))]...)
	} else {
		dst = append(append(dst, "&category="...), c.world.Categories.Code[r.IntN(20)*10]...)
	}
	dst = append(dst, "&price_min=5&price_max=500&tag="...)
	dst = append(dst, [...]string{"hot", "new"}[r.IntN(2)]...)
	dst = append(dst, "&fulfilment=same_city&again=due&lang=zh-CN&limit=10&lat="...)
	dst = strconv.AppendFloat(dst, c.world.Stores.Latitude[store]+.01, 'f', 6, 64)
	dst = append(dst, "&lon="...)
	return strconv.AppendFloat(dst, c.world.Stores.Longitude[store]+.01, 'f', 6, 64)
}
