package catalogue

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/singleflight"
)

// table holds rows of one kind by code and by id, at most limit of them: when it is full, a part goes,
// whichever the map yields first. A row of a retailer's day is asked for again and again, so what is
// thrown out comes back soon.
type table[V any] struct {
	limit   int
	code    func(*V) string
	id      func(*V) int64
	byCodes func(ctx context.Context, codes []string) ([]V, error)
	byIDs   func(ctx context.Context, ids []int64) ([]V, error)
	now     func() time.Time
	// down is set while the database does not answer questions for these rows.
	down atomic.Bool
	// flights are the questions under way: a cold table asks once for a row that many want.
	flights singleflight.Group

	mu     sync.RWMutex
	codes  map[string]*V
	ids    map[int64]*V
	absent map[string]time.Time // unknown codes, and until when nobody asks for them again
	noIDs  map[int64]time.Time
	// changes counts invalidations: what was read before one is not kept after it.
	changes uint64
}

const (
	// absentFor is how long an unknown code stays unknown without being asked for again.
	absentFor = time.Second
	// maxAbsent bounds how many unknown codes are remembered.
	maxAbsent = 100_000
	// askWithin bounds a question to the database that a look-up asks.
	askWithin = 2 * time.Second
)

func (t *table[V]) open() {
	t.codes, t.ids = make(map[string]*V), make(map[int64]*V)
	t.absent, t.noIDs = make(map[string]time.Time), make(map[int64]time.Time)
}

func (t *table[V]) find(code string) (*V, bool) {
	t.mu.RLock()
	v, ok := t.codes[code]
	until, unknown := t.absent[code]
	t.mu.RUnlock()
	if ok || !askable(code) || unknown && t.now().Before(until) {
		return v, ok
	}
	return t.share("code "+code, func() *V { return t.codes[code] }, func(ctx context.Context) ([]*V, error) {
		return t.fetch(ctx, []string{code})
	})
}

func (t *table[V]) findID(id int64) (*V, bool) {
	t.mu.RLock()
	v, ok := t.ids[id]
	until, unknown := t.noIDs[id]
	t.mu.RUnlock()
	if ok || id <= 0 || unknown && t.now().Before(until) {
		return v, ok
	}
	about := "id " + strconv.FormatInt(id, 10)
	return t.share(about, func() *V { return t.ids[id] }, func(ctx context.Context) ([]*V, error) {
		return t.fetchIDs(ctx, []int64{id})
	})
}

// share asks for a row together with everybody who asks for it meanwhile. After a change nobody joins a
// question from before it. When it is somebody's turn to ask it looks once more: whoever missed a row just
// before it was kept would ask for it again, one after the other.
func (t *table[V]) share(about string, look func() *V, ask func(context.Context) ([]*V, error)) (*V, bool) {
	name := strconv.FormatUint(t.generation(), 10) + " " + about
	found, err, _ := t.flights.Do(name, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.Background(), askWithin)
		defer cancel()
		t.mu.RLock()
		v := look()
		t.mu.RUnlock()
		if v != nil {
			return []*V{v}, nil
		}
		return ask(ctx)
	})
	rows, _ := found.([]*V)
	if err != nil || len(rows) == 0 {
		return nil, false
	}
	return rows[0], true
}

// askable reports whether a code can exist. The database takes no zero bytes and no invalid UTF-8: asked
// for such a code it fails, which looks as if it were down.
func askable(code string) bool {
	return code != "" && strings.IndexByte(code, 0) < 0 && utf8.ValidString(code)
}

// holds reports whether a row is held.
func (t *table[V]) holds(id int64) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	_, ok := t.ids[id]
	return ok
}

// missing lists the codes, each once, that are neither held nor known to be absent.
func (t *table[V]) missing(codes []string) []string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var out []string
	seen := make(map[string]bool)
	for _, code := range codes {
		if _, ok := t.codes[code]; ok || !askable(code) || seen[code] {
			continue
		}
		if until, unknown := t.absent[code]; unknown && t.now().Before(until) {
			continue
		}
		seen[code] = true
		out = append(out, code)
	}
	return out
}

func (t *table[V]) fetch(ctx context.Context, codes []string) ([]*V, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	since := t.generation()
	rows, err := t.byCodes(ctx, codes)
	if t.down.Store(err != nil); err != nil {
		return nil, err
	}
	kept := t.keep(since, rows)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, code := range codes {
		if _, ok := t.codes[code]; !ok && since == t.changes && len(rows) < len(codes) {
			remember(t.absent, code, t.now())
		}
	}
	return kept, nil
}

func (t *table[V]) fetchIDs(ctx context.Context, ids []int64) ([]*V, error) {
	since := t.generation()
	rows, err := t.byIDs(ctx, ids)
	if t.down.Store(err != nil); err != nil {
		return nil, err
	}
	kept := t.keep(since, rows)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range ids {
		if _, ok := t.ids[id]; !ok && since == t.changes && len(rows) < len(ids) {
			remember(t.noIDs, id, t.now())
		}
	}
	return kept, nil
}

func remember[K comparable](absent map[K]time.Time, key K, now time.Time) {
	if len(absent) >= maxAbsent {
		clear(absent)
	}
	absent[key] = now.Add(absentFor)
}

func (t *table[V]) generation() uint64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.changes
}

// keep holds rows, unless something changed since they were read.
func (t *table[V]) keep(since uint64, rows []V) []*V {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := make([]*V, len(rows))
	for i := range rows {
		v := &rows[i]
		kept[i] = v
		if since != t.changes {
			continue
		}
		if len(t.codes) >= t.limit {
			t.makeRoom()
		}
		t.codes[t.code(v)], t.ids[t.id(v)] = v, v
		delete(t.absent, t.code(v))
		delete(t.noIDs, t.id(v))
	}
	return kept
}

func (t *table[V]) makeRoom() {
	drop := max(1, t.limit/16)
	for code, v := range t.codes {
		delete(t.codes, code)
		delete(t.ids, t.id(v))
		if drop--; drop == 0 {
			return
		}
	}
}

// forget drops rows; none means all.
func (t *table[V]) forget(ids []int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changes++
	if len(ids) == 0 {
		t.open()
		return
	}
	for _, id := range ids {
		if v, ok := t.ids[id]; ok {
			delete(t.codes, t.code(v))
			delete(t.ids, id)
		}
		delete(t.noIDs, id)
	}
	clear(t.absent)
}
