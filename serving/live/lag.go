package live

import (
	"slices"
	"sync"
	"time"
)

// lagWindow keeps the last lagSamples lags; its quantiles are exact over them.
type lagWindow struct {
	mu    sync.Mutex
	ring  [lagSamples]time.Duration
	count int64
}

const lagSamples = 4096

func (w *lagWindow) add(d time.Duration) {
	w.mu.Lock()
	w.ring[w.count%lagSamples] = max(d, 0)
	w.count++
	w.mu.Unlock()
}

func (w *lagWindow) quantiles() (p50, p99 time.Duration, count int64) {
	w.mu.Lock()
	n := int(min(w.count, lagSamples))
	held := slices.Clone(w.ring[:n])
	count = w.count
	w.mu.Unlock()
	if n == 0 {
		return 0, 0, 0
	}
	slices.Sort(held)
	return held[n/2], held[n*99/100], count
}
