package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

// TrialConfig says where experiments come from.
type TrialConfig struct {
	// At finds the experiment in force at a moment, or else the next one; ok is false without either.
	// Required.
	At     func(ctx context.Context, at time.Time) (e retail.Experiment, ok bool, err error)
	Logger *slog.Logger
	// Every is the pause between two looks that nothing asked for. Default 1 minute.
	Every time.Duration
	// Within bounds one look. Default 10 s.
	Within time.Duration
	// Now is the wall clock. Default time.Now.
	Now func() time.Time
}

// Trial keeps the experiment in force. It begins and ends at its own time, whatever can be read then; what
// cannot be read, or cannot be split by, leaves in place what there is.
type Trial struct {
	cfg TrialConfig
	// none holds where no experiment does; current is the one that was read last.
	none    *recommend.Split
	current atomic.Pointer[trial]
	failed  atomic.Int64
	nudge
}

// trial is an experiment ready to be asked.
type trial struct {
	split       *recommend.Split
	from, until time.Time
}

// NewTrial checks the configuration. Until the first look no experiment is in force.
func NewTrial(cfg TrialConfig) (*Trial, error) {
	if cfg.At == nil || cfg.Logger == nil {
		return nil, errors.New("cannot follow experiments: At and Logger are required")
	}
	cfg.Every = cmp.Or(max(cfg.Every, 0), time.Minute)
	cfg.Within = cmp.Or(max(cfg.Within, 0), 10*time.Second)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	none, err := recommend.NewSplit(recommend.Experiment{})
	return &Trial{cfg: cfg, none: none, nudge: newNudge()}, err
}

// Split returns the experiment in force now, one variant for everybody without one.
func (t *Trial) Split() *recommend.Split {
	c := t.current.Load()
	if c == nil {
		return t.none
	}
	if now := t.cfg.Now(); now.Before(c.from) || !now.Before(c.until) {
		return t.none
	}
	return c.split
}

// Failed counts the looks that ended in an error.
func (t *Trial) Failed() int64 { return t.failed.Load() }

// Run follows experiments until ctx ends.
func (t *Trial) Run(ctx context.Context) {
	for {
		if err := t.Look(ctx); err != nil && ctx.Err() == nil {
			t.failed.Add(1)
			t.cfg.Logger.Error("the experiment in force stays as it is", "error", err)
		}
		rest := t.cfg.Every
		if c := t.current.Load(); c != nil { // when it ends, the next one may begin
			if left := c.until.Sub(t.cfg.Now()); left > 0 {
				rest = min(rest, left)
			}
		}
		if !t.wait(ctx, rest) {
			return
		}
	}
}

// Look reads the experiment once.
func (t *Trial) Look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, t.cfg.Within)
	defer cancel()
	e, ok, err := t.cfg.At(ctx, t.cfg.Now())
	if err != nil {
		return err
	}
	if !ok {
		if t.current.Swap(nil) != nil {
			t.cfg.Logger.Info("no experiment is in force")
		}
		return nil
	}
	split, err := NewSplit(&e)
	if err != nil {
		return err
	}
	next := &trial{split, e.From, e.Until}
	was := t.current.Swap(next)
	if was == nil || was.split.Key() != split.Key() || !was.until.Equal(next.until) {
		t.cfg.Logger.Info("an experiment is set", "name", e.Name, "from", e.From, "until", e.Until,
			"variants", len(e.Variants), "holdout", e.Holdout)
	}
	return nil
}

// NewSplit makes an experiment of the transactional store ready to be asked.
func NewSplit(e *retail.Experiment) (*recommend.Split, error) {
	if e.ID < 1 || e.ID > recommend.MaxExperiment {
		return nil, fmt.Errorf("cannot split by experiment %s: its number is %d, want 1 to %d", e.Name, e.ID,
			recommend.MaxExperiment)
	}
	x := recommend.Experiment{ID: uint16(e.ID), Name: e.Name, Holdout: e.Holdout}
	for i := range e.Variants {
		v := &e.Variants[i]
		b, err := Blended(&v.Blend)
		if err != nil {
			return nil, fmt.Errorf("cannot split by experiment %s: variant %s: %w", e.Name, v.Name, err)
		}
		x.Variants = append(x.Variants, recommend.Variant{Name: v.Name, Weight: v.Weight, Blend: b})
	}
	return recommend.NewSplit(x)
}

// Blended is the blend that holds without an experiment, with what a variant weighs otherwise.
func Blended(of *retail.Blend) (recommend.Blend, error) {
	b := recommend.DefaultBlend()
	for name, rungs := range of.Weights {
		scene, ok := retail.ParseScene(name)
		if !ok {
			return b, fmt.Errorf("there is no scene %s", name)
		}
		for name, weight := range rungs {
			rung, ok := recommend.ParseRung(name)
			if !ok {
				return b, fmt.Errorf("there is no rung %s", name)
			}
			b.Weight[scene][rung] = float32(weight)
		}
	}
	for name, weight := range of.Acts {
		act, ok := recommend.ParseAct(name)
		if !ok {
			return b, fmt.Errorf("there is no act %s", name)
		}
		b.Act[act] = float32(weight)
	}
	if of.Decay != nil {
		b.Decay = float32(*of.Decay)
	}
	if of.PerStyle != nil {
		b.PerStyle = int(*of.PerStyle)
	}
	if of.PerCategory != nil {
		b.PerCategory = float32(*of.PerCategory)
	}
	if of.PerBrand != nil {
		b.PerBrand = float32(*of.PerBrand)
	}
	return b, nil
}
