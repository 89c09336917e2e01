package live

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/retail"
)

// Fits know the sizes of members, as they were learnt last; the zero value knows nobody's. Whoever asks
// must have made sure that the member agreed.
type Fits struct{ sizes atomic.Pointer[outfit.Sizes] }

// Use takes sizes in the place of those before.
func (f *Fits) Use(s *outfit.Sizes) { f.sizes.Store(s) }

// Guess says which size of a system should fit a member in a slot.
func (f *Fits) Guess(m retail.MemberID, system string, slot outfit.Slot, now time.Time) (outfit.Guess, bool) {
	s := f.sizes.Load()
	if s == nil {
		return outfit.Guess{}, false
	}
	return s.Guess(int64(m), outfit.Body{}, system, slot, now.Unix())
}

// Worn lists the sizes of a member where he has bought before.
func (f *Fits) Worn(m retail.MemberID, now time.Time) []outfit.Fit {
	s := f.sizes.Load()
	if s == nil {
		return nil
	}
	return s.Fits(int64(m), now.Unix())
}

// Clothes are what was learnt of outfits and sizes. Each look is told what it knows already, by version.
type Clothes interface {
	Outfits(ctx context.Context, have int64) (*outfit.Model, int64, error)
	Sizes(ctx context.Context, have int64) (*outfit.Sizes, int64, error)
}

// Worn reads what models/train has published of clothes; it implements Clothes.
type Worn struct{ From train.Source }

// Outfits implements Clothes.
func (w Worn) Outfits(ctx context.Context, have int64) (*outfit.Model, int64, error) {
	return train.LoadOutfits(ctx, w.From, have)
}

// Sizes implements Clothes.
func (w Worn) Sizes(ctx context.Context, have int64) (*outfit.Sizes, int64, error) {
	return train.LoadSizes(ctx, w.From, have)
}
