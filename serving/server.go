package serving

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tillstream/tillstream/dashboards"
	"github.com/tillstream/tillstream/serving/console"
	"github.com/tillstream/tillstream/serving/edge"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/wish"
)

// Config describes the server. Start fills in what follows from the parts themselves: the edge's
// levels and readiness, both metrics handlers, and the checks named stock.
type Config struct {
	// Console describes the console; without Files it shows the embedded user interface. Required.
	Console console.Config
	// Edge describes the edge; its Levels, Ready and Metrics are filled in.
	Edge edge.Config
	// Feed says where stock levels come from; its Levels are filled in. Without a Log there is no
	// edge.
	Feed live.FeedConfig
	// Renewal says what recommendations are made of; its Offers are filled in, and with them those of
	// Edge.Recommend. Without a Catalogue the edge makes none.
	Renewal live.RenewalConfig
	// Wishes reads texts for bundles; nil reads with the dictionaries alone.
	Wishes *wish.Reader
	// Rules says where the rules of merchandisers come from. Without a Read they have none.
	Rules live.RulebookConfig
	// Trial says where experiments come from. Without At there are none.
	Trial live.TrialConfig
	// Watch says where visitors are followed; its Trails are filled in. Without a Log answers do not
	// follow clicks.
	Watch live.WatchConfig
	// Tills says where orders are followed, so that what is bought together counts within seconds. Without a
	// Log only what was learnt does.
	Tills live.TillsConfig
	// Trails bounds what is remembered of visitors.
	Trails live.TrailsConfig
	// MaxLevels bounds the stock levels in memory. Default live.DefaultMaxLevels.
	MaxLevels int64
	// Listen is the console's address, EdgeListen the edge's. Required, each where there is one.
	Listen, EdgeListen string
	Logger             *slog.Logger
}

// Server runs the console and the edge.
type Server struct {
	cfg     Config
	levels  *live.Levels
	feed    *live.Feed
	offers  *live.Offers
	trails  *live.Trails
	renewal *live.Renewal
	rules   *live.Rulebook
	trial   *live.Trial
	watch   *live.Watch
	tills   *live.Tills
	edge    *edge.Server
	console *console.Server
	failed  chan error
	// stops undo what Start has done, last first.
	stops   []func(context.Context) error
	running sync.WaitGroup

	consoleAddress, edgeAddress string
}

// New checks the configuration; it starts nothing.
func New(cfg Config) (*Server, error) {
	if cfg.Logger == nil || cfg.Listen == "" {
		return nil, errors.New("cannot make server: Logger and Listen are required")
	}
	s := &Server{cfg: cfg, levels: live.NewLevels(cfg.MaxLevels), failed: make(chan error, 2)}
	registry := prometheus.NewRegistry()
	metrics := promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	if err := s.makeEdge(metrics); err != nil {
		return nil, err
	}
	if err := s.makeConsole(metrics); err != nil {
		return nil, err
	}
	for _, c := range []prometheus.Collector{collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), (*statsCollector)(s)} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("cannot register metrics: %w", err)
		}
	}
	return s, nil
}

func (s *Server) makeEdge(metrics http.Handler) error {
	if s.cfg.Feed.Log == nil {
		return nil
	}
	if s.cfg.EdgeListen == "" {
		return errors.New("cannot make server: EdgeListen is required beside a stock feed")
	}
	s.cfg.Feed.Levels = s.levels
	var err error
	if err = s.makeAdvice(); err != nil {
		return err
	}
	if s.feed, err = live.NewFeed(s.cfg.Feed); err != nil {
		return err
	}
	s.cfg.Edge.Levels, s.cfg.Edge.Ready, s.cfg.Edge.Metrics = s.levels, s.feed.Ready, metrics
	s.edge, err = edge.New(s.cfg.Edge)
	return err
}

// makeAdvice joins stock, catalogue, models and visitors to what the edge recommends from.
func (s *Server) makeAdvice() (err error) {
	if s.cfg.Edge.Recommend == nil || s.cfg.Renewal.Catalogue == nil {
		s.cfg.Edge.Recommend = nil
		return nil
	}
	var fit live.RulesFor
	if s.cfg.Rules.Read != nil {
		if s.rules, err = live.NewRulebook(s.cfg.Rules); err != nil {
			return err
		}
		fit, s.cfg.Watch.RulesChanged = s.rules.Fit, s.rules.Nudge
	}
	s.offers, s.trails = live.NewOffers(s.levels, fit), live.NewTrails(s.cfg.Trails)
	s.cfg.Feed.Moved = s.offers.Moved
	s.cfg.Renewal.Offers = s.offers
	if s.renewal, err = live.NewRenewal(s.cfg.Renewal); err != nil {
		return err
	}
	if s.cfg.Trial.At != nil {
		if s.trial, err = live.NewTrial(s.cfg.Trial); err != nil {
			return err
		}
		s.cfg.Watch.Tried = s.trial.Nudge
	}
	if s.cfg.Watch.Log != nil {
		s.cfg.Watch.Trails, s.cfg.Watch.Changed = s.trails, s.renewal.Nudge
		s.cfg.Watch.Clicked = s.offers.Clicked
		if s.watch, err = live.NewWatch(s.cfg.Watch); err != nil {
			return err
		}
	}
	if s.cfg.Tills.Log != nil {
		if s.tills, err = live.NewTills(s.cfg.Tills); err != nil {
			return err
		}
	}
	advice := *s.cfg.Edge.Recommend
	advice.Offers, advice.Trails, advice.Tills = s.offers, s.trails, s.tills
	if s.trial != nil {
		advice.Split = s.trial.Split
	}
	if s.cfg.Wishes != nil {
		advice.Wishes = s.cfg.Wishes
	}
	s.cfg.Edge.Recommend = &advice
	return nil
}

func (s *Server) makeConsole(metrics http.Handler) error {
	cfg := s.cfg.Console
	if cfg.Files == nil {
		files, built, err := dashboards.Files()
		if err != nil {
			return err
		}
		if !built {
			s.cfg.Logger.Warn("this binary carries no dashboards; make build makes one that does")
		}
		cfg.Files = files
	}
	checks := make(map[string]func(context.Context) error, len(cfg.Checks)+1)
	for name, ask := range cfg.Checks {
		checks[name] = ask
	}
	if s.feed != nil {
		checks["stock"] = func(context.Context) error { return s.feed.Ready() }
	}
	cfg.Checks, cfg.Metrics = checks, metrics
	var err error
	s.console, err = console.New(cfg)
	return err
}

// Start listens and serves. After an error nothing is left running.
func (s *Server) Start(ctx context.Context) error {
	if s.feed != nil {
		s.background(ctx, s.feed.Run)
		s.startAdvice(ctx)
		if s.watch != nil {
			s.background(ctx, s.watch.Run)
		}
		if s.tills != nil {
			s.background(ctx, s.tills.Run)
		}
		address, err := s.listen(ctx, s.cfg.EdgeListen, s.edge.Serve, s.edge.Stop)
		if err != nil {
			return errors.Join(err, s.Stop(ctx))
		}
		s.edgeAddress = address
	}
	address, err := s.listen(ctx, s.cfg.Listen, s.console.Serve, s.console.Stop)
	if err != nil {
		return errors.Join(err, s.Stop(ctx))
	}
	s.consoleAddress = address
	return nil
}

// startAdvice keeps offers current. The rules come first: no offer is made without them.
func (s *Server) startAdvice(ctx context.Context) {
	if s.rules != nil {
		s.background(ctx, func(ctx context.Context) { s.rules.Run(ctx, s.offers.Renew) })
	}
	if s.trial != nil {
		s.background(ctx, s.trial.Run)
	}
	if s.renewal != nil {
		s.background(ctx, func(ctx context.Context) {
			if s.rules != nil {
				s.rules.Known(ctx)
			}
			s.renewal.Run(ctx)
		})
	}
}

// background runs something until Stop.
func (s *Server) background(ctx context.Context, run func(context.Context)) {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(running)
	}()
	s.stops = append(s.stops, func(context.Context) error { stop(); <-done; return nil })
}

func (s *Server) listen(ctx context.Context, address string, serve func(net.Listener) error,
	stop func(context.Context) error) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return "", fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	s.running.Go(func() {
		if err := serve(l); err != nil {
			s.failed <- err
		}
	})
	s.stops = append(s.stops, stop)
	return l.Addr().String(), nil
}

// Address returns where the console listens, EdgeAddress where the edge does, "" without one.
func (s *Server) Address() string { return s.consoleAddress }

// EdgeAddress returns where the edge listens, "" without one.
func (s *Server) EdgeAddress() string { return s.edgeAddress }

// Failed receives the error of a listener that ended by itself.
func (s *Server) Failed() <-chan error { return s.failed }

// Feed returns the stock feed, nil without one.
func (s *Server) Feed() *live.Feed { return s.feed }

// Stop undoes Start in reverse order.
func (s *Server) Stop(ctx context.Context) error {
	var errs []error
	for len(s.stops) > 0 {
		last := len(s.stops) - 1
		errs = append(errs, s.stops[last](ctx))
		s.stops = s.stops[:last]
	}
	s.running.Wait()
	return errors.Join(errs...)
}
