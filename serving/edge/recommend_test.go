package edge_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/edge"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// numbered knows the codes of a simulated chain: S1, P1, M1 and so on. Members above 1,000 are known and
// have no history; odd ones above 2,000 did not agree to be recognised.
type numbered struct {
	size   simulated.Size
	member []retail.Member
}

func newNumbered(size simulated.Size) *numbered {
	d := &numbered{size: size}
	for id := range retail.MemberID(3_001) {
		d.member = append(d.member, retail.Member{ID: id, Personalized: id < 2_000 || id%2 == 0})
	}
	return d
}

func number(code, letter string, most int) (int64, bool) {
	var n int64
	if _, err := fmt.Sscanf(code, letter+"%d", &n); err != nil || n < 1 || n > int64(most) ||
		code != fmt.Sprint(letter, n) {
		return 0, false
	}
	return n, true
}

func (d *numbered) Store(code string) (retail.StoreID, *time.Location, bool) {
	n, ok := number(code, "S", d.size.Stores+1)
	return retail.StoreID(n), time.FixedZone("store", 8*3600), ok
}

func (d *numbered) SKU(code string) (retail.SKUID, bool) {
	n, ok := number(code, "P", d.size.Items+1)
	return retail.SKUID(n), ok
}

func (d *numbered) Member(code string) (retail.MemberID, bool) {
	n, ok := number(code, "M", 3_000)
	return retail.MemberID(n), ok
}

func (d *numbered) MemberByID(id retail.MemberID) (*retail.Member, bool) {
	return &d.member[id], true
}

// shopTest is an edge that recommends.
type shopTest struct {
	*edgeTest
	offers *live.Offers
	trails *live.Trails
	world  *recommend.Snapshot
	signer *recommend.Signer
	rules  []recommend.Rule
	now    time.Time
}

func newShop(t testing.TB, change func(*edge.RecommendConfig)) *shopTest {
	t.Helper()
	size := simulated.Shop()
	s := &shopTest{world: simulated.World(1, size), now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	directory := newNumbered(size)
	var err error
	if s.signer, err = recommend.NewSigner(key); err != nil {
		t.Fatal(err)
	}
	levels := live.NewLevels(0)
	s.trails = live.NewTrails(live.TrailsConfig{})
	s.offers = live.NewOffers(levels, func(w *recommend.Snapshot) (*recommend.Rules, error) {
		return recommend.CompileRules(w, s.rules, recommend.Quotas{})
	})
	cfg := &edge.RecommendConfig{Offers: s.offers, Trails: s.trails, Members: directory, Signer: s.signer}
	if change != nil {
		change(cfg)
	}
	s.edgeTest = newEdge(t, func(c *edge.Config) {
		c.Levels, c.Directory, c.Recommend = levels, directory, cfg
		c.Now = func() time.Time { return s.now }
	})
	s.levels = levels
	for store := range retail.StoreID(size.Stores) {
		for sku := range retail.SKUID(size.Items) {
			s.stock(store+1, sku+1, int32(sku%7), 1)
		}
	}
	if err := s.offers.Use(s.world); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shopTest) stock(store retail.StoreID, sku retail.SKUID, onHand int32, version int64) {
	l := live.Level{StockLevel: retail.StockLevel{StockKey: retail.StockKey{Store: store, SKU: sku},
		OnHand: onHand, Version: version}}
	s.levels.Apply(&l)
	s.offers.Moved(l.StockKey)
}

type item struct {
	SKU, Name, Rung, Rule string
	Price, Score          float64
	Reason                struct {
		Code, Text, With        string
		And                     []string
		Lift, Confidence, Share float64
		Count                   int
	}
}

type advice struct {
	Attribution, Model, Variant, Scene, Store, Rung string
	Made                                            time.Time
	HeldOut                                         bool `json:"held_out"`
	Personalized                                    bool
	Items                                           []item
}

func (s *shopTest) ask(t testing.TB, query string) advice {
	t.Helper()
	ctx := request(s.edgeTest, "/v1/recommendations?"+query)
	s.Handle(ctx)
	var a advice
	if err := json.Unmarshal(ctx.Response.Body(), &a); err != nil || ctx.Response.StatusCode() != 200 {
		t.Fatalf("%s: %d %s", query, ctx.Response.StatusCode(), ctx.Response.Body())
	}
	return a
}

func codes(a advice) (list []string) {
	for _, i := range a.Items {
		list = append(list, i.SKU)
	}
	return list
}

func TestRecommendation(t *testing.T) {
	s := newShop(t, nil)
	a := s.ask(t, "scene=home&store=S2&member=M7&limit=5&lang=en")
	if len(a.Items) != 5 || a.Rung != "personal" || !a.Personalized || a.Model == "" || a.Store != "S2" ||
		a.Variant != "default" || a.Made.Unix() != s.world.MadeS {
		t.Errorf("%+v", a)
	}
	for _, i := range a.Items {
		if i.Name != "Simulated item "+i.SKU[1:] || i.Price <= 0 || i.Reason.Code == "" ||
			i.Reason.Text == "" {
			t.Errorf("%+v", i)
		}
	}
	got, err := s.signer.Open([]byte(a.Attribution))
	if err != nil || got.Model != uint32(s.world.Version) || got.Scene != recommend.Home {
		t.Errorf("attribution %+v, %v", got, err)
	}
	a = s.ask(t, "scene=product&store=S2&items=P8&limit=20")
	said := false
	for _, i := range a.Items {
		if i.Reason.Code == "bought_together" {
			said = true
			if want := fmt.Sprintf("常与模拟商品 8一起购买, lift %.1f", i.Reason.Lift); i.Reason.Text != want &&
				i.Reason.Text != strings.TrimSuffix(want, ".0") || i.Reason.With != "P8" {
				t.Errorf("%+v, want %s", i.Reason, want)
			}
		}
	}
	if !said || a.Scene != "product" || a.Rung != "item" {
		t.Errorf("nothing is bought together: %+v", a)
	}
}

// TestKeptAnswerIsTheFreshOne asks the same of an edge that keeps answers and one that keeps none, while
// stock and visitors move: never a difference beside the attribution.
func TestKeptAnswerIsTheFreshOne(t *testing.T) {
	keeps := newShop(t, nil)
	plain := newShop(t, func(c *edge.RecommendConfig) { c.CacheBytes = -1 })
	queries := []string{"store=S1&member=M7", "store=S1&session=ab", "store=S2&scene=product&items=P9"}
	attributions := map[string]bool{}
	for n := range 400 {
		for _, s := range []*shopTest{keeps, plain} {
			switch n % 8 {
			case 2:
				s.stock(1, retail.SKUID(n%300+1), int32(n/8%2), int64(n+2))
			case 5:
				s.trails.Add(live.MemberVisitor(7), retail.SKUID(n%300+1), recommend.Clicked, s.now.Unix())
			}
			s.now = s.now.Add(time.Second)
		}
		q := queries[n%3]
		got, want := keeps.ask(t, q), plain.ask(t, q)
		if attributions[got.Attribution] {
			t.Fatalf("attribution %s comes twice", got.Attribution)
		}
		attributions[got.Attribution] = true
		got.Attribution, want.Attribution = "", ""
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("step %d, %s: kept %+v, fresh %+v", n, q, got, want)
		}
	}
	if stats := keeps.Stats(); stats.Cached == 0 || stats.Answers != 400 || plain.Stats().Cached != 0 {
		t.Errorf("%+v", stats)
	}
}

func TestTheLastClickChangesTheNextAnswer(t *testing.T) {
	s := newShop(t, nil)
	before := s.ask(t, "store=S1&session=1f")
	s.trails.Add(live.SessionVisitor(0x1f), 12, recommend.Clicked, s.now.Unix())
	after := s.ask(t, "store=S1&session=1f")
	if before.Rung != "store_popular" || after.Rung != "session" || after.Items[0].Reason.With != "P12" {
		t.Errorf("before %+v, after %+v", before, after)
	}
	s.trails.Forget(live.SessionVisitor(0x1f))
	if a := s.ask(t, "store=S1&session=1f"); fmt.Sprint(codes(a)) != fmt.Sprint(codes(before)) {
		t.Errorf("an erased visitor is still known: %+v", a)
	}
}

func TestWhatSoldOutIsNotShownAgain(t *testing.T) {
	s := newShop(t, nil)
	for n := range 60 {
		a := s.ask(t, "store=S1&limit=5&exclude=P2,P3")
		sku, _ := number(a.Items[0].SKU, "P", 300)
		s.stock(1, retail.SKUID(sku), 0, int64(n+2))
		if got := s.ask(t, "store=S1&limit=5&exclude=P2,P3"); strings.Contains(fmt.Sprint(codes(got)),
			a.Items[0].SKU+" ") || got.Items[0].SKU == a.Items[0].SKU {
			t.Fatalf("%s sold out and is shown: %v", a.Items[0].SKU, codes(got))
		}
	}
}

func TestUnknownVisitorsComeDownTheLadder(t *testing.T) {
	s := newShop(t, nil)
	f := func(query, rung string, personal bool) {
		t.Helper()
		if a := s.ask(t, "store=S1&"+query); a.Rung != rung || len(a.Items) != 10 ||
			a.Personalized != personal {
			t.Errorf("%s: %s, personal %v, %d items; want %s", query, a.Rung, a.Personalized,
				len(a.Items), rung)
		}
	}
	f("member=M7", "personal", true)
	f("member=M1001", "store_popular", true)
	f("member=stranger", "store_popular", false) // whether such a one agreed nobody knows
	f("", "store_popular", true)
	f("member=M7&personalized=false", "store_popular", false)
	f("member=M2001&session=5", "store_popular", false)
	f("scene=cart&items=P9&member=M7&personalized=false", "item", false)
	// The models are not there yet.
	bare := *s.world
	bare.Model, bare.Version = false, 9
	bare.Neighbours, bare.Personal, bare.Here, bare.Chain = recommend.Edges{}, recommend.Edges{},
		recommend.Edges{}, recommend.Edges{}
	if err := s.offers.Use(&bare); err != nil {
		t.Fatal(err)
	}
	f("member=M7", "newest", true)
	if a := s.ask(t, "store=S1"); a.Model != "" || a.Items[0].Reason.Text != "新品上架" {
		t.Errorf("%+v", a)
	}
}

// TestAWholeCartIsNamedInTheReason asks with the goods of rules until one of them explains an item.
func TestAWholeCartIsNamedInTheReason(t *testing.T) {
	s := newShop(t, nil)
	for n := range int32(200) {
		left := s.world.Combo(n)
		code := func(k int) string { return s.world.Items.Code[left[k]] }
		codes, names := code(0), s.world.Items.NameEN[left[0]]
		for k := range left[1:] {
			codes, names = codes+","+code(k+1), names+" and "+s.world.Items.NameEN[left[k+1]]
		}
		for _, i := range s.ask(t, "store=S1&scene=cart&lang=en&items="+codes).Items {
			if r := i.Reason; r.Code == "bought_with_all" && len(r.And) == len(left)-1 {
				if !strings.Contains(r.Text, "of those who buy "+names+" buy this too, lift ") ||
					r.With != code(0) || r.And[0] != code(1) || r.And[len(r.And)-1] != code(len(left)-1) {
					t.Errorf("%+v for %s", r, codes)
				}
				return
			}
		}
	}
	t.Error("no rule about several goods explains anything")
}

func TestHeldOutSeeWhatSells(t *testing.T) {
	split, err := recommend.NewSplit(recommend.Experiment{ID: 7, Holdout: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := newShop(t, func(c *edge.RecommendConfig) { c.Split = func() *recommend.Split { return split } })
	a := s.ask(t, "store=S1&scene=product&items=P9&member=M7")
	got, err := s.signer.Open([]byte(a.Attribution))
	if !a.HeldOut || a.Rung != "store_popular" || err != nil || !got.HeldOut {
		t.Errorf("%+v, %+v", a, got)
	}
	// Who is drawn, and who takes no part, stands in the attribution.
	f := func(query string, experiment uint16, byMember bool) {
		t.Helper()
		a := s.ask(t, "store=S1&"+query)
		got, err := s.signer.Open([]byte(a.Attribution))
		if err != nil || got.Experiment != experiment || got.ByMember != byMember ||
			got.HeldOut != (experiment != 0) || a.HeldOut != got.HeldOut {
			t.Errorf("%s: %+v, %+v, %v", query, a, got, err)
		}
	}
	f("member=M7", 7, true)
	f("member=M7&session=5", 7, true)
	f("session=5", 7, false)
	f("", 0, false)
	f("member=M7&personalized=false", 0, false)
	f("member=M2001&session=5", 0, false)
}

// blended is an experiment in which cart and scene weigh as given.
func blended(t *testing.T, weigh func(*recommend.Blend)) *recommend.Split {
	t.Helper()
	b := recommend.DefaultBlend()
	weigh(&b)
	s, err := recommend.NewSplit(recommend.Experiment{ID: 8, Name: "blend",
		Variants: []recommend.Variant{{Name: "b", Weight: 1, Blend: b}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnotherExperimentRanksFromTheNextAnswerOn(t *testing.T) {
	now := blended(t, func(*recommend.Blend) {})
	s := newShop(t, func(c *edge.RecommendConfig) { c.Split = func() *recommend.Split { return now } })
	const query = "store=S1&member=M7"
	before := s.ask(t, query)
	if again := s.ask(t, query); again.Rung != "personal" || again.Items[0].SKU != before.Items[0].SKU {
		t.Fatalf("%+v, then %+v", before, again)
	}
	now = blended(t, func(b *recommend.Blend) {
		b.Weight[recommend.Home] = [6]float32{recommend.OnStore: 1}
	})
	if after := s.ask(t, query); after.Items[0].Rung != "store_popular" {
		t.Errorf("the blend of before ranks: %+v", after.Items[0])
	}
}

func TestRulesAreNamedInTheAnswer(t *testing.T) {
	s := newShop(t, nil)
	s.rules = []recommend.Rule{{ID: "双11", Do: recommend.Pin, Store: -1, Item: 4, Brand: -1, Place: 2}}
	if err := s.offers.Renew(); err != nil {
		t.Fatal(err)
	}
	a := s.ask(t, "store=S1&member=M7")
	if i := a.Items[1]; i.SKU != "P5" || i.Rule != "双11" || i.Rung != "pinned" || i.Reason.Code != "chosen" {
		t.Errorf("%+v", i)
	}
}

func TestProblemsOfRecommendations(t *testing.T) {
	s := newShop(t, func(c *edge.RecommendConfig) { c.MaxList = 5 })
	f := func(query string, status int, field string) {
		t.Helper()
		answer, body := s.get(t, "/v1/recommendations?"+query)
		if answer.StatusCode != status || answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v, want %d", query, answer.StatusCode, body, status)
			return
		}
		fault := body["errors"].([]any)[0].(map[string]any)
		if fault["field"] != field || fault["reason"] == "" {
			t.Errorf("%s: %v, want field %s", query, body, field)
		}
	}
	f("", 422, "store")
	f("store=S9", 404, "store")
	f("store=S5", 404, "store") // opened after the snapshot
	f("store=S1&scene=basement", 422, "scene")
	f("store=S1&scene=product", 422, "items")
	f("store=S1&scene=cart&items=P1,PX", 404, "items")
	f("store=S1&exclude=P1,P2,P3,P4,P5,P6", 422, "exclude")
	f("store=S1&exclude=,", 404, "exclude")
	f("store=S1&store=S2", 422, "store")
	f("store=S1&colour=red", 422, "query")
	f("store=S1&limit=51", 422, "limit")
	f("store=S1&limit=0", 422, "limit")
	f("store=S1&personalized=maybe", 422, "personalized")
	f("store=S1&session=zz", 422, "session")
	f("store=S1&category=nowhere", 404, "category")
	f("store=S1&brand=%E6%97%A0", 404, "brand")
	f("store=S1&tag=hot,cold", 422, "tag")
	f("store=S1&price_min=1.234", 422, "price_min")
	f("store=S1&price_max=-1", 422, "price_max")
	f("store=S1&price_min=9&price_max=8", 422, "price_min")
	f("store=S1&fulfilment=drone", 422, "fulfilment")
	f("store=S1&fulfilment=same_city&lat=0&lon=0", 422, "fulfilment")
	f("store=S1&lat=91&lon=0", 422, "lat")
	f("store=S1&lat=1", 422, "lon")
	f("store=S1&lat=1&lon=NaN", 422, "lon")
	f("store=S1&again=maybe", 422, "again")
	f("store=S1&lang=fr", 422, "lang")
	s.token = token(t, staff.Planner, retail.HQScope())
	f("store=S1&member=M1", 403, "member")
	s.token = token(t, staff.StoreManager, retail.StoreScope(2))
	f("store=S1", 404, "store")
	s.token = ""
	f("store=S1", 401, "authorization")
	s.token = token(t, staff.HQAnalyst, retail.HQScope())
	s.ready = errors.New("loading")
	f("store=S1", 503, "recommendations")
}

func TestFiltersOverTheWire(t *testing.T) {
	s := newShop(t, nil)
	q := url.Values{"store": {"S1"}, "category": {"C00"}, "price_min": {"5.5"}, "price_max": {"200"},
		"fulfilment": {"pickup"}, "limit": {"50"}}
	a := s.ask(t, q.Encode())
	if len(a.Items) == 0 {
		t.Fatal("nothing is left")
	}
	for _, i := range a.Items {
		n, _ := number(i.SKU, "P", 300)
		if c := s.world.Items.Category[n-1]; c >= 10 || i.Price < 5.5 || i.Price > 200 {
			t.Errorf("%+v of category %d", i, c)
		}
	}
	if _, ok := s.world.Brand([]byte("B000")); !ok {
		t.Fatal("no brand")
	}
	for _, i := range s.ask(t, "store=S1&brand=B%3000&tag=hot").Items {
		n, _ := number(i.SKU, "P", 300)
		if s.world.Items.Brand[n-1] != 0 || s.world.Items.Tags[n-1]&(1<<retail.Hot) == 0 {
			t.Errorf("%+v", i)
		}
	}
}

// FuzzRecommendations sends any query string: valid JSON comes back, never a crash.
func FuzzRecommendations(f *testing.F) {
	for _, q := range []string{"store=S1&scene=product&items=P1&member=M1&lat=31&lon=121", "store=%531&&",
		"store=S1&exclude=%2c%zz,\x00&tag=", "=&store==S1", "store=S1&brand=+%ff"} {
		f.Add(q)
	}
	s := newShop(f, nil)
	f.Fuzz(func(t *testing.T, query string) {
		ctx := request(s.edgeTest, "/")
		ctx.Request.SetRequestURI("/v1/recommendations?" + query)
		s.Handle(ctx)
		var b strings.Builder
		if err := ctx.Response.Write(bufio.NewWriter(&b)); err != nil {
			t.Fatal(err)
		}
		if !json.Valid(ctx.Response.Body()) {
			t.Fatalf("query %q: %q is not JSON", query, ctx.Response.Body())
		}
	})
}
