package edge_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

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
	Recent       []struct {
		SKU, Act string
		InStock  bool `json:"in_stock"`
	}
	Offers []struct {
		SKU, After string
		Reason     struct{ Code, Text string }
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
