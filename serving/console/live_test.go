package console_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/console"
	"github.com/tillstream/tillstream/warehouse"
)

// stream is one open live stream, read event by event.
type stream struct {
	t     testing.TB
	body  *bufio.Scanner
	close func()
}

func watch(t testing.TB, url, bearer string) *stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+bearer)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("stream: %d %v", answer.StatusCode, answer.Header)
	}
	s := &stream{t: t, body: bufio.NewScanner(answer.Body), close: func() { cancel(); answer.Body.Close() }}
	s.body.Buffer(nil, 1<<20)
	t.Cleanup(s.close)
	return s
}

// next returns the next event of the kind, skipping others.
func (s *stream) next(kind string) (data string) {
	s.t.Helper()
	event := ""
	for s.body.Scan() {
		line := s.body.Text()
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			event = name
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok && event == kind {
			return data
		}
	}
	s.t.Fatalf("the stream ended before a %s event: %v", kind, s.body.Err())
	return ""
}

func quick(c *console.Config) { c.Refresh = 5 * time.Millisecond }

func TestManyWatchersCostOneQuery(t *testing.T) {
	var orders atomic.Int64
	f := &figures{live: func(s retail.Scope) (*warehouse.Live, error) {
		return &warehouse.Live{Day: s.Key(), Today: warehouse.Totals{Orders: orders.Load()}}, nil
	}}
	server, web := start(t, f, quick)
	hq := token(t, staff.HQAnalyst, retail.HQScope())
	const watchers = 50
	var all []*stream
	for range watchers {
		all = append(all, watch(t, web.URL+"/v1/live", hq))
	}
	for _, s := range all {
		s.next("live")
	}
	if got := server.Stats(); got.Watchers != watchers || got.Topics != 1 {
		t.Errorf("%+v, want %d watchers on one topic", got, watchers)
	}
	if asked, refreshed := f.pictures.Load(), server.Stats().Refreshes; asked > refreshed+1 {
		t.Errorf("%d queries for %d refreshes", asked, refreshed)
	}
	orders.Store(7)
	for _, s := range all {
		for data := s.next("live"); ; data = s.next("live") {
			var got struct{ Live warehouse.Live }
			if err := json.Unmarshal([]byte(data), &got); err != nil {
				t.Fatal(err)
			}
			if got.Live.Today.Orders == 7 {
				break
			}
		}
	}
}

func TestStreamsKeepToTheirScope(t *testing.T) {
	f := &figures{live: func(s retail.Scope) (*warehouse.Live, error) {
		return &warehouse.Live{Day: s.Key()}, nil
	}}
	_, web := start(t, f, quick)
	check := func(bearer, query, want string) {
		t.Helper()
		s := watch(t, web.URL+"/v1/live"+query, bearer)
		if data := s.next("live"); !strings.Contains(data, `"day":"`+want+`"`) {
			t.Errorf("live%s: %s, want scope %s", query, data, want)
		}
		s.close()
	}
	hq := token(t, staff.HQAnalyst, retail.HQScope())
	north := token(t, staff.RegionManager, retail.StoreScope(1, 2))
	check(hq, "", "all")
	check(hq, "?stores=101,201", "1,3")
	check(hq, "?region=N", "1,2")
	check(north, "", "1,2")
	check(north, "?stores=102", "2")
	check(north, "?region=N", "1,2")
}

func TestStreamSaysWhenTheWarehouseGoesAndReturns(t *testing.T) {
	streamRecovers(t, func() error { return errors.New("connection refused") })
}

func TestStreamSurvivesABugInTheLiveFigures(t *testing.T) {
	streamRecovers(t, func() error { panic("connection refused, as a nil map") })
}

// streamRecovers watches while the live figures fail for a while in the given way.
func streamRecovers(t *testing.T, fail func() error) {
	t.Helper()
	var down atomic.Bool
	f := &figures{live: func(retail.Scope) (*warehouse.Live, error) {
		if down.Load() {
			return nil, fail()
		}
		return &warehouse.Live{AsOf: time.Now(), Day: "today"}, nil
	}}
	_, web := start(t, f, quick)
	s := watch(t, web.URL+"/v1/live", token(t, staff.HQAdmin, retail.HQScope()))
	s.next("live")
	s.next("beat")
	down.Store(true)
	if data := s.next("status"); !strings.Contains(data, `"state":"down"`) ||
		!strings.Contains(data, "unavailable") || strings.Contains(data, "connection refused") {
		t.Errorf("status %s", data)
	}
	down.Store(false)
	if data := s.next("status"); !strings.Contains(data, `"state":"up"`) {
		t.Errorf("status %s", data)
	}
	s.next("beat")
}

func TestStreamsAreBoundedAndEndWithTheirWatchers(t *testing.T) {
	f := &figures{live: func(retail.Scope) (*warehouse.Live, error) { return &warehouse.Live{}, nil }}
	server, web := start(t, f, func(c *console.Config) { quick(c); c.MaxWatchers = 1 })
	hq := token(t, staff.HQAnalyst, retail.HQScope())
	s := watch(t, web.URL+"/v1/live", hq)
	s.next("live")
	if answer, _ := ask(t, "GET", web.URL+"/v1/live", hq, nil); answer.StatusCode != 503 {
		t.Errorf("a stream beyond the bound: %d, want 503", answer.StatusCode)
	}
	s.close()
	for deadline := time.Now().Add(10 * time.Second); server.Stats().Topics > 0; {
		if time.Now().After(deadline) {
			t.Fatal("the topic of a watcher that left is still refreshed")
		}
		<-time.After(5 * time.Millisecond)
	}
}

func TestAWatcherWhoLeavesIsNoFailure(t *testing.T) {
	f := &figures{hang: make(chan struct{})}
	server, web := start(t, f, nil)
	s := watch(t, web.URL+"/v1/live", token(t, staff.HQAnalyst, retail.HQScope()))
	<-f.hang
	s.close()
	for deadline := time.Now().Add(10 * time.Second); server.Stats().Topics > 0; {
		if time.Now().After(deadline) {
			t.Fatal("the topic of a watcher that left is still there")
		}
		<-time.After(5 * time.Millisecond)
	}
	if err := server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := server.Stats().RefreshFailures; got != 0 {
		t.Errorf("%d failures, want none", got)
	}
}
