//go:build synctests

package simulation_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tillstream/tillstream/stream/fact"
)

// warehouse is a model of what the engine relies on in ClickHouse: each table, and each rollup that the
// table's insert fills, takes a token's rows once; a batch is no transaction; an insert may fail before
// or after it took effect, may go on when its caller has given up, and may be slow.
type warehouse struct {
	seed uint64
	// served counts the servers of inserts.
	served sync.WaitGroup

	mu sync.Mutex
	// held is what each target holds of each token.
	held   map[string]string
	tries  map[string]uint64
	places map[string]map[place]bool
	result result
	// away is until when every insert is refused; calm ends all trouble.
	away time.Time
	calm bool
	// wrong collects broken promises of the engine.
	wrong []string
}

func newWarehouse(seed uint64) *warehouse {
	return &warehouse{
		seed: seed, held: make(map[string]string), tries: make(map[string]uint64),
		places: make(map[string]map[place]bool),
		result: result{rows: make(map[string][]string), sums: make(sums)},
	}
}

// door is the warehouse as one process reaches it.
type door struct {
	*warehouse
	*process
}

var (
	errRefused = errors.New("the warehouse refuses")
	errSilent  = errors.New("the warehouse did not answer")
)

// Write is the client's side of the inserts of a batch.
func (d door) Write(ctx context.Context, token string, b *fact.Batch) error {
	answer := make(chan error, 1)
	sent, chance := bodies(b), d.chance(token)
	d.served.Add(1)
	go func() {
		defer d.served.Done()
		answer <- d.insertAll(ctx, token, sent, chance)
	}()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// chance depends on the token and on how often it came, so not on the order in which batches come.
func (wh *warehouse) chance(token string) *rand.Rand {
	wh.mu.Lock()
	defer wh.mu.Unlock()
	wh.tries[token]++
	h := fnv.New64a()
	h.Write([]byte(token))
	return rand.New(rand.NewPCG(wh.seed^h.Sum64(), wh.tries[token]))
}

// insertAll sends the tables one after the other, in any order.
func (d door) insertAll(ctx context.Context, token string, sent []body, chance *rand.Rand) error {
	chance.Shuffle(len(sent), func(i, j int) { sent[i], sent[j] = sent[j], sent[i] })
	for _, b := range sent {
		if err := d.reach(ctx); err != nil {
			return err
		}
		if err := d.insert(ctx, token, b, chance); err != nil {
			return err
		}
		if err := d.reach(ctx); err != nil {
			return err
		}
	}
	return nil
}

// reach is a step of the client: it may be its last.
func (d door) reach(ctx context.Context) error {
	select {
	case <-d.host.Running():
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !d.step() {
		return errSilent
	}
	return nil
}

// insert is the server's side of one table. What was sent takes effect also when the client is gone.
func (d door) insert(ctx context.Context, token string, b body, chance *rand.Rand) error {
	virtually(d.slowness(chance))
	fate := chance.IntN(40)
	if d.troubled(&fate) {
		return errRefused
	}
	if fate == 0 {
		return errRefused
	}
	d.store(b.table, token, b, func() { d.keep(token, b) })
	if fate == 1 {
		// The table has its rows, a rollup not yet: the repetition brings them.
		return errSilent
	}
	if len(b.sums) > 0 {
		d.store("rollups of "+b.table, token, b, func() { d.result.sums.merge(b.sums) })
	}
	if fate == 2 {
		return errSilent
	}
	return ctx.Err()
}

func (d door) slowness(chance *rand.Rand) time.Duration {
	lag := time.Duration(chance.Int64N(int64(8 * time.Millisecond)))
	d.mu.Lock()
	calm := d.calm
	d.mu.Unlock()
	if !calm && chance.IntN(30) == 0 {
		lag += time.Duration(chance.Int64N(int64(4 * time.Second)))
	}
	return lag
}

// troubled reports whether every insert is refused; in calm times none is.
func (wh *warehouse) troubled(fate *int) bool {
	wh.mu.Lock()
	defer wh.mu.Unlock()
	if wh.calm {
		*fate = -1
		return false
	}
	return time.Now().Before(wh.away)
}

// store lets one target take the body, unless it did so before under the token.
func (wh *warehouse) store(target, token string, b body, take func()) {
	key, content := target+" "+token, fmt.Sprint(b.places)+strings.Join(b.rows, "|")
	wh.mu.Lock()
	defer wh.mu.Unlock()
	before, repeated := wh.held[key]
	switch {
	case !repeated:
		wh.held[key] = content
		take()
	case before != content:
		wh.wrong = append(wh.wrong, "other rows came under the token "+key)
	}
}

// keep stores rows and looks whether a place comes twice.
func (wh *warehouse) keep(token string, b body) {
	if wh.places[b.table] == nil {
		wh.places[b.table] = make(map[place]bool)
	}
	for _, p := range b.places {
		if wh.places[b.table][p] {
			wh.wrong = append(wh.wrong, fmt.Sprintf("%s holds %+v twice, now by %s", b.table, p, token))
		}
		wh.places[b.table][p] = true
	}
	wh.result.rows[b.table] = append(wh.result.rows[b.table], b.rows...)
}

// leave refuses everything for a while.
func (wh *warehouse) leave(d time.Duration) {
	wh.mu.Lock()
	defer wh.mu.Unlock()
	wh.away = time.Now().Add(d)
}

// recover ends all trouble.
func (wh *warehouse) recover() {
	wh.mu.Lock()
	defer wh.mu.Unlock()
	wh.calm = true
}

// broken returns the promises that the engine broke.
func (wh *warehouse) broken() []string {
	wh.mu.Lock()
	defer wh.mu.Unlock()
	return slices.Clone(wh.wrong)
}
