package cold_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/cold"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/neighbour"
	"github.com/tillstream/tillstream/models/pack"
	"github.com/tillstream/tillstream/models/planted"
	"github.com/tillstream/tillstream/models/trait"
)

// hide splits a world: every tenth item is a newcomer, of which the models see neither sales nor facts.
func hide(t testing.TB, w *planted.World) (cold.Kin, []cold.Newcomer) {
	t.Helper()
	known := func(item int32) bool { return item/int32(w.Config.Clusters)%10 != 3 }
	h := w.History
	baskets := neighbour.Groups{Start: []int32{0}}
	rate := make([]float32, w.Config.Items)
	for b := range int32(h.Baskets()) {
		for _, item := range h.Basket(b) {
			if known(item) {
				baskets.Item = append(baskets.Item, item)
				rate[item] += 1 / float32(len(h.Item))
			}
		}
		baskets.Start = append(baskets.Start, int32(len(baskets.Item)))
	}
	bought := neighbour.Count(w.Config.Items, baskets, neighbour.Limits{})
	m, err := neighbour.Fit(neighbour.Sources{Bought: bought}, neighbour.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var facts []trait.Trait
	by := map[int32][]trait.Trait{}
	for _, f := range w.Facts {
		if known(f.Item) {
			facts = append(facts, f)
		} else {
			by[f.Item] = append(by[f.Item], f)
		}
	}
	var newcomers []cold.Newcomer
	for item := range int32(w.Config.Items) {
		if by[item] != nil {
			newcomers = append(newcomers, cold.Newcomer{ID: int64(item), Facts: by[item]})
		}
	}
	traits := trait.Build(w.Config.Items, facts, trait.DefaultWeights())
	return cold.Kin{Traits: traits, Model: m, Rate: rate}, newcomers
}

// Asked which five of all newcomers a member bought, lists that were inherited must be right at least
// 2.5 times as often as chance.
func TestNewcomersFindTheirBuyers(t *testing.T) {
	for seed := range uint64(3) {
		w := planted.Make(planted.Config{Seed: seed})
		kin, newcomers := hide(t, w)
		f := cold.Adopt(kin, newcomers, cold.FamilyConfig{})
		board := list.NewBoard(len(newcomers))
		hits, asked := 0., 0.
		for u := range int32(w.History.Users.Len()) {
			board.Clear()
			owned := w.Owned(u)
			for _, item := range owned {
				heirs, scores := f.Heirs.Of(item)
				for i, n := range heirs {
					board.Add(n, scores[i])
				}
			}
			top := board.Top(nil, 5)
			for n, newcomer := range newcomers {
				if slices.Contains(owned, int32(newcomer.ID)) {
					asked++
					if slices.ContainsFunc(top, func(s list.Scored) bool { return s.Item == int32(n) }) {
						hits++
					}
				}
			}
		}
		chance := 5 / float64(len(newcomers))
		t.Logf("seed %d: recall@5 %.3f, chance %.3f", seed, hits/asked, chance)
		if hits/asked < 2.5*chance {
			t.Errorf("seed %d: recall@5 %.3f, chance %.3f", seed, hits/asked, chance)
		}
	}
}

func TestNewcomersInheritTheirCluster(t *testing.T) {
	w := planted.Make(planted.Config{Seed: 5})
	kin, newcomers := hide(t, w)
	f := cold.Adopt(kin, newcomers, cold.FamilyConfig{Top: 10})
	mine, all := 0, 0
	for n, newcomer := range newcomers {
		items, _ := f.Goes.Of(int32(n))
		for _, j := range items {
			all++
			if w.Cluster(j) == w.Cluster(int32(newcomer.ID)) {
				mine++
			}
		}
		if !(f.Rate[n] > 0 && f.Rate[n] < .1) {
			t.Errorf("newcomer %d is expected to sell %v of all", n, f.Rate[n])
		}
	}
	if 10*mine < 8*all || all == 0 {
		t.Errorf("%d of %d goods that go with newcomers are of their cluster", mine, all)
	}
	v := make([]float32, 2)
	f.Vector(0, v, func(item int32) []float32 { return []float32{1, float32(w.Cluster(item))} })
	home := w.Cluster(int32(newcomers[0].ID))
	if math.Abs(float64(v[0])-1) > 1e-5 || math.Abs(float64(v[1])-float64(home)) > .5 {
		t.Errorf("newcomer of cluster %d lies at %v", home, v)
	}
	none := cold.Adopt(kin, []cold.Newcomer{{ID: 1}}, cold.FamilyConfig{Doubt: float32(math.NaN())})
	none.Vector(0, v, func(int32) []float32 { return v })
	if items, _ := none.Goes.Of(0); len(items) != 0 || !(none.Rate[0] > 0) || v[0] != 0 {
		t.Errorf("a newcomer without facts inherits %v, %v", items, none.Rate)
	}
}

// Members come by one of ten channels, each of which brings those of one cluster three times out of
// four. Of what they buy first, the channel's list must hold twice what the list of all holds, and with
// two clicks three times.
func TestNewMembers(t *testing.T) {
	w := planted.Make(planted.Config{Seed: 7})
	rng := rand.New(rand.NewPCG(7, 7))
	c := cold.NewChannels(w.Config.Items, cold.ChannelConfig{})
	draw := func(cluster int) int32 {
		return int32(rng.IntN(w.Config.Items/w.Config.Clusters)*w.Config.Clusters + cluster)
	}
	taste := func(channel int) int {
		if rng.Float64() < .75 {
			return channel
		}
		return rng.IntN(w.Config.Clusters)
	}
	for range 6000 {
		channel := rng.IntN(10)
		c.Add(int32(channel), draw(taste(channel)), 1)
	}
	c.Refresh()
	m, err := neighbour.Fit(neighbour.Sources{
		Bought: neighbour.Count(w.Config.Items, neighbour.Baskets(w.History), neighbour.Limits{})},
		neighbour.Config{})
	if err != nil {
		t.Fatal(err)
	}
	welcome, board := cold.NewWelcome(w.Config.Items, cold.WelcomeConfig{}), list.NewBoard(w.Config.Items)
	all, _ := c.Of(-1)
	var base, byChannel, byClicks float64
	for range 1000 {
		channel := rng.IntN(10)
		cluster := taste(channel)
		want := draw(cluster)
		hit := func(e cold.Evidence) float64 {
			got := welcome.Scores(e, make([]list.Scored, 0, 20))
			if slices.ContainsFunc(got, func(s list.Scored) bool { return s.Item == want }) {
				return 1
			}
			return 0
		}
		e := cold.Evidence{Store: all}
		base += hit(e)
		e.Channel, e.Units = c.Of(int32(channel))
		byChannel += hit(e)
		board.Clear()
		m.Basket(board, []int32{draw(cluster), draw(cluster)})
		e.Clicked, e.Clicks = board.Top(nil, 50), 2
		byClicks += hit(e)
	}
	t.Logf("of 1000 first purchases: %v in the list of all, %v with the channel, %v with clicks", base,
		byChannel, byClicks)
	if byChannel < 2*base || byClicks < 3*base {
		t.Errorf("%v in the list of all, %v with the channel, %v with clicks", base, byChannel, byClicks)
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	a, b := cold.NewChannels(30, cold.ChannelConfig{}), cold.NewChannels(30, cold.ChannelConfig{})
	for i := range int32(500) {
		a.Add(i%4, i*i%30, float32(i%3))
		b.Add((499-i)%4, (499-i)*(499-i)%30, float32((499-i)%3))
		if i%100 == 0 {
			b.Refresh()
		}
	}
	a.Refresh()
	b.Refresh()
	for channel := range int32(5) {
		x, n := a.Of(channel)
		if y, m := b.Of(channel); !slices.Equal(x, y) || n != m {
			t.Errorf("channel %d: %v and %v", channel, x, y)
		}
	}
}

func TestBadInput(t *testing.T) {
	nan := float32(math.NaN())
	c := cold.NewChannels(3, cold.ChannelConfig{Prior: math.NaN(), Channels: 1})
	c.Add(1, 9, 1)
	c.Add(1, -1, 1)
	c.Add(1, 1, nan)
	c.Refresh()
	if l, n := c.Of(1); len(l) != 0 || n != 0 {
		t.Errorf("nothing counted gives %v", l)
	}
	w := cold.NewWelcome(3, cold.WelcomeConfig{Clicks: nan, Units: math.NaN()})
	got := w.Scores(cold.Evidence{Store: []list.Scored{{Item: 9, Score: 1}, {Item: 1, Score: 1}},
		Clicked: []list.Scored{{Item: 2, Score: nan}, {Item: 2, Score: -1}}, Clicks: -4, Units: math.NaN(),
		Channel: []list.Scored{{Item: 0, Score: 2}}, Skip: []int32{-1, 99}}, make([]list.Scored, 0, 3))
	for _, s := range got {
		if !(s.Score > 0 && s.Score <= 1) {
			t.Errorf("got %v", got)
		}
	}
	if none := w.Scores(cold.Evidence{}, make([]list.Scored, 0, 3)); len(none) != 0 {
		t.Errorf("nothing known gives %v", none)
	}
	if cold.Trust(-1, 5) != 0 || cold.Trust(5, 5) != .5 {
		t.Error("trust is wrong")
	}
	nothing := cold.Kin{Traits: trait.Build(0, nil, trait.DefaultWeights())}
	empty := cold.Adopt(nothing, nil, cold.FamilyConfig{})
	if len(empty.IDs) != 0 {
		t.Error("no newcomers give a family")
	}
}

func TestCodec(t *testing.T) {
	kin, newcomers := hide(t, planted.Make(planted.Config{Seed: 1}))
	want := cold.Adopt(kin, newcomers, cold.FamilyConfig{})
	src, _ := want.AppendBinary(nil)
	if got, err := cold.DecodeFamily(src); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v: another family than was written", err)
	}
	c := cold.NewChannels(4, cold.ChannelConfig{})
	c.Add(7, 2, 3)
	c.Refresh()
	src, _ = c.AppendBinary(nil)
	back, err := cold.DecodeChannels(src, cold.ChannelConfig{})
	if err != nil {
		t.Fatal(err)
	}
	a, n := c.Of(7)
	if b, m := back.Of(7); !slices.Equal(a, b) || n != m || n != 3 {
		t.Errorf("%v and %v", a, b)
	}
}

func FuzzDecode(f *testing.F) {
	w := planted.Make(planted.Config{Seed: 1, Users: 9, Items: 20, Clusters: 2})
	kin, newcomers := hide(f, w)
	family, _ := cold.Adopt(kin, newcomers, cold.FamilyConfig{Like: 2, Top: 2}).AppendBinary(nil)
	c := cold.NewChannels(3, cold.ChannelConfig{})
	c.Add(1, 1, 1)
	channels, _ := c.AppendBinary(nil)
	f.Add(family[16 : len(family)-4])
	f.Add(channels[16 : len(channels)-4])
	f.Fuzz(func(t *testing.T, body []byte) {
		w := pack.NewWriter(nil, "fami", 1)
		w.Raw(body)
		if f, err := cold.DecodeFamily(w.Seal()); err == nil {
			f.Vector(0, make([]float32, 1), func(int32) []float32 { return []float32{1} })
		}
		w = pack.NewWriter(nil, "chan", 1)
		w.Raw(body)
		if c, err := cold.DecodeChannels(w.Seal(), cold.ChannelConfig{}); err == nil {
			for _, s := range first(c.Of(1)) {
				if s.Score != s.Score {
					t.Errorf("got %v", s)
				}
			}
		}
	})
}

func first(l []list.Scored, _ float64) []list.Scored { return l }
