package role

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/oltp/client"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/oltp/world"
)

// SimulateConfig describes the simulated chain and where it trades.
type SimulateConfig struct {
	// URL is the console, behind which the write API and the gateway answer; Token is one of HQ.
	URL, Token string
	// StreamURL tells how far the stream is behind, so that history can wait for live trade; "" sends
	// history as fast as it is taken.
	StreamURL string
	// World is the chain; its first day is set from Days before today unless a state file says more.
	World world.Config
	// Days of history before today.
	Days int
	// Visits are how many members a second look at recommendations and choose by their tastes; 0 for none.
	// The first time, an experiment is started for them, unless there is one.
	Visits float64
	// StateFile remembers what was recorded, so that a restart goes on.
	StateFile string
	// Progress is told how far history is. May be nil.
	Progress func(world.Progress)
}

// Simulate records the history of a simulated chain and trades live beside it, until ctx ends.
func Simulate(ctx context.Context, cfg SimulateConfig, log *slog.Logger) error {
	now := time.Now()
	state, err := world.OpenState(cfg.StateFile, cfg.World, cfg.Days, now)
	if err != nil {
		return err
	}
	w, err := world.New(state.Config)
	if err != nil {
		return err
	}
	shop := PatientClient(cfg.URL, cfg.Token)
	opened := make(chan struct{})
	g, ctx := errgroup.WithContext(ctx)
	history := world.Shop(shop)
	if cfg.StreamURL != "" {
		p := &pace{}
		history = pacedShop{shop, p}
		go p.watch(ctx, cfg.StreamURL)
	}
	g.Go(func() error {
		filled, err := w.Backfill(ctx, world.Backfill{Shop: history, State: state, Until: now,
			Opened: func() { close(opened) }, Progress: cfg.Progress, Logger: log})
		if err != nil {
			return fmt.Errorf("cannot record the history: %w", err)
		}
		log.Info("history is recorded", "orders", filled.Orders, "refunds", filled.Refunds,
			"refused", filled.RefusedRows, "took", filled.Took.Round(time.Millisecond))
		return nil
	})
	g.Go(func() error {
		select {
		case <-opened:
		case <-ctx.Done():
			return ctx.Err()
		}
		return w.Trade(ctx, world.Trade{Shop: shop, State: state, From: now, Logger: log,
			Events: &world.Gateway{BaseURL: cfg.URL, Token: cfg.Token}})
	})
	if cfg.Visits > 0 {
		g.Go(func() error {
			select {
			case <-opened:
			case <-ctx.Done():
				return ctx.Err()
			}
			startTrial(ctx, shop, log)
			return w.Stroll(ctx, world.Stroll{Advice: &world.Edge{BaseURL: cfg.URL, Token: cfg.Token},
				Events: &world.Gateway{BaseURL: cfg.URL, Token: cfg.Token}, Shop: shop, Rate: cfg.Visits,
				Logger: log})
		})
	}
	if err := g.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// startTrial starts the experiment of the demonstration where nobody has started one.
func startTrial(ctx context.Context, shop *client.Client, log *slog.Logger) {
	there, err := shop.Experiments(ctx)
	if err == nil && len(there.Items) > 0 {
		return
	}
	if err == nil {
		_, err = shop.PutExperiments(ctx, []wire.Experiment{world.Trial(time.Now())})
	}
	if err != nil && ctx.Err() == nil {
		log.Warn("no experiment is started: visitors are not drawn for variants", "error", err)
	}
}

// patience is how often a request of a long-running command is sent: with pauses that grow to five
// seconds it outlasts the restart of anything in the chain.
const patience = 60

// BusyHTTP is a client for commands that keep several requests in flight to one address.
func BusyHTTP() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &http.Client{Transport: transport, Timeout: time.Minute}
}

// PatientClient is a client of the write API for long-running commands.
func PatientClient(url, token string) *client.Client {
	return &client.Client{BaseURL: url, Token: token, HTTP: BusyHTTP(), Attempts: patience}
}

// WorldFile is where a chain's folder keeps the state of its simulated world.
func WorldFile(folder string) string { return filepath.Join(folder, "world.json") }
