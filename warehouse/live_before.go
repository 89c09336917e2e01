package warehouse

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// maxRemembered bounds the scopes whose last week is remembered.
const maxRemembered = 1_000

// lastWeek is what the live picture compares with.
type lastWeek struct{ sums, people []record }

// recall keeps last week's side of the live picture for the minute in which it was read: it is cut at
// the minute, and what arrives late for it may wait for the next. That halves the work of a picture
// that is pushed every second.
type recall struct {
	mu     sync.Mutex
	minute int64
	scopes map[string]lastWeek
}

func (m *recall) find(minute int64, scope string) (lastWeek, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.minute != minute {
		return lastWeek{}, false
	}
	l, ok := m.scopes[scope]
	return l, ok
}

func (m *recall) keep(minute int64, scope string, l lastWeek) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.minute != minute || m.scopes == nil || len(m.scopes) >= maxRemembered {
		m.minute, m.scopes = minute, map[string]lastWeek{}
	}
	m.scopes[scope] = l
}

// lastWeek reads the same weekday last week, whole and up to the same minute.
func (w *Warehouse) lastWeek(ctx context.Context, scope retail.Scope, now time.Time,
	params clickhouse.Params) (lastWeek, error) {
	minute, key := now.Unix()/60, scope.Key()
	if l, ok := w.recall.find(minute, key); ok {
		return l, nil
	}
	var l lastWeek
	group, asking := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		l.sums, err = w.ask(asking, scope, "live_stores_before", params)
		return err
	})
	group.Go(func() (err error) {
		l.people, err = w.ask(asking, scope, "live_people_before", params)
		return err
	})
	if err := group.Wait(); err != nil {
		return lastWeek{}, err
	}
	w.recall.keep(minute, key, l)
	return l, nil
}
