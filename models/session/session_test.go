package session_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/pack"
	"github.com/tillstream/tillstream/models/planted"
	"github.com/tillstream/tillstream/models/session"
)

// past is a session as the oracle keeps it: distinct items in order.
type past struct {
	items []int32
	time  int64
}

func distinct(clicks []int32) (items []int32) {
	for _, c := range clicks {
		if !slices.Contains(items, c) {
			items = append(items, c)
		}
	}
	return items
}

// oracle looks through all sessions, as VS-kNN does, by the formulas of the package's comment; now is
// the time of the newest click.
func oracle(all []past, cfg session.Config, now int64, clicks []int32) map[int32]float64 {
	all = all[max(0, len(all)-cfg.Sessions):]
	question := slices.Clone(clicks)
	slices.Reverse(question)
	question = distinct(question)
	question = question[:min(len(question), cfg.Clicks)]
	type neighbour struct {
		past
		similarity float32
		place      int
	}
	var found []neighbour
	for i := len(all) - 1; i >= 0 && len(found) < cfg.Recent; i-- {
		n := neighbour{past: all[i], place: -1}
		for p, item := range question {
			if slices.Contains(n.items, item) {
				n.similarity += float32(len(question)-p) / float32(len(question))
				if n.place < 0 {
					n.place = p
				}
			}
		}
		if n.place >= 0 {
			if cfg.HalfLife > 0 {
				n.similarity *= float32(math.Exp2(-float64(now-n.time) / cfg.HalfLife))
			}
			found = append(found, n)
		}
	}
	slices.SortStableFunc(found, func(a, b neighbour) int {
		switch {
		case a.similarity > b.similarity:
			return -1
		case a.similarity < b.similarity:
			return 1
		}
		return 0
	})
	scores := map[int32]float64{}
	for _, n := range found[:min(len(found), cfg.Neighbours)] {
		at := slices.Index(n.items, question[n.place])
		for i, item := range n.items {
			near := 1.
			if i != at {
				near = math.Exp(-(math.Abs(float64(i-at)) - 1) / cfg.Near)
			}
			if i < at {
				near *= float64(cfg.Back)
			}
			scores[item] += float64(n.similarity) * (1 - float64(n.place)/10) * near
		}
	}
	for item := range scores {
		holders := 0
		for _, s := range all {
			if slices.Contains(s.items, item) {
				holders++
			}
		}
		scores[item] *= math.Log1p(float64(len(all)) / float64(holders))
		if slices.Contains(clicks, item) {
			delete(scores, item)
		}
	}
	return scores
}

func same(t *testing.T, what string, got []list.Scored, want map[int32]float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d items, want %d", what, len(got), len(want))
	}
	for _, s := range got {
		if d := math.Abs(float64(s.Score) - want[s.Item]); !(d < 1e-4*(1+want[s.Item])) {
			t.Fatalf("%s: item %d has %v, want %v", what, s.Item, s.Score, want[s.Item])
		}
	}
}

var complete = session.Config{Sessions: 250, Length: 50, Clicks: 4, Recent: 60,
	Neighbours: 25, Near: 3, Back: .5, HalfLife: 400, Gap: 100}

func TestAnswersAreTheBruteForce(t *testing.T) {
	for seed := range uint64(4) {
		w := planted.Make(planted.Config{Seed: seed, Users: 5, Items: 60, Sessions: 400})
		x := session.Fit(w.Sessions, complete)
		var all []past
		for s := range int32(w.Sessions.Len()) {
			all = append(all, past{distinct(w.Sessions.Clicks(s)), w.Sessions.Time[s]})
		}
		r := x.NewReader()
		for _, run := range w.Runs[:100] {
			got := r.Scores(run, make([]list.Scored, 0, 100))
			same(t, "finished sessions", got, oracle(all, complete, all[len(all)-1].time, run))
		}
	}
}

// Sessions that run side by side, click by click, end at the answers of finished ones in order of their
// begin.
func TestRunningSessions(t *testing.T) {
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 3))
		w := planted.Make(planted.Config{Seed: seed, Users: 5, Items: 60, Sessions: 5})
		x, cfg := session.New(60, complete), complete
		var all []past
		running, newest := map[int64]int{}, int64(0)
		r := x.NewReader()
		for i := range 3000 {
			now := int64(i / 10)
			key := int64(rng.IntN(12))
			item := w.Runs[rng.IntN(len(w.Runs))][0]
			switch at, ok := running[key]; {
			case rng.IntN(6) == 0:
				x.End(key)
				delete(running, key)
				continue
			case !ok || at < len(all)-cfg.Sessions:
				running[key] = len(all)
				all = append(all, past{[]int32{item}, now})
			default:
				all[at] = past{distinct(append(all[at].items, item)), now}
			}
			x.Click(key, item, now)
			newest = now
			if i%50 == 49 {
				run := w.Runs[i%len(w.Runs)]
				same(t, "running", r.Scores(run, make([]list.Scored, 0, 100)), oracle(all, cfg, newest, run))
			}
		}
		if x.Len() != cfg.Sessions {
			t.Errorf("%d sessions are kept, want %d", x.Len(), cfg.Sessions)
		}
	}
}

func TestGapBeginsAnew(t *testing.T) {
	x := session.New(5, session.Config{Gap: 10})
	x.Click(7, 1, 0)
	x.Click(7, 1, 9)
	x.Click(7, 2, 19)
	x.Click(7, 3, 30)
	x.Click(-7, 3, 30)
	x.Click(-7, 4, 31)
	if x.Len() != 3 {
		t.Errorf("%d sessions, want 3", x.Len())
	}
	got := x.NewReader().Scores([]int32{3}, make([]list.Scored, 0, 5))
	if len(got) != 1 || got[0].Item != 4 {
		t.Errorf("after 3 comes %v", got)
	}
}

func TestBadInput(t *testing.T) {
	x := session.New(5, session.Config{Sessions: 4, Length: 3, Near: math.NaN(), HalfLife: math.NaN(),
		Back: float32(math.NaN())})
	r := x.NewReader()
	for _, clicks := range [][]int32{nil, {9}, {-1, 4}, {1, 1, 1}, {0, 1, 2, 3, 4}, {2}} {
		x.Add(clicks, math.MaxInt64)
		x.Add(clicks, math.MinInt64)
		for _, s := range r.Scores(clicks, make([]list.Scored, 0, 9)) {
			if !(s.Score > 0) || math.IsInf(float64(s.Score), 0) {
				t.Errorf("%v gives %v", clicks, s)
			}
		}
	}
	if x.Len() != 4 || x.Refused() == 0 {
		t.Errorf("%d sessions, %d clicks refused", x.Len(), x.Refused())
	}
	if got := r.Scores([]int32{3}, nil); len(got) != 0 {
		t.Errorf("no room holds %v", got)
	}
	empty := session.New(0, session.Config{}).NewReader()
	if len(empty.Scores([]int32{0}, make([]list.Scored, 0, 1))) > 0 {
		t.Error("no items give an answer")
	}
}

// Many read while one writes; the race detector is the oracle, and every answer must make sense.
func TestReadersAndOneWriter(t *testing.T) {
	w := planted.Make(planted.Config{Seed: 6, Users: 5, Items: 100, Sessions: 500})
	x := session.Fit(w.Sessions, session.Config{Sessions: 300, Recent: 20, Neighbours: 10})
	done := make(chan struct{})
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			r, into := x.NewReader(), make([]list.Scored, 0, 20)
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				into = r.Scores(w.Runs[i%len(w.Runs)], into)
				for _, s := range into {
					if s.Item < 0 || s.Item >= 100 || !(s.Score >= 0) {
						t.Errorf("got %v", s)
						return
					}
				}
			}
		})
	}
	for i := range 20000 {
		run := w.Runs[i%len(w.Runs)]
		x.Click(int64(i%50), run[i/50%len(run)], int64(i))
		if i%7 == 0 {
			x.Add(run, int64(i))
		}
	}
	close(done)
	wait.Wait()
}

// The next click must be among the first 20 at least 2.5 times as often as among the 20 most clicked
// items.
func TestSessionsBeatPopularity(t *testing.T) {
	for seed := range uint64(3) {
		w := planted.Make(planted.Config{Seed: seed, Sessions: 6000})
		r := session.Fit(w.Sessions, session.Config{}).NewReader()
		counts := list.NewBoard(w.Config.Items)
		for _, item := range w.Sessions.Item {
			counts.Add(item, 1)
		}
		popular := counts.Top(nil, 20)
		var found, base, asked float64
		holds := func(s []list.Scored, item int32) float64 {
			if slices.ContainsFunc(s, func(s list.Scored) bool { return s.Item == item }) {
				return 1
			}
			return 0
		}
		for _, run := range w.Runs {
			for i := 1; i < len(run); i++ {
				found += holds(r.Scores(run[:i], make([]list.Scored, 0, 20)), run[i])
				base += holds(popular, run[i])
				asked++
			}
		}
		t.Logf("seed %d: hit@20 %.3f, popularity %.3f", seed, found/asked, base/asked)
		if found < 2.5*base {
			t.Errorf("seed %d: hit@20 %.3f, popularity %.3f", seed, found/asked, base/asked)
		}
	}
}

func TestCodec(t *testing.T) {
	w := planted.Make(planted.Config{Seed: 3, Users: 5, Items: 60, Sessions: 400})
	x := session.Fit(w.Sessions, complete)
	src, err := x.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	back, err := session.Decode(src, 60, complete)
	if err != nil || back.Len() != 250 {
		t.Fatalf("%v", err)
	}
	for _, run := range w.Runs[:50] {
		a := x.NewReader().Scores(run, make([]list.Scored, 0, 20))
		if b := back.NewReader().Scores(run, make([]list.Scored, 0, 20)); !slices.Equal(a, b) {
			t.Fatalf("%v, %v after reading back", a, b)
		}
	}
	if _, err := session.Decode(src, 59, complete); err == nil {
		t.Error("an unknown item is read without an error")
	}
}

func FuzzDecode(f *testing.F) {
	w := planted.Make(planted.Config{Seed: 3, Users: 5, Items: 10, Sessions: 6})
	src, _ := session.Fit(w.Sessions, session.Config{Sessions: 5}).AppendBinary(nil)
	f.Add(src[16 : len(src)-4])
	f.Fuzz(func(t *testing.T, body []byte) {
		w := pack.NewWriter(nil, "sess", 1)
		w.Raw(body)
		x, err := session.Decode(w.Seal(), 10, session.Config{Sessions: 8, HalfLife: 5})
		if err != nil {
			return
		}
		for _, s := range x.NewReader().Scores([]int32{1, 2, 3}, make([]list.Scored, 0, 10)) {
			if !(s.Score >= 0) {
				t.Errorf("got %v", s)
			}
		}
	})
}
