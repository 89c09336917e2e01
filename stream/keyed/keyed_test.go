package keyed_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/stream/keyed"
	"github.com/tillstream/tillstream/stream/keyed/keyedtest"
)

// history is a memory that looks all facts through for each question.
type history struct {
	world *keyedtest.World
	// trouble says how many questions in ten fail.
	trouble int
	rand    *rand.Rand
}

var errAway = errors.New("the warehouse is away")

func (h *history) rows(p keyed.Past) (*fact.Batch, error) {
	if h.rand.IntN(10) < h.trouble {
		return nil, errAway
	}
	return h.world.Batch(0, int(p.Batch)), nil
}

// derived replays the past in one batch, in order of the log.
func (h *history) derived(p keyed.Past) (*fact.Batch, error) {
	b, err := h.rows(p)
	if err != nil {
		return nil, err
	}
	b.Range.From = 0
	return b, keyed.NewBooks(h, keyed.NewQuota(1<<9)).Derive(context.Background(), b)
}

func (h *history) Visits(_ context.Context, p keyed.Past, keys []keyed.VisitKey) (
	map[keyed.VisitKey]keyed.Visit, error) {
	b, err := h.derived(p)
	if err != nil {
		return nil, err
	}
	found, v := map[keyed.VisitKey]keyed.Visit{}, &b.Visits
	for i := range v.Len() {
		k := keyed.VisitKey{Day: v.Day[i], Store: v.Store[i], Channel: v.Channel[i], Session: v.Session[i]}
		found[k] = keyed.Visit{First: v.First[i], Last: v.Last[i], Pages: v.Pages[i],
			Actions: v.Actions[i], Carts: v.Carts[i], Visitor: v.Visitor[i], Member: v.Member[i],
			Ordered: v.Ordered[i], Simulated: v.Simulated[i]}
	}
	return found, nil
}

func (h *history) Recent(_ context.Context, p keyed.Past, since int32, each func(keyed.VisitKey)) error {
	b, err := h.rows(p)
	if err != nil {
		return err
	}
	t := &b.Behaviours
	for i := range t.Len() {
		if t.Day[i] >= since {
			each(keyed.VisitKey{Day: t.Day[i], Store: t.Store[i], Channel: t.Channel[i],
				Session: t.Session[i]})
		}
	}
	return nil
}

func (h *history) Shelves(_ context.Context, p keyed.Past, each func(keyed.StockKey)) error {
	b, err := h.rows(p)
	if err != nil {
		return err
	}
	m := &b.StockMoves
	for i := range m.Len() {
		each(keyed.StockKey{Store: m.Store[i], SKU: m.SKU[i]})
	}
	return nil
}

func (h *history) LastOrder(_ context.Context, p keyed.Past) (last int64, err error) {
	b, err := h.rows(p)
	if err != nil {
		return 0, err
	}
	for _, id := range b.OrderSteps.Order {
		last = max(last, id)
	}
	return last, nil
}

func (h *history) Orders(_ context.Context, p keyed.Past, ids []int64) (map[int64]keyed.Order, error) {
	b, err := h.rows(p)
	if err != nil {
		return nil, err
	}
	found, s := map[int64]keyed.Order{}, &b.OrderSteps
	for i := range s.Len() {
		o := found[s.Order[i]]
		o.See(event.Kind(s.Step[i]), keyed.Instant{At: s.At[i], Day: s.Day[i]}, s.Placed[i], s.Paid[i])
		found[s.Order[i]] = o
	}
	return found, nil
}

func (h *history) Levels(ctx context.Context, p keyed.Past, keys []keyed.StockKey) (
	map[keyed.StockKey]keyed.Level, error) {
	from := map[keyed.StockKey]int64{}
	for _, k := range keys {
		from[k] = 1 << 60
	}
	chains, err := h.Chains(ctx, p, from)
	found := map[keyed.StockKey]keyed.Level{}
	for k, c := range chains {
		found[k] = c[0]
	}
	return found, err
}

func (h *history) Chains(_ context.Context, p keyed.Past, from map[keyed.StockKey]int64) (
	map[keyed.StockKey][]keyed.Level, error) {
	b, err := h.rows(p)
	if err != nil {
		return nil, err
	}
	levels, m := map[keyed.StockKey]map[int64]keyed.Level{}, &b.StockMoves
	for i := range m.Len() {
		k := keyed.StockKey{Store: m.Store[i], SKU: m.SKU[i]}
		if levels[k] == nil {
			levels[k] = map[int64]keyed.Level{}
		}
		l, ok := levels[k][m.Version[i]]
		if !ok || m.At[i] < l.At {
			l.At, l.Day, l.LocalSecond = m.At[i], m.Day[i], m.LocalSecond[i]
		}
		l.Version, l.OnHand, l.Reserved = m.Version[i], m.OnHand[i], m.Reserved[i]
		l.Moved += m.OnHandDelta[i]
		l.Category = max(l.Category, m.Category[i])
		levels[k][l.Version] = l
	}
	found := map[keyed.StockKey][]keyed.Level{}
	for k, lowest := range from {
		var category int32
		for v := int64(1); v <= 100; v++ {
			l, ok := levels[k][v]
			if !ok {
				continue
			}
			if v < lowest {
				if l.Category == 0 {
					l.Category = category
				}
				category = l.Category
				found[k] = []keyed.Level{l}
			} else {
				found[k] = append(found[k], l)
			}
		}
	}
	return found, nil
}

// play takes the world through books, in batches; now and then the books are lost, as in a crash, a
// batch is derived again, or the memory is away.
func play(t *testing.T, seed uint64, size, disorder, batch, quota int) {
	t.Helper()
	w, r := keyedtest.New(seed, size, disorder), rand.New(rand.NewPCG(seed, 4))
	h, q := &history{world: w, trouble: int(seed%3) * 2, rand: r}, keyed.NewQuota(quota)
	books, got, from := keyed.NewBooks(h, q), keyedtest.Sums{}, 0
	derive := func(to int) *fact.Batch {
		for {
			b := w.Batch(from, to)
			if err := books.Derive(t.Context(), b); err == nil {
				return b
			} else if !errors.Is(err, errAway) {
				t.Fatal(err)
			}
		}
	}
	for _, to := range w.Cut(r, batch) {
		b := derive(to)
		for range r.IntN(3) {
			if r.IntN(2) == 0 {
				books.Close()
				books = keyed.NewBooks(h, q)
			}
			if again := derive(to); !reflect.DeepEqual(again, b) {
				t.Fatalf("seed %d: the batch %d to %d was derived differently again", seed, from, to)
			}
		}
		books.Settle()
		got.Derived(b)
		from = to
		if held := q.Stats().Held; held > int64(quota) {
			t.Fatalf("seed %d: %d keys are held, at most %d", seed, held, quota)
		}
	}
	want := w.Want()
	for name, amount := range want {
		if got[name] != amount {
			t.Errorf("seed %d, disorder %d: %s is %d, want %d", seed, disorder, name, got[name], amount)
		}
	}
	if !maps.Equal(got, want) {
		t.Fatalf("seed %d, disorder %d: %d sums, want %d", seed, disorder, len(got), len(want))
	}
	books.Close()
	if s := q.Stats(); s.Held != 0 || s.Reads == 0 && quota < size && batch < 100 {
		t.Errorf("seed %d: %+v after the end", seed, s)
	}
}

func TestStreamingIsRecomputation(t *testing.T) {
	for seed := range uint64(60) {
		play(t, seed, 12, 0, 20, 1000)
		play(t, seed, 12, 5, 9, 10)
		play(t, seed, 12, 300, 30, 15)
		play(t, seed, 12, 40, 1, 25)
		play(t, seed, 12, 300, 1000, 1)
	}
}

// TestNewKeysAskNobody: shelves that never moved, and orders that were just placed, have no past to be read
// back, unlike those that were there before the books were opened.
func TestNewKeysAskNobody(t *testing.T) {
	for name, only := range map[string]func(b *fact.Batch) *fact.Batch{
		"shelves": func(b *fact.Batch) *fact.Batch { return &fact.Batch{StockMoves: b.StockMoves} },
		"orders":  func(b *fact.Batch) *fact.Batch { return &fact.Batch{OrderSteps: b.OrderSteps} },
	} {
		for _, seed := range []uint64{1, 2, 3} {
			w := keyedtest.New(seed, 12, 0)
			h, q := &history{world: w, rand: rand.New(rand.NewPCG(seed, 6))}, keyed.NewQuota(1_000)
			derive := func(b *fact.Batch) int64 {
				before := q.Stats().Reads
				part := only(b)
				part.Range, part.ID = b.Range, b.ID
				books := keyed.NewBooks(h, q)
				if err := books.Derive(t.Context(), part); err != nil {
					t.Fatal(err)
				}
				books.Close()
				return q.Stats().Reads - before
			}
			half := len(w.Facts) / 2
			if asked := derive(w.Batch(0, half)); asked != 0 {
				t.Errorf("seed %d: %d of the first %s are read back", seed, asked, name)
			}
			if asked := derive(w.Batch(half, len(w.Facts))); asked == 0 {
				t.Errorf("seed %d: nothing is read back of %s that were there", seed, name)
			}
		}
	}
}
