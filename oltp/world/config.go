package world

import (
	"fmt"
	"hash/fnv"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Config is all that a world depends on.
type Config struct {
	// Seed chooses one world among many. Default: 0, which is a seed like any other.
	Seed uint64 `json:"seed"`
	// Stores, SKUs and Members are the sizes. Default: 30, 2,000 and 50,000; at most 1,000, 20,000
	// and 5,000,000. Memory grows with Stores × SKUs (about 30 bytes) and Members (about 50 bytes).
	Stores  int `json:"stores"`
	SKUs    int `json:"skus"`
	Members int `json:"members"`
	// Rate is the mean number of orders a second of the whole chain. Default: 0.12; at most 20,
	// where live trade holds about a gigabyte, because it prepares two days ahead.
	Rate float64 `json:"rate"`
	// Start is the first business day. Required.
	Start retail.Day `json:"start"`
}

// Limits of a world, and its defaults.
const (
	maxStores, maxSKUs, maxMembers, maxRate = 1_000, 20_000, 5_000_000, 20
	defaultStores, defaultSKUs              = 30, 2_000
	defaultMembers                          = 50_000
	// DefaultRate is the mean number of orders a second, about 10,000 a day.
	DefaultRate = 0.12
	// DefaultDays is how much history a demonstration begins with.
	DefaultDays = 90
)

func (c Config) withDefaults() (Config, error) {
	for _, v := range [...]struct {
		name       string
		value      *int
		otherwise  int
		least, top int
	}{
		{"stores", &c.Stores, defaultStores, 1, maxStores},
		{"SKUs", &c.SKUs, defaultSKUs, 50, maxSKUs},
		{"members", &c.Members, defaultMembers, 1, maxMembers},
	} {
		if *v.value == 0 {
			*v.value = v.otherwise
		}
		if *v.value < v.least || *v.value > v.top {
			return c, fmt.Errorf("cannot make a world of %d %s: want %d to %d",
				*v.value, v.name, v.least, v.top)
		}
	}
	if c.Rate == 0 {
		c.Rate = DefaultRate
	}
	if !(c.Rate > 0 && c.Rate <= maxRate) {
		return c, fmt.Errorf("cannot make a world of %v orders/s: want more than 0, at most %d",
			c.Rate, maxRate)
	}
	if first := retail.DayOf(time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC)); c.Start < first {
		return c, fmt.Errorf("cannot start a world on %v: want %v or later", c.Start, first)
	}
	return c, nil
}

// Name tells this world from any other. It is part of every key that the world sends.
func (c Config) Name() string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%d/%d/%d/%g/%d", c.Seed, c.Stores, c.SKUs, c.Members, c.Rate, c.Start)
	return fmt.Sprintf("world-%012x", h.Sum64()>>16)
}
