package cdc

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// The buckets of a histogram: eight to each power of two of microseconds, so a bucket is at most
// 12.5 % wide. The last begins near 71 hours.
const (
	bucketBits = 3
	buckets    = 36 << bucketBits
)

// histogram counts durations in fixed buckets; observing costs two atomic additions and no memory.
type histogram struct {
	count [buckets]atomic.Int64
	most  atomic.Int64
}

func bucketOf(us uint64) int {
	if us < 1<<bucketBits {
		return int(us)
	}
	exp := bits.Len64(us) - 1 - bucketBits
	return min(buckets-1, exp<<bucketBits+int(us>>exp))
}

// upper is the first value, in microseconds, behind the bucket.
func upper(bucket int) int64 {
	bucket++
	if bucket < 2<<bucketBits {
		return int64(bucket)
	}
	exp := bucket>>bucketBits - 1
	return int64(1<<bucketBits+bucket&(1<<bucketBits-1)) << exp
}

func (h *histogram) observe(d time.Duration, n int64) {
	us := max(0, d.Microseconds())
	h.count[bucketOf(uint64(us))].Add(n)
	for {
		most := h.most.Load()
		if us <= most || h.most.CompareAndSwap(most, us) {
			return
		}
	}
}

// Latency sums up how long records took from commit to acknowledgement. Quantiles are upper bounds,
// at most 12.5 % above the truth.
type Latency struct {
	Count         int64
	P50, P99, Max time.Duration
}

func (h *histogram) summary() Latency {
	var counts [buckets]int64
	var l Latency
	for i := range counts {
		counts[i] = h.count[i].Load()
		l.Count += counts[i]
	}
	l.Max = time.Duration(h.most.Load()) * time.Microsecond
	l.P50 = min(quantile(&counts, l.Count, 50), l.Max)
	l.P99 = min(quantile(&counts, l.Count, 99), l.Max)
	return l
}

func quantile(counts *[buckets]int64, total, percent int64) time.Duration {
	rank := (total*percent + 99) / 100
	for i, n := range counts {
		if rank -= n; rank <= 0 && total > 0 {
			return time.Duration(upper(i)) * time.Microsecond
		}
	}
	return 0
}
