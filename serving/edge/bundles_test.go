package edge_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
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

// giftTest is an edge of a chain that sells five things; its SKUs are P1 to P5, its stores S1 and S2.
type giftTest struct {
	*edgeTest
	offers    *live.Offers
	catalogue recommend.Catalogue
}

func newGifts(t testing.TB, change func(*edge.RecommendConfig)) *giftTest {
	t.Helper()
	var c recommend.Catalogue
	for k, x := range []struct {
		zh, en, category string
		yuan             int64
	}{{"积木城堡", "Castle blocks", "toys", 159}, {"毛绒小熊", "Plush bear", "toys", 59},
		{"牛奶巧克力", "Milk chocolate", "sweets", 25}, {"红葡萄酒", "Red wine", "drinks", 99},
		{"三明治", "Sandwich", "bread", 12}} {
		c.SKUs = append(c.SKUs, retail.SKU{ID: retail.SKUID(k + 1), Active: true,
			Code: fmt.Sprint("P", k+1), Name: x.zh, NameEN: x.en, Price: retail.Money(x.yuan * 100),
			Category: retail.Category{Code: x.category}})
	}
	c.Categories = []retail.Category{{Code: "toys", Name: "玩具", NameEN: "Toys"},
		{Code: "sweets", Name: "糖果巧克力", NameEN: "Sweets"}, {Code: "drinks", Name: "酒水", NameEN: "Drinks"},
		{Code: "bread", Name: "面包", NameEN: "Bread"}}
	return newChain(t, c, change)
}

// newChain makes an edge of the stores S1, which has three of everything, and S2, which has nothing.
func newChain(t testing.TB, c recommend.Catalogue, change func(*edge.RecommendConfig)) *giftTest {
	t.Helper()
	g := &giftTest{catalogue: c}
	g.catalogue.Stores = []retail.Store{{ID: 1}, {ID: 2}}
	size := simulated.Size{Stores: 2, Items: len(c.SKUs)}
	levels, directory := live.NewLevels(0), newNumbered(size)
	g.offers = live.NewOffers(levels, nil)
	cfg := &edge.RecommendConfig{Offers: g.offers, Trails: live.NewTrails(live.TrailsConfig{}),
		Members: directory}
	if change != nil {
		change(cfg)
	}
	g.edgeTest = newEdge(t, func(c *edge.Config) {
		c.Levels, c.Directory, c.Recommend = levels, directory, cfg
		c.Now = g.at
	})
	g.levels = levels
	for k := range c.SKUs {
		g.stock(1, c.SKUs[k].ID, 3, 1)
	}
	s := recommend.FromCatalogue(1, g.catalogue)
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	known, err := live.NewGoods(&g.catalogue, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.offers.UseWith(s, known); err != nil {
		t.Fatal(err)
	}
	return g
}

// at is the time of the tests.
func (*giftTest) at() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }

func (g *giftTest) stock(store retail.StoreID, sku retail.SKUID, onHand int32, version int64) {
	l := live.Level{StockLevel: retail.StockLevel{StockKey: retail.StockKey{Store: store, SKU: sku},
		OnHand: onHand, Version: version}}
	g.levels.Apply(&l)
	g.offers.Moved(l.StockKey)
}

type bundle struct {
	Store, Reason string
	Total         float64
	Personalized  bool
	Best          bool
	Wish          struct {
		ReadBy        string `json:"read_by"`
		Occasion      string
		BudgetMax     float64  `json:"budget_max"`
		AgeMonths     []int    `json:"age_months"`
		NotUnderstood []string `json:"not_understood"`
		Spans         []struct{ Trait, Text string }
	}
	Items []struct {
		SKU, Name, Slot, Reason string
		Price, Amount           float64
		Quantity                int
		Asked                   bool
		Alternatives            []struct{ SKU string }
	}
	Missing []struct{ Slot, Reason string }
}

func (g *giftTest) want(t testing.TB, q, rest string) (b bundle) {
	t.Helper()
	ctx := request(g.edgeTest, "/v1/bundles?store=S1&q="+url.QueryEscape(q)+rest)
	g.Handle(ctx)
	if err := json.Unmarshal(ctx.Response.Body(), &b); err != nil || ctx.Response.StatusCode() != 200 {
		t.Fatalf("%s: %d %s", q, ctx.Response.StatusCode(), ctx.Response.Body())
	}
	return b
}

func (b *bundle) skus() string {
	var list []string
	for _, i := range b.Items {
		list = append(list, i.SKU)
	}
	slices.Sort(list)
	return strings.Join(list, ",")
}

func TestBundle(t *testing.T) {
	g := newGifts(t, nil)
	b := g.want(t, "给5岁孩子买生日礼物 200元以内 嘟嘟", "")
	if b.skus() != "P1,P3" || b.Total != 184 || b.Store != "S1" || b.Personalized || !b.Best ||
		b.Wish.Occasion != "birthday" || b.Wish.BudgetMax != 200 || b.Wish.ReadBy != "built_in" ||
		fmt.Sprint(b.Wish.NotUnderstood, b.Wish.AgeMonths) != "[嘟嘟] [60 71]" || len(b.Wish.Spans) != 5 ||
		b.Reason != "孩子生日搭配 2 件, 共 184 元, 在 200 元以内" {
		t.Errorf("%+v", b)
	}
	g.stock(1, 1, 0, 2) // sold out
	b = g.want(t, "a birthday gift for a 5-year-old under 200", "&lang=en")
	if b.skus() != "P2,P3" || b.Items[0].Name != "Plush bear" || b.Items[0].Reason != "toy for birthday" {
		t.Errorf("%+v", b)
	}
	b = g.want(t, "picnic for six", "")
	if len(b.Items) != 0 { // three sandwiches are not six
		t.Errorf("%+v", b)
	}
	if b = g.want(t, "三个人野餐", "&limit=1"); b.skus() != "P5" || b.Items[0].Quantity != 3 ||
		b.Items[0].Amount != 36 {
		t.Errorf("%+v", b)
	}
	if b = g.want(t, "红葡萄酒 给儿子", ""); b.skus() != "" || b.Missing[0].Reason != "not_for_recipient" {
		t.Errorf("%+v", b)
	}
	if g.Stats().Bundles != 5 {
		t.Errorf("%+v", g.Stats())
	}
}

func TestBundleProblems(t *testing.T) {
	g := newGifts(t, nil)
	f := func(query string, status int, field string) {
		t.Helper()
		g.refused(t, "/v1/bundles?"+query, status, field)
	}
	f("q=gift", 422, "store")
	f("q=gift&store=S9", 404, "store")
	f("store=S1", 422, "q")
	f("store=S1&q="+strings.Repeat("x", 600), 422, "q")
	f("store=S1&q=gift&limit=11", 422, "limit")
	f("store=S1&q=gift&lang=fr", 422, "lang")
	f("store=S1&q=gift&fulfilment=drone", 422, "fulfilment")
	f("store=S1&q=gift&member=M1", 422, "query")
	f("store=S1&store=S1&q=gift", 422, "store")
	g.token = "none"
	f("store=S1&q=gift", 401, "authorization")
	g.token = token(t, staff.StoreManager, retail.StoreScope(2))
	f("store=S1&q=gift", 404, "store")
}

// refused checks that a request ends in a problem about a field.
func (g *giftTest) refused(t testing.TB, path string, status int, field string) {
	t.Helper()
	ctx := request(g.edgeTest, path)
	g.Handle(ctx)
	var p struct {
		Errors []struct{ Field, Reason string }
	}
	err := json.Unmarshal(ctx.Response.Body(), &p)
	if err != nil || ctx.Response.StatusCode() != status || p.Errors[0].Field != field ||
		p.Errors[0].Reason == "" {
		t.Errorf("%s: %d %s", path, ctx.Response.StatusCode(), ctx.Response.Body())
	}
}

func TestBundlesBeforeTheCatalogue(t *testing.T) {
	s := newShop(t, nil) // its offer has no shop
	ctx := request(s.edgeTest, "/v1/bundles?store=S1&q=gift")
	if s.Handle(ctx); ctx.Response.StatusCode() != 503 || len(ctx.Response.Header.Peek("Retry-After")) == 0 {
		t.Errorf("%d %s", ctx.Response.StatusCode(), ctx.Response.Body())
	}
}
