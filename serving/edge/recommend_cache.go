package edge

import (
	"bytes"
	"fmt"

	"github.com/cespare/xxhash/v2"
	"github.com/dgraph-io/ristretto/v2"
)

// answerCache keeps encoded answers under everything that they depend on, so that nothing has to be taken
// out of it when something changes: what is not asked for any more goes by itself. It may drop anything
// at any time and is never the source of truth.
type answerCache struct {
	cache *ristretto.Cache[uint64, *keptAnswer]
}

// keptAnswer holds its key too: two keys with one hash must not share an answer, one of them may be a
// member's.
type keptAnswer struct{ key, body []byte }

// answerBytes is what an answer is expected to take.
const answerBytes = 3 << 10

func newAnswerCache(maxBytes int64) (*answerCache, error) {
	if maxBytes < 0 {
		return nil, nil
	}
	cache, err := ristretto.NewCache(&ristretto.Config[uint64, *keptAnswer]{
		NumCounters: max(1_000, 10*maxBytes/answerBytes), MaxCost: maxBytes, BufferItems: 64,
		IgnoreInternalCost: true,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot make the cache of recommendations: %w", err)
	}
	return &answerCache{cache}, nil
}

func (c *answerCache) find(key []byte) []byte {
	held, ok := c.cache.Get(xxhash.Sum64(key))
	if !ok || !bytes.Equal(held.key, key) {
		return nil
	}
	return held.body
}

func (c *answerCache) keep(key, body []byte) {
	both := make([]byte, len(key)+len(body))
	copy(both, key)
	copy(both[len(key):], body)
	c.cache.Set(xxhash.Sum64(key), &keptAnswer{both[:len(key):len(key)], both[len(key):]}, int64(len(both)))
}
