package live

import (
	"cmp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/recommend"
)

// TrailLength is how many touches a trail keeps; older ones say little of what is wanted now.
const TrailLength = 16

// TrailsConfig bounds what is remembered of visitors.
type TrailsConfig struct {
	// Max is how many visitors are remembered, members and sessions together; beyond it those go that
	// nobody has read or written for longest, nearly. Default 500,000, about 130 MB when full.
	Max int
	// MaxAge is how long a touch counts. Default 7 days.
	MaxAge time.Duration
}

// Trails remembers what each visitor touched last. It is derived from the log and may be lost.
type Trails struct {
	maxAgeS int64
	shards  [trailShards]trailShard

	touches, evicted, forgotten atomic.Int64
}

// TrailStats counts.
type TrailStats struct {
	// Visitors are remembered now. Touches were taken, Evicted had to make room, Forgotten were erased.
	Visitors, Touches, Evicted, Forgotten int64
}

const (
	trailShards = 256
	trailBlock  = 64
)

// trailShard holds its part of the visitors behind one lock: it is held for the copying of one trail, and
// with 256 of them two requests seldom meet. Trails lie in blocks, so that growing copies nothing.
type trailShard struct {
	mu      sync.Mutex
	at      map[Visitor]int32
	blocks  [][]trail
	used    int32
	max     int32
	hand    int32
	version uint64
}

// Visitor is who touches goods: a member or a session.
type Visitor uint64

// MemberVisitor and SessionVisitor name visitors. The highest bit of a session is not told apart.
func MemberVisitor(id retail.MemberID) Visitor { return Visitor(id) << 1 }

// SessionVisitor names a visitor who has not signed in.
func SessionVisitor(id uint64) Visitor { return Visitor(id)<<1 | 1 }

type trail struct {
	visitor Visitor
	// version is that of the shard when the trail changed last: it never repeats for a visitor, even when
	// the trail had to go in between.
	version uint64
	// what holds a SKU and an act each, next where the next one goes.
	what   [TrailLength]int64
	atS    [TrailLength]uint32
	next   uint8
	length uint8
	recent bool
}

// Step is one touch of a trail.
type Step struct {
	SKU retail.SKUID
	Act recommend.Act
}

// NewTrails returns empty trails.
func NewTrails(cfg TrailsConfig) *Trails {
	t := &Trails{maxAgeS: int64(cmp.Or(cfg.MaxAge, 7*24*time.Hour) / time.Second)}
	per := int32(max(1, cmp.Or(max(cfg.Max, 0), 500_000)/trailShards))
	for k := range t.shards {
		t.shards[k].at, t.shards[k].max = make(map[Visitor]int32), per
	}
	return t
}

func (t *Trails) shard(v Visitor) *trailShard {
	return &t.shards[uint64(v)*0x9E3779B97F4A7C15>>56]
}

// Add remembers that a visitor touched a SKU at a time in seconds since 1970. The same SKU twice in a row
// is one touch, by the stronger act.
func (t *Trails) Add(v Visitor, sku retail.SKUID, act recommend.Act, atS int64) {
	s := t.shard(v)
	s.mu.Lock()
	defer s.mu.Unlock()
	x, evicted := s.enter(v)
	if evicted {
		t.evicted.Add(1)
	}
	t.touches.Add(1)
	s.version++
	x.version, x.recent = s.version, true
	last := (x.next + TrailLength - 1) % TrailLength
	if x.length > 0 && retail.SKUID(x.what[last]>>3) == sku {
		x.what[last] = int64(sku)<<3 | max(x.what[last]&7, int64(act))
		x.atS[last] = max(x.atS[last], uint32(atS))
		return
	}
	x.what[x.next], x.atS[x.next] = int64(sku)<<3|int64(act), uint32(atS)
	x.next = (x.next + 1) % TrailLength
	x.length = min(x.length+1, TrailLength)
}

// enter finds a visitor's trail or makes one; at the bound another has to go.
func (s *trailShard) enter(v Visitor) (x *trail, evicted bool) {
	if k, ok := s.at[v]; ok {
		return s.trail(k), false
	}
	k := s.used
	if k < s.max {
		s.used++
		if int(k)%trailBlock == 0 {
			s.blocks = append(s.blocks, make([]trail, min(trailBlock, int(s.max-k))))
		}
	} else {
		k, evicted = s.evict(), true
	}
	x = s.trail(k)
	*x = trail{visitor: v}
	s.at[v] = k
	return x, evicted
}

func (s *trailShard) trail(k int32) *trail { return &s.blocks[k/trailBlock][k%trailBlock] }

// evict gives each trail that was used since the hand came by a second chance. (Corbató: A Paging
// Experiment with the Multics System, 1968.)
func (s *trailShard) evict() int32 {
	for {
		k := s.hand
		s.hand = (s.hand + 1) % s.used
		x := s.trail(k)
		if !x.recent {
			delete(s.at, x.visitor)
			return k
		}
		x.recent = false
	}
}

// Read appends a visitor's touches, the newest first, and returns a version that changes with them; 0 and
// nothing for a visitor who is not remembered.
func (t *Trails) Read(dst []Step, v Visitor, nowS int64) ([]Step, uint64) {
	s := t.shard(v)
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.at[v]
	if !ok {
		return dst, 0
	}
	x := s.trail(k)
	x.recent = true
	for n := range x.length {
		at := (x.next + TrailLength - 1 - n) % TrailLength
		if nowS-int64(x.atS[at]) <= t.maxAgeS {
			dst = append(dst, Step{SKU: retail.SKUID(x.what[at] >> 3), Act: recommend.Act(x.what[at] & 7)})
		}
	}
	return dst, x.version
}

// Forget erases a visitor.
func (t *Trails) Forget(v Visitor) {
	s := t.shard(v)
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, ok := s.at[v]; ok {
		// The place stays and is the next to be given away.
		delete(s.at, v)
		*s.trail(k) = trail{}
		t.forgotten.Add(1)
	}
}

// Take remembers a behaviour event, for the member where there is one and for the session. It reports
// whether it was a touch.
func (t *Trails) Take(a *event.Act) bool {
	act := recommend.Act(0)
	switch a.Kind {
	case event.KindView:
		act = recommend.Viewed
	case event.KindClick:
		act = recommend.Clicked
	case event.KindAddToCart:
		act = recommend.Carted
	case event.KindFavourite:
		if a.Removed {
			return false
		}
		act = recommend.Favoured
	default: // what a visitor was shown, or searched for, is no touch
		return false
	}
	atS := a.At.UnixUS / 1e6
	if a.Member > 0 {
		t.Add(MemberVisitor(retail.MemberID(a.Member)), retail.SKUID(a.SKU), act, atS)
	}
	if a.Session != 0 {
		t.Add(SessionVisitor(a.Session), retail.SKUID(a.SKU), act, atS)
	}
	return true
}

// Stats returns the counts so far.
func (t *Trails) Stats() TrailStats {
	s := TrailStats{Touches: t.touches.Load(), Evicted: t.evicted.Load(), Forgotten: t.forgotten.Load()}
	for k := range t.shards {
		shard := &t.shards[k]
		shard.mu.Lock()
		s.Visitors += int64(len(shard.at))
		shard.mu.Unlock()
	}
	return s
}
