package api

import (
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
)

// maxBuckets bounds the principals whose rate is remembered.
const maxBuckets = 10_000

// buckets is a token bucket for each principal. It is written here because golang.org/x/time would be
// a dependency for thirty lines.
type buckets struct {
	rate, burst float64
	now         func() time.Time

	mu    sync.Mutex
	level map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newBuckets(l Limits, now func() time.Time) *buckets {
	return &buckets{rate: l.RowsPerSecond, burst: l.Burst, now: now, level: map[string]bucket{}}
}

// take spends n tokens of a principal, or returns the problem to answer with.
func (b *buckets) take(user string, n int) *wire.Problem {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	k, known := b.level[user]
	if !known {
		if len(b.level) >= maxBuckets {
			clear(b.level)
		}
		k = bucket{tokens: b.burst, at: now}
	}
	k.tokens = min(b.burst, k.tokens+now.Sub(k.at).Seconds()*b.rate)
	k.at = now
	missing := float64(n) - k.tokens
	if missing <= 0 {
		k.tokens -= float64(n)
	}
	b.level[user] = k
	if missing <= 0 {
		return nil
	}
	return &wire.Problem{Type: "/problems/rate", Title: "Too much at once",
		Status: http.StatusTooManyRequests, RetryAfterS: int(math.Ceil(missing / b.rate)),
		Detail: "Nothing was recorded. It is safe to send the same request again."}
}
