package console

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/dgraph-io/ristretto/v2"
	"golang.org/x/sync/singleflight"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
)

// answer is an encoded table.
type answer struct {
	body []byte
	asOf string
}

// answers keeps encoded tables for a moment, by scope and query, and lets equal questions that arrive
// together share one query. It is never the source of truth: the cache may drop anything any time.
type answers struct {
	cfg    *Config
	slot   func() (func(), error)
	cache  *ristretto.Cache[string, *answer]
	flight singleflight.Group
}

func newAnswers(cfg *Config, slot func() (func(), error)) (*answers, error) {
	cache, err := ristretto.NewCache(&ristretto.Config[string, *answer]{
		NumCounters: 100_000, MaxCost: cfg.CacheBytes, BufferItems: 64,
		IgnoreInternalCost: true, Metrics: true,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot make the cache of key figures: %w", err)
	}
	return &answers{cfg: cfg, slot: slot, cache: cache}, nil
}

func (a *answers) find(ctx context.Context, scope retail.Scope, q warehouse.Query) (*answer, error) {
	text, err := json.Marshal(q)
	if err != nil {
		panic("BUG: cannot marshal a query: " + err.Error())
	}
	key := scope.Key() + "|" + string(text)
	if held, ok := a.cache.Get(key); ok {
		return held, nil
	}
	// The query outlives a client that leaves, because others may be waiting for the same answer.
	done := a.flight.DoChan(key, func() (any, error) {
		return a.ask(context.WithoutCancel(ctx), key, scope, q)
	})
	select {
	case <-ctx.Done():
		return nil, newProblem(499, "the client went away")
	case r := <-done:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(*answer), nil
	}
}

func (a *answers) ask(ctx context.Context, key string, scope retail.Scope, q warehouse.Query) (*answer,
	error) {
	release, err := a.slot()
	if err != nil {
		return nil, err
	}
	defer release()
	ctx, cancel := context.WithTimeout(ctx, a.cfg.QueryTimeout)
	defer cancel()
	table, err := a.cfg.KPIs.Query(ctx, scope, q)
	if err != nil {
		return nil, a.cfg.refusal(err)
	}
	fresh := &answer{body: appendTable(nil, table), asOf: table.AsOf.UTC().Format(time.RFC3339Nano)}
	a.cache.SetWithTTL(key, fresh, int64(len(fresh.body)+len(key)), a.cfg.CacheFor)
	return fresh, nil
}

func (a *answers) close() { a.cache.Close() }
