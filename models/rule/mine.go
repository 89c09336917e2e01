package rule

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// Config says which itemsets are frequent, and how many there may be.
type Config struct {
	// MinCount is in how many baskets an itemset must stand. 0: MinSupport decides.
	MinCount int32
	// MinSupport is the same as a share of all baskets, above 0 and at most 1: the least count n with
	// n/baskets ≥ MinSupport. It decides where MinCount is 0.
	MinSupport float64
	// MaxLength is how many items an itemset may have. 0: any number. Below it nothing is left out.
	MaxLength int
	// MaxItemsets bounds the answer and with it the memory, about 40 bytes for an itemset of four. Default
	// 5,000,000. Where there are more, Mine returns ErrTooMany and no answer.
	MaxItemsets int
	// Workers are how many goroutines mine; all have ended when Mine returns. Default: one a core. The
	// answer does not depend on it. Each takes a few words an item, and the bits of the part that it is at.
	Workers int
}

// ErrTooMany means that there are more itemsets, or rules, than the limit allows.
var ErrTooMany = errors.New("too many")

// leastCount is the count that makes an itemset frequent among n baskets.
func (c *Config) leastCount(n int) (int32, error) {
	if c.MinCount < 0 || c.MaxLength < 0 || c.MaxItemsets < 0 || c.Workers < 0 {
		return 0, fmt.Errorf("cannot mine with a limit below 0: %+v", *c)
	}
	if c.MinCount > 0 {
		return c.MinCount, nil
	}
	if !(c.MinSupport > 0 && c.MinSupport <= 1) {
		return 0, fmt.Errorf("cannot mine at support %v: want above 0, at most 1, or a MinCount",
			c.MinSupport)
	}
	// The quotient of two integers rounds as the decimal that somebody wrote does; the product may not:
	// 0.07 of 100 is 7.000000000000001.
	least := int32(max(1, math.Floor(c.MinSupport*float64(n))-1))
	for float64(least)/float64(n) < c.MinSupport {
		least++
	}
	return least, nil
}

// Mine returns all itemsets that stand in enough baskets.
//
// The method is Eclat (Zaki, "Scalable algorithms for association mining", 2000) on bits, one projection
// deep: for each item, from the rarest up, the baskets that hold it are numbered anew from 0, and each
// commoner item in them becomes a row of bits over those few baskets. An itemset is then an AND of rows,
// its count the number of bits, and a rare item costs only the words that its own baskets fill; further down,
// only the words in which the itemset has bits at all are kept. Ranks need not see each other, so that
// several workers mine them without a lock.
//
// FP-growth was the other choice. BenchmarkMine measures a plain one, the oracle of the tests: about
// five times as slow on the shape of the FIMI retail data and on a shop of 1,587 items, because it builds a
// tree for every suffix. Sets of baskets by item, as most libraries intersect them, are the baseline of the
// bench: more than a hundred times as slow.
func Mine(b Baskets, cfg Config) (*Itemsets, error) {
	if b.Len == 0 || b.Items == 0 {
		if _, err := cfg.leastCount(1); err != nil {
			return nil, err
		}
		return newItemsets(0, nil), nil
	}
	least, err := cfg.leastCount(b.Len)
	if err != nil {
		return nil, err
	}
	count, err := b.singles()
	if err != nil {
		return nil, err
	}
	m := &mining{coded: b.encode(count, least), least: least, maxLength: cfg.MaxLength,
		limit: int64(cfg.MaxItemsets)}
	if m.maxLength == 0 {
		m.maxLength = math.MaxInt
	}
	if m.limit == 0 {
		m.limit = 5_000_000
	}
	workers := cfg.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	parts := m.run(workers)
	if m.found.Load() > m.limit {
		return nil, fmt.Errorf("cannot list the itemsets that stand in %d of %d baskets: more than the "+
			"limit of %d; raise MinSupport or MinCount, set MaxLength (pairs: 2), or raise MaxItemsets: %w",
			least, b.Len, m.limit, ErrTooMany)
	}
	return newItemsets(int32(b.Len), parts), nil
}

// mining is one call of Mine: what all workers read, and what they share.
type mining struct {
	*coded
	least     int32
	maxLength int
	limit     int64
	found     atomic.Int64
	next      atomic.Int32
}

// part are the itemsets whose rarest item has one rank.
type part struct {
	items []int32
	size  []int32 // of each itemset
	count []int32 // of each itemset
}

// run mines rank by rank.
func (m *mining) run(workers int) []part {
	parts := make([]part, len(m.items))
	work := func() {
		w := newWorker(m)
		for {
			r := m.next.Add(1) - 1
			if int(r) >= len(parts) || m.found.Load() > m.limit {
				return
			}
			parts[r] = w.mine(r)
		}
	}
	var group sync.WaitGroup
	for range min(workers, len(parts)) - 1 {
		group.Go(work)
	}
	work()
	group.Wait()
	return parts
}
