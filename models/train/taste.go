package train

import (
	"context"
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/models/factor"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// closedForm is the largest catalogue for the closed form; a larger one is factorised.
const closedForm = 10_000

// taster answers what a user likes and does not own yet, with a strength.
type taster func(u int32, owned []int32, into []list.Scored) []list.Scored

// factors are judged by what members bought for the first time after the hold-out began, beside what sells at
// their store and they do not own.
func (t *training) factors(ctx context.Context) (l lesson, err error) {
	sitting, _, err := t.taste(t.past)
	if err != nil {
		return l, err
	}
	past, held := t.past.Members, t.held.Members
	l.exam, err = t.ask(ctx, Factors, len(t.shoppers), func() func(int, *exam) {
		ask, top, near := sitting(), make([]list.Scored, 0, depth), make([]list.Scored, 0, 300)
		var owned, truth, items, base []int32
		return func(i int, e *exam) {
			u := t.shoppers[i]
			b, _ := held.Of(u)
			owned = ownedBy(past, u, owned[:0])
			truth = truth[:0]
			for _, item := range ownedBy(held, u, nil) {
				if _, has := slices.BinarySearch(owned, item); !has {
					truth = append(truth, item)
				}
			}
			near = t.view.Top(held.Store[b], t.at(held, b), near[:0])
			base = pad(base[:0], near, owned, depth)
			items = pad(itemsOf(items[:0], ask(u, owned, top[:0])), near, owned, depth)
			e.take(items, base, truth, owned)
		}
	})
	l.finish = t.finishFactors
	return l, err
}

// easeBlob is the name of the closed form.
const easeBlob = "ease"

// taste fits the model for a catalogue of this size. The frame is the bytes of the closed form, nil without.
func (t *training) taste(d *Data) (sitting func() taster, frame func() ([]byte, error), err error) {
	owned := factor.OwnedOf(d.Members)
	if t.items > closedForm {
		f := factor.Fit(owned, factor.Config{Seed: t.cfg.Seed, Workers: t.cfg.Workers})
		return func() taster {
			return func(u int32, owned []int32, into []list.Scored) []list.Scored {
				return f.Top(f.User(u), owned, into)
			}
		}, nil, nil
	}
	e, err := factor.FitEase(owned, factor.EaseConfig{Workers: t.cfg.Workers})
	if err != nil {
		return nil, nil, fmt.Errorf("cannot fit the closed form: %w", err)
	}
	return func() taster {
		board := list.NewBoard(t.items)
		return func(_ int32, owned []int32, into []list.Scored) []list.Scored {
			board.Clear()
			for _, item := range owned {
				board.Skip(item)
			}
			e.Vote(board, owned)
			return board.Top(into, cap(into))
		}
	}, func() ([]byte, error) { return e.AppendBinary(nil) }, nil
}

func (t *training) finishFactors(ctx context.Context, k shelf.Key) error {
	sitting, frame, err := t.taste(t.data)
	if err != nil {
		return err
	}
	if frame != nil {
		bytes, err := frame()
		if err == nil {
			err = t.sink.PutBlob(ctx, k, easeBlob, bytes)
		}
		if err != nil {
			return err
		}
	}
	return t.putPersonal(ctx, k, false, func() func(u int32, row []Proposal) []Proposal {
		ask, top := sitting(), make([]list.Scored, 0, t.cfg.Top)
		var owned []int32
		return func(u int32, row []Proposal) []Proposal {
			owned = ownedBy(t.data.Members, u, owned[:0])
			for _, s := range ask(u, owned, top[:0]) {
				if s.Score > 0 {
					row = append(row, Proposal{Item: s.Item, Score: clamp(s.Score), Share: clamp(s.Score),
						Kind: Taste})
				}
			}
			return row
		}
	})
}
