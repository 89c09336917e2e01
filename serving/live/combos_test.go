package live_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/pack"
	"github.com/tillstream/tillstream/models/rule"
	"github.com/tillstream/tillstream/models/train"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
	models "github.com/tillstream/tillstream/warehouse/shelf"
)

// breakfast is a shop where bread and butter are bought alone, and with jam when they are bought together;
// who looks at 1 and 2 looks at 3.
func breakfast() *train.Gather {
	g := &train.Gather{}
	for n := range int64(300) {
		goods := [][]int64{{1, 2, 3}, {1, 4}, {2, 5}, {6}}[n%4]
		for pos, sku := range goods {
			g.Buy(history.Line{User: n%40 + 1, Item: sku, Basket: n, Time: n * 60, Store: 1, Qty: 1})
			g.Look(history.Click{Session: n + 1, Item: sku, Time: n * 60, Pos: int64(pos)})
		}
	}
	return g
}

var onlyThese = train.Config{Only: []string{train.Rules, train.Neighbours, train.Session, train.Factors}}

func TestAWholeCartSaysWhatIsMissing(t *testing.T) {
	s := learn(t, breakfast(), 8, onlyThese)
	a := newAsking(s, recommend.Cart, whole())
	a.q.Anchors = []int32{1, 0}
	a.list()
	p := a.slate.Picks[0]
	if left := s.Combo(p.Combo); p.Item != 2 || p.Edge.Kind() != recommend.BoughtWithAll || len(left) != 2 ||
		left[0] != 0 || left[1] != 1 || p.Edge.Count() != 75 || p.Edge.Share != 1 || p.Edge.Value != 4 {
		t.Errorf("%+v of %v", p, left)
	}
	a.q.Anchors = []int32{0} // bread alone is no rule about several goods
	if a.list(); a.slate.Picks[0].Combo != -1 || len(s.Combo(-1)) != 0 {
		t.Errorf("%+v", a.slate.Picks[0])
	}
}

// TestVisitsOfTheseMinutesCount clicks as a few visitors do, and asks as another.
func TestVisitsOfTheseMinutesCount(t *testing.T) {
	s := learn(t, breakfast(), 8, onlyThese)
	offers, trails := live.NewOffers(live.NewLevels(0), nil), live.NewTrails(live.TrailsConfig{})
	offers.Clicked(1, 1, 1) // there is nothing yet that could take it
	if err := offers.Use(s); err != nil {
		t.Fatal(err)
	}
	w, err := live.NewWatch(live.WatchConfig{Trails: trails, Log: newScripted(), Clicked: offers.Clicked,
		Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	a := newAsking(s, recommend.Home, whole())
	a.q.Recent = []recommend.Touch{{Item: 5, Act: recommend.Clicked}}
	next := func() (item int32, count int) {
		a.list()
		p := a.slate.Picks[0]
		if p.Edge.Kind() != recommend.ViewedNext {
			return -1, 0
		}
		return p.Item, p.Edge.Count()
	}
	if item, _ := next(); item != -1 {
		t.Errorf("after 6 alone comes %d", item)
	}
	now := time.Now()
	for visit := range uint64(3) {
		for _, sku := range []int64{6, 3, 99} { // the last is new to the index
			r := wire(t, event.KindClick, &event.Click{SkuId: sku, Visit: &event.Visit{
				EventId: make([]byte, 16), VisitorId: visit + 1, SessionId: visit + 1, StoreId: 1,
				Channel: event.Channel_CHANNEL_WEB, At: event.At(now, time.UTC)}})
			w.Take(&r)
		}
	}
	if item, count := next(); item != 2 || count != 3 {
		t.Errorf("after 6 comes %d in %d visits", item, count)
	}
	a.q.Recent[0].Act = recommend.Bought
	if item, _ := next(); item != -1 {
		t.Errorf("after a purchase comes %d", item)
	}
}

// worn is a place of models whose newest version has one part that was replaced.
type worn struct {
	*blobs
	name  string
	frame []byte
}

func (w *worn) Versions(_ context.Context, model string, _ bool, _ int) (all []models.Version, err error) {
	if v, ok := w.versions[model]; ok {
		newest := v
		newest.Version++
		all = append(all, newest, v)
	}
	return all, nil
}

func (w *worn) Blob(ctx context.Context, k models.Key, name string) ([]byte, error) {
	if k.Version > w.versions[k.Model].Version && name == w.name {
		return w.frame, nil
	}
	return w.blobs.Blob(ctx, k, name)
}

// TestWornRulesAndVisitsLeaveTheOldOnes cuts, alters and renews what serving reads of rules, visits and
// taste.
func TestWornRulesAndVisitsLeaveTheOldOnes(t *testing.T) {
	good := taught(t, breakfast(), onlyThese)
	f := func(part, name string, frame []byte, want error) {
		t.Helper()
		var said strings.Builder
		w := &worn{good, name, frame}
		l := &live.Learnt{From: w, Logger: slog.New(slog.NewTextHandler(&said, nil))}
		if _, err := train.Load(t.Context(), w, 0); !errors.Is(err, want) {
			t.Errorf("%s of %s: %v, want %v", part, name, err, want)
		}
		served, err := l.Newer(t.Context(), 0)
		if err != nil || !strings.Contains(said.String(), "cannot be read") {
			t.Fatalf("%s of %s: %v; said %q", part, name, err, said.String())
		}
		s, err := recommend.Decode(served)
		if err != nil || s.Rules == nil || s.Likes == nil || s.Visits == nil || s.Visits.Index.Len() == 0 {
			t.Errorf("%s of %s: the version before does not stand in: %v", part, name, err)
		}
	}
	newer := func(kind string) []byte {
		w := pack.NewWriter(nil, kind, 9)
		return w.Seal()
	}
	for _, x := range []struct{ name, kind string }{{"set", "TRRS"}, {"index", "sess"}, {"ease", "ease"}} {
		frame := good.frames[map[string]string{"set": "rules/set", "index": "session/index",
			"ease": "factors/ease"}[x.name]]
		for at := 0; at < len(frame); at += 1 + len(frame)/40 {
			f("a piece", x.name, frame[:at], pack.ErrCorrupt)
			altered := append([]byte(nil), frame...)
			altered[at] ^= 4
			f("an altered copy", x.name, altered, pack.ErrCorrupt)
		}
		f("a newer layout", x.name, newer(x.kind), pack.ErrNewer)
	}
	w := pack.NewWriter(nil, "TRRS", 1)
	w.Bytes([]byte{7})
	f("other rules", "set", w.Seal(), rule.ErrSet)
}

func TestOffersSayWhatTheyDoNotKnow(t *testing.T) {
	offers := live.NewOffers(live.NewLevels(0), nil)
	bare := learn(t, breakfast(), 8, train.Config{Only: []string{train.Neighbours}})
	if err := offers.Use(bare); err != nil {
		t.Fatal(err)
	}
	offers.Clicked(1, retail.SKUID(1), 1) // no index
	if s := offers.Current(); s.Visits != nil || s.Rules != nil {
		t.Error("what was not learnt is there")
	}
}
