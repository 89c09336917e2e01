package session

import "sync/atomic"

// posting holds the numbers of the sessions that hold one item, ascending, so that the newest stand
// last. The writer puts a number behind those that are published and then publishes the new length; a
// reader never looks beyond the length that it has read. An array that is full, or a number that
// belongs before others (a session that was begun earlier goes on), gives a new posting, and the old
// one stays as it is for whoever reads it.
type posting struct {
	ids []uint32
	n   atomic.Int32
}

func (p *posting) published() []uint32 {
	if p == nil {
		return nil
	}
	return p.ids[:p.n.Load()]
}

// with returns the posting that also holds the number, p itself if there was room at its end. Only the
// newest limit numbers are sure to be kept: no answer looks at more.
func (p *posting) with(number uint32, limit int) *posting {
	ids := p.published()
	if n := len(ids); n > 0 && n < len(p.ids) && ids[n-1] < number { // Fast path
		p.ids[n] = number
		p.n.Store(int32(n + 1))
		return p
	}
	if len(ids) > limit {
		ids = ids[len(ids)-limit:]
	}
	q := &posting{ids: make([]uint32, min(2*limit, 2*len(ids)+2))}
	at := len(ids)
	for at > 0 && ids[at-1] > number {
		at--
	}
	n := copy(q.ids, ids[:at])
	q.ids[n] = number
	n++
	n += copy(q.ids[n:], ids[at:])
	q.n.Store(int32(n))
	return q
}
