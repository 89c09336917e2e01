package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/recommend"
)

// WatchConfig says which visitors are followed.
type WatchConfig struct {
	// Trails takes what they do. Required.
	Trails *Trails
	// Log has the topics of behaviour, orders and members, and may have that of the catalogue. Required.
	Log    Log
	Logger *slog.Logger
	// Reticent lists those of whom nothing is gathered. Default: nobody at first; the log tells of more.
	Reticent Reticent
	// Clicked is told of each touch of a visit, 0 for none. Default: nobody is.
	Clicked func(visit uint64, sku retail.SKUID, atS int64)
	// Changed is told when a record of the catalogue's topic comes by. Default: nobody is.
	Changed func()
	// RulesChanged is told when a merchandising rule has changed. Default: nobody is.
	RulesChanged func()
	// Tried is told when an experiment changed. Default: nobody is.
	Tried func()
	// Retry is the pause before a broken watch starts again. What visitors do meanwhile is not read again:
	// a trail lacks a few touches then, which cost a little relevance and nothing else. What members decide
	// meanwhile is on the list of Reticent, and catalogue, rules and experiments are looked at again.
	// Default 1 s.
	Retry time.Duration
}

// Watch keeps trails current.
type Watch struct {
	cfg WatchConfig
	act event.Act
	// reticent do not agree; unheard counts what was not gathered of them.
	reticent reticent

	events, malformed, restarts, unheard atomic.Int64
}

// WatchStats counts.
type WatchStats struct {
	// Events were read, Malformed were not what their kind says, Restarts are the times the watch broke.
	Events, Malformed, Restarts int64
	// Unheard are the touches of members who did not agree: they were not gathered.
	Unheard int64
}

// NewWatch checks the configuration.
func NewWatch(cfg WatchConfig) (*Watch, error) {
	if cfg.Trails == nil || cfg.Log == nil || cfg.Logger == nil {
		return nil, errors.New("cannot watch visitors: Trails, Log and Logger are required")
	}
	if cfg.Changed == nil {
		cfg.Changed = func() {}
	}
	if cfg.RulesChanged == nil {
		cfg.RulesChanged = func() {}
	}
	if cfg.Tried == nil {
		cfg.Tried = func() {}
	}
	if cfg.Clicked == nil {
		cfg.Clicked = func(uint64, retail.SKUID, int64) {}
	}
	if cfg.Retry <= 0 {
		cfg.Retry = time.Second
	}
	return &Watch{cfg: cfg, reticent: reticent{ids: map[retail.MemberID]struct{}{}}}, nil
}

// Run watches until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	again(ctx, w.cfg.Retry, w.once, func(err error) {
		w.restarts.Add(1)
		w.cfg.Logger.Warn("the watch of visitors starts again", "error", err, "after", w.cfg.Retry)
	})
}

func (w *Watch) once(ctx context.Context) error {
	tail, err := w.cfg.Log.OpenAtEnd(ctx)
	if err != nil {
		return err
	}
	defer tail.Close()
	// Only now, so that what is not on the list is in the tail.
	if err := w.reticent.read(ctx, w.cfg.Reticent, w.cfg.Trails); err != nil {
		return fmt.Errorf("cannot read who does not want to be recognised: %w", err)
	}
	w.cfg.Changed()
	w.cfg.RulesChanged()
	w.cfg.Tried()
	for {
		records, err := tail.Poll(ctx)
		for i := range records {
			w.Take(&records[i])
		}
		if err != nil {
			return err
		}
	}
}

// Take takes one record; what is not about visitors is passed over.
func (w *Watch) Take(r *Record) {
	w.events.Add(1)
	var err error
	switch {
	case r.Kind.IsBehaviour():
		if err = w.act.Read(r.Kind, r.Wire); err == nil && w.agrees(w.act.Member) &&
			w.cfg.Trails.Take(&w.act) {
			w.cfg.Clicked(w.act.Session, retail.SKUID(w.act.SKU), w.act.At.UnixUS/1e6)
		}
	case r.Kind == event.KindOrderPlaced:
		err = w.bought(r)
	case r.Kind == event.KindMemberErased:
		var erased event.MemberErased
		if err = event.DecodeInto(r.Kind, r.Wire, &erased); err == nil {
			w.decided(erased.GetMemberId(), false)
		}
	case r.Kind == event.KindMemberChanged:
		var changed event.MemberChanged
		if err = event.DecodeInto(r.Kind, r.Wire, &changed); err == nil {
			w.decided(changed.GetMemberId(), changed.GetPersonalized() && !changed.GetErased())
		}
	case r.Kind == event.KindRuleChanged:
		w.cfg.RulesChanged()
	case r.Kind == event.KindExperimentChanged:
		w.cfg.Tried()
	case r.Kind.Topic() == event.TopicCatalogue:
		w.cfg.Changed()
	}
	if err != nil {
		w.malformed.Add(1)
	}
}

// agrees reports whether what a member does may be remembered; 0 is nobody in particular. What somebody who
// does not agree did in a session is not gathered for the session either.
func (w *Watch) agrees(member int64) bool {
	if member <= 0 || !w.reticent.has(retail.MemberID(member)) {
		return true
	}
	w.unheard.Add(1)
	return false
}

// decided takes what a member decided.
func (w *Watch) decided(member int64, agrees bool) {
	id := retail.MemberID(member)
	w.reticent.set(id, !agrees)
	if !agrees {
		w.cfg.Trails.Forget(MemberVisitor(id))
	}
}

// bought remembers what a member ordered.
func (w *Watch) bought(r *Record) error {
	var placed event.OrderPlaced
	if err := event.DecodeInto(r.Kind, r.Wire, &placed); err != nil {
		return err
	}
	if placed.GetMemberId() <= 0 || !w.agrees(placed.GetMemberId()) {
		return nil
	}
	v, at := MemberVisitor(retail.MemberID(placed.GetMemberId())), placed.GetPlacedAt().Time().Unix()
	for _, line := range placed.GetLines() {
		if line.GetQty() > 0 && line.GetSkuId() > 0 {
			w.cfg.Trails.Add(v, retail.SKUID(line.GetSkuId()), recommend.Bought, at)
		}
	}
	return nil
}

// Stats returns the counts so far.
func (w *Watch) Stats() WatchStats {
	return WatchStats{Events: w.events.Load(), Malformed: w.malformed.Load(), Restarts: w.restarts.Load(),
		Unheard: w.unheard.Load()}
}
