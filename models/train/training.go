package train

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/models/basket"
	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/judge"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/neighbour"
	"github.com/tillstream/tillstream/models/popular"
	"github.com/tillstream/tillstream/models/trait"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

// Sink is where models are written: a shelf.Shelf.
type Sink interface {
	PutBlob(ctx context.Context, k shelf.Key, name string, data []byte) error
	PutNeighbours(ctx context.Context, k shelf.Key, block int, r *shelf.Neighbours) error
	PutRules(ctx context.Context, k shelf.Key, block int, r *shelf.Rules) error
	PutTops(ctx context.Context, k shelf.Key, block int, r *shelf.Tops) error
	PutPopular(ctx context.Context, k shelf.Key, block int, r *shelf.Popular) error
	PutVersion(ctx context.Context, v shelf.Version) error
	// Current returns the version of a model that counts.
	Current(ctx context.Context, model string) (shelf.Version, bool, error)
	// Prune lets go of versions beyond the newest keep.
	Prune(ctx context.Context, model string, keep int) (gone int, err error)
}

// training is one run over one set of data.
type training struct {
	cfg              Config
	data, past, held *Data
	heldFrom         int64
	version          int64
	sink             Sink
	items            int
	categories       int
	similarity       func(a, b int32) float64
	// buyers is how many baskets of the past hold each item, users how many baskets there are.
	buyers []int64
	users  int64
	// view says what the past sold.
	view *popular.View
	// carts are held-out baskets of two items or more that were drawn; shoppers the members with a past that
	// bought again.
	carts    []cart
	shoppers []int32
	// baskets is the model of next baskets once it has learnt everything.
	baskets *basket.Model
	// What several models share, made when the first of them needs it: what goes with the goods of the past,
	// and of all data.
	goes, whole *company
	clothes     *closet
	traits      *trait.Traits
	alike       list.Lists
	// weights blend the kinds of evidence for what goes with what.
	weights neighbour.Weights
}

// cart is a basket of a history.
type cart struct {
	of     *history.History
	basket int32
}

// learner fits a model on the past and judges it; finish then lets it learn the rest and writes it.
type learner func(t *training, ctx context.Context) (lesson, error)

// lesson is a judged model. note says what a limit left out.
type lesson struct {
	exam   *exam
	note   string
	finish func(ctx context.Context, k shelf.Key) error
}

func learners() map[string]learner {
	return map[string]learner{Popularity: (*training).popularity, Rules: (*training).rules,
		Neighbours: (*training).neighbours, Session: (*training).session, Cold: (*training).cold,
		Factors: (*training).factors, NextBasket: (*training).nextBasket,
		Outfits: (*training).outfits, Sizes: (*training).sizes}
}

// Train fits, judges and writes the models that cfg names, one after the other. It returns a version for
// each of which the chain sells anything, published or not. A Refused error says which were worse than what
// counts; the others were published.
func Train(ctx context.Context, d *Data, sink Sink, cfg Config) ([]shelf.Version, error) {
	_, all, err := Learn(ctx, d, sink, cfg)
	return all, err
}

// Learn trains, and keeps what is needed to follow the chain until the next training.
func Learn(ctx context.Context, d *Data, sink Sink, cfg Config) (l *Learned, all []shelf.Version, err error) {
	cfg, err = cfg.orDefault()
	if err != nil {
		return nil, nil, err
	}
	if d.baskets() == 0 {
		return nil, nil, ErrEmpty
	}
	t := begin(d, sink, cfg)
	l = &Learned{cfg: cfg, data: d, versions: map[string]shelf.Version{}}
	var refused []error
	for _, name := range Models() {
		if !cfg.wants(name) {
			continue
		}
		v, err := t.train(ctx, name)
		if errors.Is(err, errNothing) {
			continue
		}
		var worse *Refused
		if errors.As(err, &worse) {
			refused = append(refused, err)
		} else if err != nil {
			return nil, all, fmt.Errorf("cannot train %s: %w", name, err)
		}
		if all = append(all, v); v.Published {
			l.versions[name] = v
		}
	}
	l.baskets, l.weights = t.baskets, t.weights
	return l, all, errors.Join(refused...)
}

// begin splits the data and draws the questions.
func begin(d *Data, sink Sink, cfg Config) *training {
	t := &training{cfg: cfg, data: d, sink: sink, items: d.Items().Len(), heldFrom: d.moment(cfg.HoldOut),
		similarity: judge.ByCategory(d.Category), version: cfg.Now().UnixMicro()}
	t.past, t.held = d.split(t.heldFrom)
	for _, c := range d.Category {
		t.categories = max(t.categories, int(c)+1)
	}
	t.buyers, t.users = make([]int64, t.items), int64(t.past.baskets())
	for _, h := range []*history.History{t.past.Members, t.past.Others} {
		for _, item := range h.Item {
			t.buyers[item]++
		}
	}
	t.view = t.sell(t.past).View()
	t.drawCarts()
	t.drawShoppers()
	return t
}

func (t *training) drawCarts() {
	var all []cart
	for _, h := range []*history.History{t.held.Members, t.held.Others} {
		for b := range int32(h.Baskets()) {
			if len(h.Basket(b)) > 1 {
				all = append(all, cart{h, b})
			}
		}
	}
	for _, i := range t.draw(len(all), 1) {
		t.carts = append(t.carts, all[i])
	}
}

func (t *training) drawShoppers() {
	var all []int32
	past, held := t.past.Members, t.held.Members
	for u := range int32(held.Users.Len()) {
		from, to := past.Of(u)
		again, end := held.Of(u)
		if from < to && again < end {
			all = append(all, u)
		}
	}
	for _, i := range t.draw(len(all), 2) {
		t.shoppers = append(t.shoppers, all[i])
	}
}

// at is the moment of a basket at its store.
func (t *training) at(h *history.History, b int32) popular.Moment {
	return popular.At(h.Time[b], int(t.data.Offset[h.Store[b]]))
}

// train runs one learner and publishes what it made, if it may.
func (t *training) train(ctx context.Context, name string) (v shelf.Version, err error) {
	began := t.cfg.Now()
	t.cfg.Progress(name, "fitting", 0, 0)
	l, err := learners()[name](t, ctx)
	if err != nil {
		return v, err
	}
	if err := ctx.Err(); err != nil {
		return v, err
	}
	v = shelf.Version{Key: shelf.Key{Model: name, Version: t.version}, Published: true, Note: l.note,
		Protocol: t.cfg.protocol(name), Members: int64(t.data.Members.Users.Len()), Items: int64(t.items),
		Baskets: int64(t.data.baskets()), Sessions: int64(t.data.Sessions.Len()), FirstDay: t.data.First,
		LastDay: t.data.Last, HeldFrom: time.Unix(t.heldFrom, 0).UTC()}
	l.exam.write(&v)
	refusal, err := t.compare(ctx, &v)
	if err == nil && refusal == nil {
		t.cfg.Progress(name, "writing", 0, 0)
		err = l.finish(ctx, v.Key)
	}
	if err != nil {
		return v, err
	}
	v.MadeAt = t.cfg.Now().UTC()
	v.Fit = v.MadeAt.Sub(began)
	if err := t.sink.PutVersion(ctx, v); err != nil {
		return v, err
	}
	if refusal != nil {
		return v, refusal
	}
	_, err = t.sink.Prune(ctx, name, t.cfg.Keep)
	return v, err
}

// Refused says that a model was worse than the one that counts, which stays.
type Refused struct {
	Model      string
	Figure     string
	Old, New   float64
	Tolerance  float64
	OldVersion int64
	OldMade    time.Time
}

func (r *Refused) Error() string {
	return fmt.Sprintf("%s is worse than the published version %d of %s and does not take its place: %s "+
		"%.4f now, %.4f then, tolerance %.0f %% (--force publishes it all the same)", r.Model, r.OldVersion,
		r.OldMade.Format(time.DateTime), r.Figure, r.New, r.Old, r.Tolerance*100)
}

// leastJudged is how many lists both must have been judged by: figures of fewer differ by chance alone.
const leastJudged = 100

// compare holds a version against the one that counts. Without questions, or under another protocol, there
// is nothing to compare.
func (t *training) compare(ctx context.Context, v *shelf.Version) (*Refused, error) {
	old, ok, err := t.sink.Current(ctx, v.Model)
	if err != nil || !ok {
		return nil, err
	}
	switch {
	case old.Protocol != v.Protocol:
		v.Note = note(v.Note, "judged otherwise than the version before, not compared with it")
	case min(old.Judged, v.Judged) < leastJudged:
		v.Note = note(v.Note, "too little was held out to compare it with the version before")
	case v.Quality.NDCG < old.Quality.NDCG*(1-t.cfg.Tolerance):
		r := &Refused{Model: v.Model, Figure: fmt.Sprintf("NDCG@%d", depth), Old: old.Quality.NDCG,
			New: v.Quality.NDCG, Tolerance: t.cfg.Tolerance, OldVersion: old.Version, OldMade: old.MadeAt}
		v.Note = note(v.Note, r.Error())
		if t.cfg.Force {
			return nil, nil
		}
		v.Published = false
		return r, nil
	}
	return nil, nil
}

func note(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
