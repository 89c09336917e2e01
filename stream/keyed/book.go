package keyed

import "context"

// book keeps the states of one kind of key in one partition, and those of the batch at hand.
type book[K comparable, S any] struct {
	cache *cache[K, S]
	read  func(context.Context, Past, []K) (map[K]S, error)
	// fresh reports that a key was surely never seen; nil knows of none.
	fresh func(K) bool
	// entries are the keys of the batch as they come, index says where each stands, and rows which
	// entry each row of the batch belongs to, -1 for none.
	entries []entry[K, S]
	index   map[K]int32
	rows    []int32
	absent  []K
}

// entry is a key of the batch: its state before the batch and now, and the last row that touched it.
type entry[K comparable, S any] struct {
	key      K
	was, now S
	row      int
}

func newBook[K comparable, S any](c *cache[K, S],
	read func(context.Context, Past, []K) (map[K]S, error)) *book[K, S] {
	return &book[K, S]{cache: c, read: read, index: make(map[K]int32)}
}

// whole makes a cache of keys that weigh as much as a visit.
func whole[K comparable, S any](q *Quota) *cache[K, S] {
	return &cache[K, S]{q, wholeKey, plain[K, S]{}, plain[K, S]{}}
}

// want says which key the next row touches.
func (b *book[K, S]) want(k K) {
	i, ok := b.index[k]
	if !ok {
		i = int32(len(b.entries))
		b.index[k] = i
		b.entries = append(b.entries, entry[K, S]{key: k})
	}
	b.rows = append(b.rows, i)
}

// skip says that the next row touches no key.
func (b *book[K, S]) skip() { b.rows = append(b.rows, -1) }

// of returns the entry of a row, nil for none, and notes that the row touches it.
func (b *book[K, S]) of(row int) *entry[K, S] {
	i := b.rows[row]
	if i < 0 {
		return nil
	}
	e := &b.entries[i]
	e.row = row
	return e
}

// load finds the states of the keys wanted as they were before the batch.
func (b *book[K, S]) load(ctx context.Context, p Past) error {
	b.absent = b.absent[:0]
	for i := range b.entries {
		e := &b.entries[i]
		s, ok := b.cache.find(e.key)
		if !ok && (b.fresh == nil || !b.fresh(e.key)) {
			b.absent = append(b.absent, e.key)
		}
		e.was, e.now = s, s
	}
	q := b.cache.quota
	q.spared.Add(int64(len(b.entries) - len(b.absent)))
	if len(b.absent) == 0 {
		return nil
	}
	q.reads.Add(int64(len(b.absent)))
	found, err := b.read(ctx, p, b.absent)
	if err != nil {
		return err
	}
	for k, s := range found {
		if i, ok := b.index[k]; ok {
			b.entries[i].was, b.entries[i].now = s, s
		}
	}
	return nil
}

// reset forgets the batch.
func (b *book[K, S]) reset() {
	b.entries, b.rows = b.entries[:0], b.rows[:0]
	clear(b.index)
}

// settle keeps the states after the batch.
func (b *book[K, S]) settle() {
	for i := range b.entries {
		b.cache.put(b.entries[i].key, b.entries[i].now)
	}
	b.reset()
}
