package live

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/serving/recommend"
)

// Models is where trained snapshots come from.
type Models interface {
	// Newer returns the frame of the newest snapshot if its version is not the one that is there, nil if
	// it is.
	Newer(ctx context.Context, have uint64) (frame []byte, err error)
}

// RenewalConfig says what offers are made of.
type RenewalConfig struct {
	Offers *Offers
	// Catalogue reads goods, stores and prices. Required.
	Catalogue func(context.Context) (recommend.Catalogue, error)
	// Models may be nil: then answers rest on what the catalogue says, alike goods and the newest.
	Models Models
	// Clothes may be nil too: then outfits follow from what goods are alone. Fits is told the sizes of
	// members, and may be nil.
	Clothes Clothes
	Fits    *Fits
	Logger  *slog.Logger
	// Every is the pause between two looks at catalogue and models. Default 1 minute; a look that finds
	// something new costs about two seconds of one core with 20,000 goods and 500 stores.
	Every time.Duration
	// Least is the pause that a change of the catalogue does not shorten: while thousands of goods are
	// put, one look takes them all. Default 2 s.
	Least time.Duration
	// Alike is how many goods a catalogue may have so that each gets a list of alike ones, which answer
	// until a model does: 0.5 KB and about 40 µs an item when the catalogue changes. Default 200,000; below
	// 0 there are no such lists.
	Alike int
	// Within bounds one look. Default 30 s.
	Within time.Duration
}

// Renewal keeps offers current: a changed catalogue or a new model makes the next one. What cannot be
// read, or is no snapshot, is told loudly and leaves in place what is there.
type Renewal struct {
	cfg RenewalConfig
	// outfits are the last that were good, nil before the first; clothesSeen are the versions of outfits and
	// sizes.
	outfits     *outfit.Model
	clothesSeen [2]int64
	// model is the last one that was good; seen is what the catalogue hashed to. due says that a model was
	// taken which no offer holds yet.
	model  *recommend.Snapshot
	seen   uint64
	due    bool
	failed atomic.Int64
	nudge
}

// NewRenewal checks the configuration.
func NewRenewal(cfg RenewalConfig) (*Renewal, error) {
	if cfg.Offers == nil || cfg.Catalogue == nil || cfg.Logger == nil {
		return nil, errors.New("cannot renew offers: Offers, Catalogue and Logger are required")
	}
	cfg.Every = cmp.Or(max(cfg.Every, 0), time.Minute)
	cfg.Least = min(cmp.Or(max(cfg.Least, 0), 2*time.Second), cfg.Every)
	cfg.Alike = cmp.Or(cfg.Alike, 200_000)
	cfg.Within = cmp.Or(max(cfg.Within, 0), 30*time.Second)
	return &Renewal{cfg: cfg, nudge: newNudge()}, nil
}

// Run renews until ctx ends. Until the first catalogue was read it looks every second.
func (r *Renewal) Run(ctx context.Context) {
	for {
		if err := r.Look(ctx); err != nil && ctx.Err() == nil {
			r.failed.Add(1)
			r.cfg.Logger.Error("recommendations stay as they are", "error", err)
		}
		least, rest := r.cfg.Least, r.cfg.Every-r.cfg.Least
		if r.cfg.Offers.Current() == nil {
			least, rest = min(least, time.Second), 0
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(least):
		}
		if !r.wait(ctx, rest) {
			return
		}
	}
}

// Failed counts the looks that ended in an error.
func (r *Renewal) Failed() int64 { return r.failed.Load() }

// Look reads catalogue and models once and offers what they make, if it is new. A bad model does not keep
// a new catalogue back: the last good model is grafted onto it.
func (r *Renewal) Look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Within)
	defer cancel()
	fresh, modelErr := r.newer(ctx)
	worn, wornErr := r.newerClothes(ctx)
	r.due, modelErr = r.due || fresh || worn, errors.Join(modelErr, wornErr)
	c, err := r.cfg.Catalogue(ctx)
	if err != nil {
		return errors.Join(modelErr, err)
	}
	s := recommend.FromCatalogue(0, c)
	s.MadeS = 0 // the hash is of what is offered, not of when
	hash := xxhash.Sum64(s.Append(nil)) ^ saidHash(&c)
	if !r.due && hash == r.seen && r.cfg.Offers.Current() != nil {
		return modelErr
	}
	s.Version, s.MadeS = hash, c.At.Unix()
	if s.Items.Len() <= r.cfg.Alike {
		s.AddAlike()
	}
	if err := s.Prepare(); err != nil {
		return errors.Join(modelErr, err)
	}
	if r.model != nil {
		if s, err = recommend.Graft(s, r.model); err != nil {
			return errors.Join(modelErr, err)
		}
	}
	known, err := NewGoods(&c, s, r.outfits)
	if err != nil {
		return errors.Join(modelErr, err)
	}
	if err := r.cfg.Offers.UseWith(s, known); err != nil {
		return errors.Join(modelErr, err)
	}
	r.seen, r.due = hash, false
	r.cfg.Logger.Info("recommendations are made anew", "version", s.Version, "model", s.Model,
		"items", s.Items.Len(), "members", len(s.Members))
	return modelErr
}

// newerClothes takes outfits and sizes that are others than the last. Only outfits stand in an offer.
func (r *Renewal) newerClothes(ctx context.Context) (fresh bool, err error) {
	if r.cfg.Clothes == nil {
		return false, nil
	}
	m, version, err := r.cfg.Clothes.Outfits(ctx, r.clothesSeen[0])
	if m != nil {
		r.outfits, r.clothesSeen[0] = m, version
	}
	var sizes *outfit.Sizes
	var sizesErr error
	if r.cfg.Fits != nil {
		if sizes, version, sizesErr = r.cfg.Clothes.Sizes(ctx, r.clothesSeen[1]); sizes != nil {
			r.cfg.Fits.Use(sizes)
			r.clothesSeen[1] = version
		}
	}
	if err = errors.Join(err, sizesErr); err != nil {
		err = r.cfg.Offers.fail(err)
	}
	return m != nil, err
}

// newer takes a model that is another than the last.
func (r *Renewal) newer(ctx context.Context) (fresh bool, err error) {
	if r.cfg.Models == nil {
		return false, nil
	}
	have := uint64(0)
	if r.model != nil {
		have = r.model.Version
	}
	frame, err := r.cfg.Models.Newer(ctx, have)
	if err != nil || frame == nil {
		return false, err
	}
	s, err := recommend.Decode(frame)
	if err != nil {
		return false, r.cfg.Offers.fail(err)
	}
	r.model = s
	return true, nil
}
