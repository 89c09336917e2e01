package gateway

import "sync"

// eventKey identifies an event that a client may send again. The visitor belongs to it, so nobody can
// have another's events dropped.
type eventKey struct {
	id      [16]byte
	visitor uint64
}

// claim is what is known of an event: that somebody writes it, and whether it is in the log.
type claim struct {
	key    eventKey
	stored bool
}

// window remembers the event_ids of late. Two generations share the memory: when the young one is
// full, the old one is forgotten.
type window struct {
	size int

	mu         sync.Mutex
	young, old map[eventKey]*claim
}

func newWindow(size int) *window {
	return &window{size: size, young: map[eventKey]*claim{}}
}

// claim returns the claim on the event; mine says that it was free, so the caller must write the
// event and settle.
func (w *window) claim(key eventKey) (c *claim, mine bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.find(key); c != nil {
		return c, false
	}
	if len(w.young) >= w.size {
		w.old, w.young = w.young, make(map[eventKey]*claim, w.size)
	}
	c = &claim{key: key}
	w.young[key] = c
	return c, true
}

func (w *window) find(key eventKey) *claim {
	if c := w.young[key]; c != nil {
		return c
	}
	return w.old[key]
}

// settle says whether the event is in the log. One that is not becomes free.
func (w *window) settle(c *claim, stored bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.stored = stored
	if stored {
		return
	}
	for _, m := range []map[eventKey]*claim{w.young, w.old} {
		if m[c.key] == c {
			delete(m, c.key)
		}
	}
}

// isStored reports whether the event of a claim is in the log.
func (w *window) isStored(c *claim) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return c.stored
}
