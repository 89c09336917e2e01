package postgres

import (
	"encoding/binary"
	"sync/atomic"

	"github.com/tillstream/tillstream/oltp/order"
)

// recentSlots is how many keys are remembered at most, at 8 bytes each.
const recentSlots = 1 << 17

// recentKeys remembers which keys this program has recorded lately. A key that it does not know is taken for
// new without a look: the unique index decides, and a batch that it refuses is repeated with a look at every
// key. Those that are known are looked up at once, so that a client which repeats itself, as clients do after
// a time-out, costs nobody a second transaction. Newer keys drive out older ones from their slot.
type recentKeys struct {
	slots [recentSlots]atomic.Uint64
}

// slot is where a key is remembered, and its mark there, which is never 0.
func (r *recentKeys) slot(k *order.Key) (*atomic.Uint64, uint64) {
	at := binary.LittleEndian.Uint64(k[:8])
	return &r.slots[at%recentSlots], binary.LittleEndian.Uint64(k[8:]) | 1
}

// note remembers keys.
func (r *recentKeys) note(keys []order.Key) {
	for i := range keys {
		at, mark := r.slot(&keys[i])
		at.Store(mark)
	}
}

// known appends those of the keys that may have been recorded lately.
func (r *recentKeys) known(keys, into []order.Key) []order.Key {
	for i := range keys {
		if at, mark := r.slot(&keys[i]); at.Load() == mark {
			into = append(into, keys[i])
		}
	}
	return into
}
