package basket

import (
	"fmt"

	"github.com/tillstream/tillstream/models/boost"
)

// Config bounds and tunes a model. The zero value takes the defaults.
type Config struct {
	// MaxBaskets is how many baskets of a member are kept, the newest ones. Cost of adding a basket and of
	// memory is in proportion to the lines kept. Default 200.
	MaxBaskets int
	// MaxLines is how many items of one basket are kept, those with the smallest ids. Default 500.
	MaxLines int
	// RecentBaskets and RecentItems say by how many of a member's newest baskets and items his neighbours are
	// sought. Cost of an answer grows in proportion to RecentItems × MaxBuyers. Defaults 5 and 30.
	RecentBaskets, RecentItems int
	// MaxBuyers is how many buyers of one item are looked at; of more, the same random ones each time.
	// Default 300.
	MaxBuyers int
	// Neighbours is how many of the most similar members are read. Default 200.
	Neighbours int
	// Popular and Near are how many candidates come from the best sellers of all, half as many from those of
	// the store, and from the neighbours. Defaults 80 and 40.
	Popular, Near int
	// MaxOwn is how many of a member's own items are candidates, the newest ones. Default 400.
	MaxOwn int
	// FitMembers is how many members the weights are learnt from; of more, the same random ones each time.
	// Cost: about 150 rows of Traits numbers for each. Default 15,000.
	FitMembers int
	// Misses is the share of candidates that were not bought which the fit looks at. Default 0.3.
	Misses float64
	// Workers share the fit. Default 2.
	Workers int
	// Boost fits the blend; its Seed fixes what is drawn here too.
	Boost boost.Config
}

func (c Config) withDefaults() Config {
	for _, p := range []struct {
		field    *int
		standard int
	}{{&c.MaxBaskets, 200}, {&c.MaxLines, 500}, {&c.RecentBaskets, 5}, {&c.RecentItems, 30},
		{&c.MaxBuyers, 300}, {&c.Neighbours, 200}, {&c.Popular, 80}, {&c.Near, 40}, {&c.MaxOwn, 400},
		{&c.FitMembers, 15_000}, {&c.Workers, 2}} {
		if *p.field == 0 {
			*p.field = p.standard
		}
	}
	if c.Misses == 0 {
		c.Misses = 0.3
	}
	if c.Boost.Workers == 0 {
		c.Boost.Workers = c.Workers
	}
	return c
}

// maxSetting bounds each number of a Config.
const maxSetting = 1 << 20

func (c Config) check() error {
	for _, v := range c.settings() {
		if *v < 1 || *v > maxSetting {
			return fmt.Errorf("cannot use %d in a basket model's limits: want 1 to %d", *v, maxSetting)
		}
	}
	if c.Workers < 1 || c.Workers > 256 || !(c.Misses > 0 && c.Misses <= 1) || c.FitMembers < 1 {
		return fmt.Errorf("cannot fit %d members with %d workers on a share of %v of the misses",
			c.FitMembers, c.Workers, c.Misses)
	}
	return nil
}

// settings are what answers depend on, in the order of the codec.
func (c *Config) settings() []*int {
	return []*int{&c.MaxBaskets, &c.MaxLines, &c.RecentBaskets, &c.RecentItems, &c.MaxBuyers, &c.Neighbours,
		&c.Popular, &c.Near, &c.MaxOwn}
}
