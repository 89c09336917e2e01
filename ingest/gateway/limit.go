package gateway

import (
	"sync"
	"time"
)

// limiter is a token bucket for each key. Two generations bound the memory: a key that was not seen
// for a whole generation is forgotten, which fills its bucket again.
type limiter[K comparable] struct {
	rate, burst float64
	size        int

	mu         sync.Mutex
	young, old map[K]bucket
	refused    int64
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimiter[K comparable](perSecond, burst, size int) *limiter[K] {
	return &limiter[K]{rate: float64(perSecond), burst: float64(burst), size: size,
		young: map[K]bucket{}}
}

// take takes n tokens. When there are not enough it takes none and returns how long to wait.
func (l *limiter[K]) take(key K, n int, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, known := l.young[key]
	if !known {
		if b, known = l.old[key]; !known {
			b = bucket{l.burst, now}
		}
		if len(l.young) >= l.size {
			l.old, l.young = l.young, map[K]bucket{}
		}
	}
	b.tokens = min(l.burst, b.tokens+max(0, now.Sub(b.at).Seconds())*l.rate)
	b.at = now
	if ok = b.tokens >= float64(n); ok {
		b.tokens -= float64(n)
	} else {
		l.refused += int64(n)
		missing := min(float64(n), l.burst) - b.tokens
		wait = time.Duration(missing / l.rate * float64(time.Second))
	}
	l.young[key] = b
	return wait, ok
}

func (l *limiter[K]) refusals() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refused
}
