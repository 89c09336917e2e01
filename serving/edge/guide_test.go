package edge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/edge"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

// newDresses sells one dress in three colours, P1 to P3, of which the last is new, and a scarf, P4.
// Members belong to store 1, those from 1000 on to store 2.
func newDresses(t testing.TB) (*giftTest, *live.Trails) {
	t.Helper()
	var c recommend.Catalogue
	for k, colour := range []string{"黑色", "白色", "珊瑚粉"} {
		sku := retail.SKU{ID: retail.SKUID(k + 1), Active: true, Code: fmt.Sprint("P", k+1), Name: "连衣裙",
			NameEN: "Dress", Price: 9_900, StyleID: 7, Colour: colour}
		if k == 2 {
			sku.Tags = []retail.TimedTag{{Tag: retail.New}}
		}
		c.SKUs = append(c.SKUs, sku)
	}
	c.SKUs = append(c.SKUs, retail.SKU{ID: 4, Active: true, Code: "P4", Name: "围巾", NameEN: "Scarf",
		Price: 5_000})
	trails := live.NewTrails(live.TrailsConfig{})
	g := newChain(t, c, func(c *edge.RecommendConfig) {
		c.Trails = trails
		members := c.Members.(*numbered)
		for k := range members.member {
			members.member[k].Origin = retail.StoreID(1 + k/1000)
		}
	})
	return g, trails
}

type look struct {
	Member       string
	Personalized bool
	Favourites   []struct {
		SKU     string
		InStock bool `json:"in_stock"`
	}
	Sizes  []struct{ Slot, System, Size, Text string }
	Recent []struct {
		SKU, Act string
		InStock  bool `json:"in_stock"`
	}
	Offers []struct {
		SKU, After, Size string
		Reason           struct{ Code, Text string }
	}
}

func (g *giftTest) look(t testing.TB, member, query string) (l look) {
	t.Helper()
	ctx := request(g.edgeTest, "/v1/guide/members/"+member+"?store=S1"+query)
	g.Handle(ctx)
	if err := json.Unmarshal(ctx.Response.Body(), &l); err != nil || ctx.Response.StatusCode() != 200 {
		t.Fatalf("%d %s", ctx.Response.StatusCode(), ctx.Response.Body())
	}
	return l
}

func (l *look) offers() string {
	var list []string
	for _, o := range l.Offers {
		list = append(list, o.Reason.Code+" "+o.SKU)
	}
	return strings.Join(list, ", ")
}

func TestGuideSeesWhatToOffer(t *testing.T) {
	g, trails := newDresses(t)
	g.token = token(t, staff.Guide, retail.StoreScope(1))
	if l := g.look(t, "M5", ""); len(l.Recent) != 0 || len(l.Offers) != 0 || !l.Personalized ||
		l.Member != "M5" {
		t.Errorf("%+v", l)
	}
	trails.Add(live.MemberVisitor(5), 4, recommend.Carted, g.at().Unix()-60)
	trails.Add(live.MemberVisitor(5), 1, recommend.Viewed, g.at().Unix()-30)
	l := g.look(t, "M5", "")
	if l.offers() != "new_colour P3, in_stock P4" || l.Offers[0].After != "P1" ||
		l.Offers[0].Reason.Text != "您关注的连衣裙有新色号到店: 珊瑚粉" || len(l.Recent) != 2 ||
		l.Recent[0].SKU != "P1" || l.Recent[1].Act != "carted" || !l.Recent[1].InStock {
		t.Errorf("%+v", l)
	}
	if l = g.look(t, "M5", "&limit=1&lang=en"); l.offers() != "new_colour P3" ||
		l.Offers[0].Reason.Text != "Dress, which you looked at, is here in a new colour: 珊瑚粉" {
		t.Errorf("%+v", l)
	}
	g.stock(1, 3, 0, 2)
	trails.Add(live.MemberVisitor(5), 4, recommend.Bought, g.at().Unix())
	if l = g.look(t, "M5", ""); l.offers() != "in_stock P1" { // the scarf is bought, the new colour sold out
		t.Errorf("%+v", l)
	}
}

// liked are the favourites of members; fails says that they cannot be read.
type liked struct {
	of    map[retail.MemberID][]retail.SKUID
	fails bool
	scope retail.Scope
}

func (l *liked) Favourites(_ context.Context, scope retail.Scope, m retail.MemberID, most int) (
	[]retail.SKUID, error) {
	if l.scope = scope; l.fails {
		return nil, errors.New("the warehouse is away")
	}
	return l.of[m][:min(most, len(l.of[m]))], nil
}

// newWardrobe sells a shirt in two colours, S to L each, P1 to P6, of which the second is new, and a
// scarf, P7.
func newWardrobe(t testing.TB, fits edge.Fits, known edge.Favourites) (*giftTest, *live.Trails) {
	t.Helper()
	c := recommend.Catalogue{Categories: []retail.Category{{Code: "tops", Name: "上衣"}}}
	for k, colour := range []string{"黑色", "黑色", "黑色", "珊瑚粉", "珊瑚粉", "珊瑚粉"} {
		sku := retail.SKU{ID: retail.SKUID(k + 1), Active: true, Code: fmt.Sprint("P", k+1), Name: "衬衫",
			NameEN: "Shirt", Price: 9_900, StyleID: 7, Colour: colour, SizeSystem: "alpha",
			Size: "SML"[k%3:][:1], SizeOrder: int32(k % 3), Category: retail.Category{Code: "tops"}}
		if k > 2 {
			sku.Tags = []retail.TimedTag{{Tag: retail.New}}
		}
		c.SKUs = append(c.SKUs, sku)
	}
	c.SKUs = append(c.SKUs, retail.SKU{ID: 7, Active: true, Code: "P7", Name: "围巾", NameEN: "Scarf",
		Price: 5_000})
	trails := live.NewTrails(live.TrailsConfig{})
	return newChain(t, c, func(c *edge.RecommendConfig) {
		c.Trails, c.Fits, c.Favourites = trails, fits, known
		members := c.Members.(*numbered)
		for k := range members.member {
			members.member[k].Origin = retail.StoreID(1 + k/1000)
		}
	}), trails
}

func TestGuideSeesFavouritesAndSizes(t *testing.T) {
	known := &liked{of: map[retail.MemberID][]retail.SKUID{5: {2, 7, 99}}}
	fits := &live.Fits{}
	g, trails := newWardrobe(t, fits, known)
	g.token = token(t, staff.Guide, retail.StoreScope(1))
	trails.Add(live.MemberVisitor(5), 7, recommend.Favoured, g.at().Unix()-30)
	f := func(offers, sizes string) look {
		t.Helper()
		l := g.look(t, "M5", "")
		if l.offers() != offers || fmt.Sprint(l.Sizes) != sizes {
			t.Errorf("%+v", l)
		}
		return l
	}
	l := f("new_colour P6, in_stock P7", "[]")
	if fmt.Sprint(l.Favourites) != "[{P2 true} {P7 true}]" || l.Recent[0].Act != "favourite" ||
		!known.scope.Sees(1) || known.scope.Sees(2) {
		t.Errorf("%+v, scope %v", l, known.scope)
	}
	fits.Use(outfit.LearnSizes([]outfit.Worn{{Member: 5, System: "alpha", Slot: outfit.Top, Size: "M",
		Order: 1, TimeS: g.at().Unix() - 9}}, nil, outfit.SizesConfig{}))
	sizes := "[{top alpha M 按您留下的 1 件, 推荐 M 码}]"
	if l = f("new_colour P5, in_stock P7", sizes); l.Offers[0].Size != "M" ||
		l.Offers[0].Reason.Text != "您关注的衬衫有新色号到店: 珊瑚粉, 有您的 M 码" {
		t.Errorf("%+v", l.Offers)
	}
	g.stock(1, 5, 0, 2) // the new colour is gone in M
	if l = f("in_stock P2, in_stock P7", sizes); l.Offers[0].After != "P2" {
		t.Errorf("%+v", l.Offers)
	}
	g.stock(1, 2, 0, 2)
	f("in_stock P7", sizes)
	known.fails = true
	if l = f("in_stock P7", sizes); l.Favourites != nil {
		t.Errorf("favourites that cannot be read are %+v", l.Favourites)
	}
}

// Favourites implements edge.Favourites.
func (poison) Favourites(_ context.Context, _ retail.Scope, m retail.MemberID, _ int) ([]retail.SKUID,
	error) {
	panic(fmt.Sprint("the favourites of member ", m, " are read"))
}

// TestGuideWithoutConsentReadsNothing poisons sizes and favourites: whoever reads them would die.
func TestGuideWithoutConsentReadsNothing(t *testing.T) {
	g, trails := newWardrobe(t, poison{}, poison{})
	trails.Add(live.MemberVisitor(2001), 1, recommend.Viewed, g.at().Unix())
	l := g.look(t, "M2001", "")
	if l.Personalized || len(l.Recent)+len(l.Offers)+len(l.Sizes)+len(l.Favourites) != 0 {
		t.Errorf("%+v", l)
	}
	defer func() {
		if said := fmt.Sprint(recover()); !strings.HasSuffix(said, "of member 5 are read") {
			t.Errorf("the poison does not work: %s", said)
		}
	}()
	g.look(t, "M5", "")
}

// TestGuideKeepsToConsentAndScope: of a member who opted out nothing is read; of another store's
// nothing is said; a channel is no guide.
func TestGuideKeepsToConsentAndScope(t *testing.T) {
	g, trails := newDresses(t)
	trails.Add(live.MemberVisitor(2001), 1, recommend.Viewed, g.at().Unix())
	if l := g.look(t, "M2001", ""); l.Personalized || len(l.Recent)+len(l.Offers) != 0 {
		t.Errorf("%+v", l)
	}
	f := func(role staff.Role, scope retail.Scope, path string, status int, field string) {
		t.Helper()
		g.token = token(t, role, scope)
		g.refused(t, "/v1/guide/members/"+path, status, field)
	}
	f(staff.Guide, retail.StoreScope(1), "M1001?store=S1", 404, "member") // of store 2
	f(staff.Guide, retail.StoreScope(1), "M9999?store=S1", 404, "member")
	f(staff.Guide, retail.StoreScope(1), "M5?store=S2", 404, "store")
	f(staff.Guide, retail.StoreScope(1), "M5", 422, "store")
	f(staff.Guide, retail.StoreScope(1), "M5?store=S1&limit=99", 422, "limit")
	f(staff.Guide, retail.StoreScope(1), "M5/orders?store=S1", 404, "path")
	f(staff.Storefront, retail.HQScope(), "M5?store=S1", 403, "member")
	f(staff.Planner, retail.HQScope(), "M5?store=S1", 403, "member")
	// Nor do other answers tell what a member of another store likes, or which sizes fit.
	g.token = token(t, staff.Guide, retail.StoreScope(1))
	g.refused(t, "/v1/recommendations?store=S1&member=M1001", 404, "member")
	g.refused(t, "/v1/outfits?store=S1&items=P1&member=M1001", 404, "member")
}
