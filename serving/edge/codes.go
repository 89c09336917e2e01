package edge

import (
	"sync"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// maxCodeBytes bounds a code; longer ones exist nowhere.
const maxCodeBytes = 200

// codes keeps the ids of codes that the directory has answered. An id never changes, so nothing is
// ever dropped; keys are looked up from bytes without making a string, which the directory's own
// interface cannot do.
type codes struct {
	dir     Directory
	max     int
	mu      sync.RWMutex
	stores  map[string]storePlace
	skus    map[string]retail.SKUID
	members map[string]retail.MemberID
}

// storePlace is a store and the time zone that its hours are in.
type storePlace struct {
	id   retail.StoreID
	zone *time.Location
}

func newCodes(dir Directory, max int) *codes {
	return &codes{dir: dir, max: max, stores: make(map[string]storePlace),
		skus: make(map[string]retail.SKUID), members: make(map[string]retail.MemberID)}
}

func (c *codes) store(code []byte) (storePlace, bool) {
	c.mu.RLock()
	at, ok := c.stores[string(code)]
	c.mu.RUnlock()
	if ok || len(code) == 0 || len(code) > maxCodeBytes {
		return at, ok
	}
	if at.id, at.zone, ok = c.dir.Store(string(code)); ok {
		keep(c, c.stores, string(code), at)
	}
	return at, ok
}

// member keeps the ids of members; what they agreed to is asked each time, since that changes.
func (c *codes) member(dir Members, code []byte) (retail.MemberID, bool) {
	c.mu.RLock()
	id, ok := c.members[string(code)]
	c.mu.RUnlock()
	if ok || len(code) == 0 || len(code) > maxCodeBytes {
		return id, ok
	}
	if id, ok = dir.Member(string(code)); ok {
		keep(c, c.members, string(code), id)
	}
	return id, ok
}

func (c *codes) sku(code []byte) (retail.SKUID, bool) {
	c.mu.RLock()
	id, ok := c.skus[string(code)]
	c.mu.RUnlock()
	if ok || len(code) == 0 || len(code) > maxCodeBytes {
		return id, ok
	}
	if id, ok = c.dir.SKU(string(code)); ok {
		keep(c, c.skus, string(code), id)
	}
	return id, ok
}

func keep[T any](c *codes, in map[string]T, code string, id T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(in) < c.max {
		in[code] = id
	}
}
