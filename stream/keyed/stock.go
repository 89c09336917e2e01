package keyed

import (
	"context"

	"github.com/tillstream/tillstream/stream/fact"
)

// StockKey names a shelf position: a SKU at a store.
type StockKey struct {
	Store int32
	SKU   int64
}

// Level is what a move left of a SKU at a store. The zero value is that before the first move.
type Level struct {
	Version          int64 // 0 before the first
	OnHand, Reserved int32
	// Moved is the change on hand that the records of this version told of.
	Moved int32
	// Category is that of the last move that named one: a level that is told again names none.
	Category    int32
	At          int64
	Day         int32
	LocalSecond int32
	Simulated   bool
}

// out says that nothing can be sold.
func (l *Level) out() int8 { return one(l.Version > 0 && l.OnHand <= l.Reserved) }

// level reads a row of the moves.
func level(t *fact.StockMoves, i int) Level {
	return Level{Version: t.Version[i], OnHand: t.OnHand[i], Reserved: t.Reserved[i],
		Moved: t.OnHandDelta[i], Category: t.Category[i], At: t.At[i], Day: t.Day[i],
		LocalSecond: t.LocalSecond[i], Simulated: t.Simulated[i]}
}

// shift is one row of fact.StockShifts before it is written.
type shift struct {
	level       Level
	out, listed int8
	gap         int32
}

func (s *shift) none() bool { return s.out == 0 && s.listed == 0 && s.gap == 0 }

// after lists what changes between two levels that follow each other, at the time of the second. When
// the goods have changed their category, the old one loses what the new one gains.
func (l Level) after(prev *Level) []shift {
	gone := shift{level: l, out: -prev.out(), listed: -one(prev.Version > 0), gap: -prev.OnHand}
	come := shift{level: l, out: l.out(), listed: 1, gap: l.OnHand - l.Moved}
	gone.level.Category = prev.Category
	if prev.Version == 0 || prev.Category == l.Category {
		come.out, come.listed, come.gap = come.out+gone.out, come.listed+gone.listed, come.gap+gone.gap
		gone.out, gone.listed, gone.gap = 0, 0, 0
	}
	var list []shift
	for _, s := range []shift{gone, come} {
		if !s.none() {
			list = append(list, s)
		}
	}
	return list
}

// inherit takes the category from the level before when the move named none.
func (l Level) inherit(prev *Level) Level {
	if l.Category == 0 {
		l.Category = prev.Category
	}
	return l
}

func (k *Books) deriveStock(ctx context.Context, p Past, b *fact.Batch) error {
	t, book := &b.StockMoves, k.levels
	for i := range t.Len() {
		if t.Version[i] < 1 {
			book.skip() // imported moves that nobody numbered have no order
			continue
		}
		book.want(StockKey{t.Store[i], t.SKU[i]})
	}
	if len(book.entries) == 0 {
		return nil
	}
	if err := k.moved.fill(ctx, k.memory, p); err != nil {
		return err
	}
	if err := book.load(ctx, p); err != nil {
		return err
	}
	late, err := k.chains(ctx, p, t)
	if err != nil {
		return err
	}
	for i := range t.Len() {
		if e := book.of(i); e == nil {
			continue
		} else if c := late[e.key]; c != nil {
			// Slow path: the chain of the SKU is at hand.
			for _, s := range c.insert(level(t, i)) {
				appendShift(&b.StockShifts, t, i, s)
			}
			e.now = c.last()
		} else if now := level(t, i); now.Version > e.now.Version {
			// Fast path: the move follows on the last one.
			now = now.inherit(&e.now)
			if now.shifts(&e.now) {
				for _, s := range now.after(&e.now) {
					appendShift(&b.StockShifts, t, i, s)
				}
			}
			e.now = now
		}
	}
	return nil
}

// shifts reports whether after would list anything.
func (l *Level) shifts(prev *Level) bool {
	return prev.Version == 0 || l.OnHand-l.Moved != prev.OnHand || l.out() != prev.out() ||
		l.Category != prev.Category
}

// echoes says that m tells the level again and adds nothing, as a snapshot of the stock does.
func (l *Level) echoes(m *Level) bool {
	return m.Version == l.Version && m.Moved == 0 && m.At >= l.At &&
		(m.Category == 0 || m.Category == l.Category)
}

func appendShift(out *fact.StockShifts, t *fact.StockMoves, i int, s shift) {
	out.Add(t.Partition[i], t.Offset[i], uint32(out.Len()), t.Committed[i])
	out.Store, out.SKU = append(out.Store, t.Store[i]), append(out.SKU, t.SKU[i])
	out.Category = append(out.Category, s.level.Category)
	out.Version, out.At = append(out.Version, s.level.Version), append(out.At, s.level.At)
	out.Day = append(out.Day, s.level.Day)
	out.LocalSecond = append(out.LocalSecond, s.level.LocalSecond)
	out.Out, out.Listed = append(out.Out, s.out), append(out.Listed, s.listed)
	out.Gap = append(out.Gap, s.gap)
	out.Simulated = append(out.Simulated, s.level.Simulated || t.Simulated[i])
}
