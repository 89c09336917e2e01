package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

// RulebookConfig says where the rules of merchandisers come from.
type RulebookConfig struct {
	// Read returns the rules that have not ended. Required.
	Read func(context.Context) ([]retail.MerchandisingRule, error)
	// Quotas bound what rules may take of one slate.
	Quotas recommend.Quotas
	Logger *slog.Logger
	// Every is the pause between two readings when nobody says that a rule has changed. Default 1 minute.
	Every time.Duration
	// Retry is the pause after a reading that failed. Default 1 s.
	Retry time.Duration
	// Within bounds one reading. Default 10 s.
	Within time.Duration
}

// Rulebook keeps the rules of merchandisers and fits them to each snapshot. The database is the truth: an
// event that says that a rule has changed has all of them read again, at most retail.MaxRules, so that an
// event which is lost, late or twice does no harm. Windows are looked at with each request and need no
// event at all.
//
// Until the rules were read once nothing fits: an answer without the blocks would show what must not be
// shown. After that a reading that fails leaves those that are known in force.
type Rulebook struct {
	cfg   RulebookConfig
	first chan struct{}
	nudge

	mu    sync.Mutex
	rules []retail.MerchandisingRule
	known bool
	said  []recommend.Skipped

	reads, failed, inForce, skipped atomic.Int64
}

// RulebookStats counts.
type RulebookStats struct {
	// Reads have succeeded, Failed have not.
	Reads, Failed int64
	// InForce are the rules that answers obey in their windows, Skipped those that the snapshot in use
	// cannot.
	InForce, Skipped int64
}

// NewRulebook checks the configuration.
func NewRulebook(cfg RulebookConfig) (*Rulebook, error) {
	if cfg.Read == nil || cfg.Logger == nil {
		return nil, errors.New("cannot keep the rules of merchandisers: Read and Logger are required")
	}
	cfg.Every = cmp.Or(max(cfg.Every, 0), time.Minute)
	cfg.Retry = cmp.Or(max(cfg.Retry, 0), time.Second)
	cfg.Within = cmp.Or(max(cfg.Within, 0), 10*time.Second)
	return &Rulebook{cfg: cfg, nudge: newNudge(), first: make(chan struct{})}, nil
}

// Known waits until the rules were read once, or ctx ends.
func (b *Rulebook) Known(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-b.first:
	}
}

// Run keeps the rules current until ctx ends. renew is called after each change; Offers.Renew does.
func (b *Rulebook) Run(ctx context.Context, renew func() error) {
	for due := false; ; {
		pause := b.cfg.Every
		changed, err := b.Look(ctx)
		if due = due || changed; err == nil && due {
			err = renew()
			due = err != nil
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			pause = b.cfg.Retry
			b.failed.Add(1)
			b.cfg.Logger.Error("merchandising rules stay as they are", "error", err)
		}
		if !b.wait(ctx, pause) {
			return
		}
	}
}

// Look reads the rules once, and reports whether they are others than before.
func (b *Rulebook) Look(ctx context.Context) (changed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, b.cfg.Within)
	defer cancel()
	rules, err := b.cfg.Read(ctx)
	if err != nil {
		return false, fmt.Errorf("cannot read the rules of merchandisers: %w", err)
	}
	b.reads.Add(1)
	b.mu.Lock()
	defer b.mu.Unlock()
	same := func(a, b retail.MerchandisingRule) bool { return a.ID == b.ID && a.Version == b.Version }
	if b.known && slices.EqualFunc(b.rules, rules, same) {
		return false, nil
	}
	if !b.known {
		b.known = true
		close(b.first)
	}
	b.rules = rules
	return true, nil
}

// Fit compiles the rules for a snapshot; it is a RulesFor. What cannot be used is skipped, and said once.
func (b *Rulebook) Fit(s *recommend.Snapshot) (*recommend.Rules, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.known {
		return nil, errors.New("the rules of merchandisers have not been read yet")
	}
	fitted, skipped, err := recommend.FitRules(s, b.rules, b.cfg.Quotas)
	if err != nil {
		return nil, err
	}
	for _, x := range skipped {
		if !slices.Contains(b.said, x) {
			b.cfg.Logger.Warn("a merchandising rule is skipped", "rule", x.ID, "reason", x.Reason)
		}
	}
	b.said = skipped
	b.inForce.Store(int64(len(b.rules) - len(skipped)))
	b.skipped.Store(int64(len(skipped)))
	return fitted, nil
}

// Stats returns the counts so far.
func (b *Rulebook) Stats() RulebookStats {
	return RulebookStats{Reads: b.reads.Load(), Failed: b.failed.Load(), InForce: b.inForce.Load(),
		Skipped: b.skipped.Load()}
}
