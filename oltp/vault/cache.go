package vault

import (
	"crypto/cipher"
	"sync"
	"time"
)

// cache holds unwrapped keys for a short time, at most limit of them: when it is full, those that have
// expired go, and if none has, whichever the map yields first.
type cache struct {
	limit int
	life  time.Duration
	now   func() time.Time

	mu   sync.Mutex
	keys map[Owner]held
	// drops counts invalidations: a key that was read before one is not kept after it.
	drops uint64
}

type held struct {
	aead  cipher.AEAD
	until time.Time
}

// find returns the key, or nil and the state in which it was missed.
func (c *cache) find(o Owner) (cipher.AEAD, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.keys[o]
	if ok && c.now().Before(h.until) {
		return h.aead, c.drops
	}
	delete(c.keys, o)
	return nil, c.drops
}

// keep holds a key, unless some key was dropped since it was missed.
func (c *cache) keep(o Owner, aead cipher.AEAD, since uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if since != c.drops {
		return
	}
	if len(c.keys) >= c.limit {
		c.makeRoom()
	}
	if c.keys == nil {
		c.keys = map[Owner]held{}
	}
	c.keys[o] = held{aead, c.now().Add(c.life)}
}

func (c *cache) makeRoom() {
	now := c.now()
	for o, h := range c.keys {
		if !now.Before(h.until) {
			delete(c.keys, o)
		}
	}
	spare := max(1, c.limit/16)
	for o := range c.keys {
		if len(c.keys) <= c.limit-spare {
			return
		}
		delete(c.keys, o)
	}
}

func (c *cache) drop(o Owner) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	delete(c.keys, o)
}
