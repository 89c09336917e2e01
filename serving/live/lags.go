package live

import (
	"sync"
	"time"
)

// Lags counts changes by how long they took from commit to readable, since the feed began. Whoever takes
// two of them knows every change between.
type Lags struct {
	// Count is all changes, Sum the time that they took together.
	Count uint64
	Sum   time.Duration
	// Within counts, for each of LagBounds, the changes that took no longer.
	Within []uint64
}

// lagSteps bounds are lagGrowth apart, from half a millisecond to about a minute.
const (
	lagSteps  = 54
	lagFirst  = 500 * time.Microsecond
	lagGrowth = 1.25
)

// LagBounds returns the bounds by which changes are counted, in ascending order.
func LagBounds() []time.Duration {
	bounds := make([]time.Duration, lagSteps)
	at := float64(lagFirst)
	for i := range bounds {
		bounds[i] = time.Duration(at)
		at *= lagGrowth
	}
	return bounds
}

// lagCounts is the state behind Lags.
type lagCounts struct {
	bounds []time.Duration

	mu    sync.Mutex
	in    [lagSteps + 1]uint64
	count uint64
	sum   time.Duration
}

func (c *lagCounts) add(d time.Duration, changes int) {
	d = max(d, 0)
	c.mu.Lock()
	defer c.mu.Unlock()
	at := 0
	for at < len(c.bounds) && d > c.bounds[at] {
		at++
	}
	c.in[at] += uint64(changes)
	c.count += uint64(changes)
	c.sum += d * time.Duration(changes)
}

func (c *lagCounts) read() Lags {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := Lags{Count: c.count, Sum: c.sum, Within: make([]uint64, len(c.bounds))}
	below := uint64(0)
	for i := range l.Within {
		below += c.in[i]
		l.Within[i] = below
	}
	return l
}
