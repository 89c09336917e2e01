package keyed

import (
	"context"
	"slices"

	"github.com/tillstream/tillstream/stream/fact"
)

// chain is the levels of one SKU by version, from the one before the first that a late record touches.
// A level follows on the highest version below its own that is known, so the shifts of a chain depend
// on the set of its levels and not on the order in which they came.
type chain struct {
	// first says that levels[0] is only there to be followed: nothing below it is touched.
	first  bool
	levels []Level
}

// chains reads the past of those SKUs of which the batch holds a move that does not follow the last.
func (k *Books) chains(ctx context.Context, p Past, t *fact.StockMoves) (map[StockKey]*chain, error) {
	from := k.outOfOrder(t)
	if len(from) == 0 {
		return nil, nil
	}
	k.quota.chains.Add(int64(len(from)))
	past, err := k.memory.Chains(ctx, p, from)
	if err != nil {
		return nil, err
	}
	all := make(map[StockKey]*chain, len(from))
	for key, lowest := range from {
		levels := past[key]
		all[key] = &chain{first: len(levels) > 0 && levels[0].Version < lowest, levels: levels}
	}
	return all, nil
}

// outOfOrder returns the lowest version that the batch holds of each SKU with a late move.
func (k *Books) outOfOrder(t *fact.StockMoves) map[StockKey]int64 {
	type seen struct {
		last   Level
		lowest int64
		late   bool
	}
	all := make([]seen, len(k.levels.entries))
	for i := range all {
		all[i] = seen{last: k.levels.entries[i].was, lowest: 1<<63 - 1}
	}
	for i := range t.Len() {
		if k.levels.rows[i] < 0 {
			continue
		}
		s, l := &all[k.levels.rows[i]], level(t, i)
		s.lowest = min(s.lowest, l.Version)
		if l.Version > s.last.Version {
			s.last = l.inherit(&s.last)
		} else {
			s.late = s.late || !s.last.echoes(&l)
		}
	}
	late := map[StockKey]int64{}
	for i, s := range all {
		if s.late {
			late[k.levels.entries[i].key] = s.lowest
		}
	}
	return late
}

// insert adds a level and returns the shifts that are no longer true, negated, and those that are now.
// A version that is told again keeps the earlier time, and its moves add up.
func (c *chain) insert(l Level) []shift {
	i, known := slices.BinarySearchFunc(c.levels, l.Version, func(a Level, v int64) int {
		return int(min(max(a.Version-v, -1), 1))
	})
	was := c.shifts(i)
	if known {
		c.levels[i] = c.levels[i].again(l)
	} else {
		c.levels = slices.Insert(c.levels, i, l)
	}
	for n := range was {
		was[n].out, was[n].listed, was[n].gap = -was[n].out, -was[n].listed, -was[n].gap
	}
	return settleUp(was, c.shifts(i))
}

// again merges two records of one version.
func (l Level) again(m Level) Level {
	if m.At < l.At {
		l.At, l.Day, l.LocalSecond = m.At, m.Day, m.LocalSecond
	}
	l.Moved += m.Moved
	l.Category = max(l.Category, m.Category)
	l.Simulated = l.Simulated || m.Simulated
	return l
}

// shifts lists those of all levels from i on: a category can be inherited over many.
func (c *chain) shifts(i int) []shift {
	var list []shift
	var prev Level
	for n, l := range c.levels {
		l = l.inherit(&prev)
		if n >= i && !(c.first && n == 0) {
			list = append(list, l.after(&prev)...)
		}
		prev = l
	}
	return list
}

// settleUp drops what is taken back and told again.
func settleUp(was, now []shift) []shift {
	var left []shift
	for _, s := range now {
		n := slices.IndexFunc(was, func(w shift) bool {
			return w.level.at() == s.level.at() && w.out == -s.out && w.listed == -s.listed && w.gap == -s.gap
		})
		if n >= 0 {
			was = slices.Delete(was, n, n+1)
			continue
		}
		left = append(left, s)
	}
	return append(was, left...)
}

// at is the part of a level that a row names.
func (l Level) at() Level {
	return Level{Version: l.Version, At: l.At, Day: l.Day, LocalSecond: l.LocalSecond, Category: l.Category}
}

// last returns the level that the next move follows on.
func (c *chain) last() Level {
	var prev Level
	for _, l := range c.levels {
		prev = l.inherit(&prev)
	}
	return prev
}
