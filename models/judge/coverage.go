package judge

// Coverage is how much of a catalogue the lists show, and how unevenly.
type Coverage struct {
	times []int64
	shown int
	total int64
}

// NewCoverage counts over a catalogue of so many items. Cost: 8 bytes an item.
func NewCoverage(items int) *Coverage { return &Coverage{times: make([]int64, max(0, items))} }

// Add takes one list. Items outside the catalogue are left out.
func (c *Coverage) Add(list []int32) {
	for _, item := range list {
		if item < 0 || int(item) >= len(c.times) {
			continue
		}
		if c.times[item]++; c.times[item] == 1 {
			c.shown++
		}
		c.total++
	}
}

// Merge adds what a Coverage of the same catalogue has seen.
func (c *Coverage) Merge(o *Coverage) {
	for item, n := range o.times {
		if n == 0 || item >= len(c.times) {
			continue
		}
		if c.times[item] == 0 {
			c.shown++
		}
		c.times[item] += n
		c.total += n
	}
}

// Share is the part of the catalogue that stood in at least one list.
func (c *Coverage) Share() float64 {
	if len(c.times) == 0 {
		return 0
	}
	return float64(c.shown) / float64(len(c.times))
}

// Effective is how many items, all shown equally often, would be as concentrated as these lists are:
// 1 / Σ p², p the share of an item among all places (Simpson's index turned over). 0 without lists.
func (c *Coverage) Effective() float64 {
	sum := 0.0
	for _, n := range c.times {
		p := float64(n) / float64(max(1, c.total))
		sum += p * p
	}
	if sum == 0 {
		return 0
	}
	return 1 / sum
}
