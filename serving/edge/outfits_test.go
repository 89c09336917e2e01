package edge_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/models/outfit"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/edge"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
)

// fits knows that member 2 wears M; whoever asks is noted.
type fits struct{ asked []retail.MemberID }

func (f *fits) Guess(m retail.MemberID, system string, _ outfit.Slot, _ time.Time) (outfit.Guess, bool) {
	f.asked = append(f.asked, m)
	return outfit.Guess{Size: "M", Order: 1, Basis: outfit.FromKept, Count: 4}, m == 2 && system == "alpha"
}

// Worn implements edge.Fits.
func (f *fits) Worn(m retail.MemberID, _ time.Time) []outfit.Fit {
	f.asked = append(f.asked, m)
	return nil
}

// poison is what nobody may touch.
type poison struct{}

// Guess implements edge.Fits.
func (poison) Guess(m retail.MemberID, _ string, _ outfit.Slot, _ time.Time) (outfit.Guess, bool) {
	panic(fmt.Sprint("the sizes of member ", m, " are read"))
}

// Worn implements edge.Fits.
func (poison) Worn(m retail.MemberID, _ time.Time) []outfit.Fit {
	panic(fmt.Sprint("the sizes of member ", m, " are read"))
}

// newClothes sells a skirt, two tops and a bag, P1 to P10: three sizes of each of the clothes.
func newClothes(t testing.TB, f edge.Fits) *giftTest {
	t.Helper()
	var c recommend.Catalogue
	for k, x := range []struct{ zh, en, category, colour string }{{"半身裙", "Skirt", "skirts", "blue"},
		{"衬衫", "Shirt", "tops", "orange"}, {"毛衣", "Sweater", "tops", "purple"}, {"手提包", "Bag", "bags", ""}} {
		for size, name := range []string{"S", "M", "L"} {
			sku := retail.SKU{ID: retail.SKUID(len(c.SKUs) + 1), Active: true, Name: x.zh, NameEN: x.en,
				Code: fmt.Sprint("P", len(c.SKUs)+1), Price: 9_900, StyleID: retail.StyleID(k + 1),
				Colour: x.colour, Category: retail.Category{Code: x.category}}
			if x.category != "bags" {
				sku.Size, sku.SizeSystem, sku.SizeOrder = name, "alpha", int32(size)
			}
			if c.SKUs = append(c.SKUs, sku); x.category == "bags" {
				break
			}
		}
	}
	c.Categories = []retail.Category{{Code: "skirts", Name: "裙装"}, {Code: "tops", Name: "上衣"},
		{Code: "bags", Name: "包袋"}}
	return newChain(t, c, func(c *edge.RecommendConfig) { c.Fits = f })
}

type outfitAnswer struct {
	Personalized bool
	Slots        []struct {
		Slot  string
		Items []struct {
			SKU, Name, Size, With string
			Sized                 bool
			Reasons               []struct{ Code, Text string }
		}
	}
}

func (g *giftTest) outfit(t testing.TB, query string) (a outfitAnswer) {
	t.Helper()
	ctx := request(g.edgeTest, "/v1/outfits?store=S1&"+query)
	g.Handle(ctx)
	if err := json.Unmarshal(ctx.Response.Body(), &a); err != nil || ctx.Response.StatusCode() != 200 {
		t.Fatalf("%s: %d %s", query, ctx.Response.StatusCode(), ctx.Response.Body())
	}
	return a
}

func (a *outfitAnswer) String() string {
	var b strings.Builder
	for _, s := range a.Slots {
		b.WriteString(s.Slot + ":")
		for _, i := range s.Items {
			b.WriteString(" " + i.SKU + i.Size)
		}
		b.WriteString("; ")
	}
	return b.String()
}

func TestOutfit(t *testing.T) {
	known := &fits{}
	g := newClothes(t, known)
	f := func(query, want string, personal bool, asked int) {
		t.Helper()
		known.asked = nil
		a := g.outfit(t, query)
		if a.String() != want || a.Personalized != personal || len(known.asked) != asked {
			t.Errorf("%s: %s, personal %v, asked %v; want %s", query, a.String(), a.Personalized,
				known.asked, want)
		}
	}
	// Orange is the complement of blue, purple two steps from it.
	f("items=P3", "top: P5M P8M; bag: P10; ", false, 0)
	f("items=P3&slots=bag", "bag: P10; ", false, 0)
	f("items=P3&limit=1", "top: P5M; bag: P10; ", false, 0)
	f("items=P3&member=M2", "top: P5M P8M; bag: P10; ", true, 1)
	f("items=P3&member=M2&personalized=false", "top: P5M P8M; bag: P10; ", false, 0)
	f("items=P3&member=M2001", "top: P5M P8M; bag: P10; ", false, 0) // has not agreed
	f("items=P3&member=M9999", "top: P5M P8M; bag: P10; ", false, 0)
	f("items=P3,P5", "bag: P10; ", false, 0)
	f("items=P10&limit=1", "top: P5M; bottom: P2M; ", false, 0)
	g.stock(1, 5, 0, 2) // the shirt in M sells out: who wears M gets the sweater, others another shirt
	f("items=P3&member=M2", "top: P8M; bag: P10; ", true, 1)
	f("items=P3", "top: P6L P8M; bag: P10; ", false, 0)
	a := g.outfit(t, "items=P3&member=M2")
	if i := a.Slots[0].Items[0]; !i.Sized || i.With != "P3" || !slices.ContainsFunc(i.Reasons,
		func(r struct{ Code, Text string }) bool { return r.Text == "按您留下的 4 件, 推荐 M 码" }) {
		t.Errorf("%+v", i)
	}
	if g.Stats().Outfits != 12 {
		t.Errorf("%+v", g.Stats())
	}
}

// TestSizesFollowWhatWasKept: sizes that were learnt from purchases, one of them sent back, choose the piece.
func TestSizesFollowWhatWasKept(t *testing.T) {
	known := &live.Fits{}
	g := newClothes(t, known)
	f := func(want string, worn ...outfit.Worn) {
		t.Helper()
		for k := range worn {
			worn[k].System, worn[k].Slot, worn[k].Size = "alpha", outfit.Top, "SML"[worn[k].Order:][:1]
			worn[k].TimeS = g.at().Unix() - 1000
		}
		known.Use(outfit.LearnSizes(worn, nil, outfit.SizesConfig{}))
		if a := g.outfit(t, "items=P3&member=M2"); a.String() != want || !a.Personalized {
			t.Errorf("%s, want %s", a.String(), want)
		}
	}
	f("top: P6L P9L; bag: P10; ", outfit.Worn{Member: 2, Order: 2})
	f("top: P4S P7S; bag: P10; ", outfit.Worn{Member: 2, Order: 0}, outfit.Worn{Member: 3, Order: 2})
	f("top: P6L P9L; bag: P10; ", outfit.Worn{Member: 2, Order: 1, Returned: true, Fault: outfit.TooSmall},
		outfit.Worn{Member: 3, Order: 2})
	f("top: P5M P8M; bag: P10; ", outfit.Worn{Member: 3, Order: 2}) // of member 2 nothing is known
}

// TestWithoutConsentNoSizeIsRead poisons the sizes of everybody: whoever reads one without consent would die.
func TestWithoutConsentNoSizeIsRead(t *testing.T) {
	sound, poisoned := newClothes(t, &live.Fits{}), newClothes(t, poison{})
	for _, query := range []string{"items=P3", "items=P3&member=M2001", "items=P3,P10&member=M2001&slots=top",
		"items=P3&member=M2&personalized=false", "items=P10&member=M9999"} {
		want, got := sound.outfit(t, query), poisoned.outfit(t, query)
		if got.Personalized || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", query, got, want)
		}
	}
	defer func() {
		if said := fmt.Sprint(recover()); said != "the sizes of member 2 are read" {
			t.Errorf("the poison does not work: %s", said)
		}
	}()
	poisoned.outfit(t, "items=P3&member=M2")
}

func TestOutfitProblems(t *testing.T) {
	g := newClothes(t, nil)
	f := func(query string, status int, field string) {
		t.Helper()
		g.refused(t, "/v1/outfits?"+query, status, field)
	}
	f("store=S1", 422, "items")
	f("store=S1&items=Q1", 404, "items")
	f("store=S1&items=P1&slots=nose", 422, "slots")
	f("store=S1&items=P1&personalized=maybe", 422, "personalized")
	f("store=S1&items=P1&limit=0", 422, "limit")
	f("store=S1&items="+strings.Repeat("P1,", 300), 422, "items")
	f("items=P1", 422, "store")
	g.token = token(t, staff.Planner, retail.HQScope())
	f("store=S1&items=P1&member=M2", 403, "member")
	g.token = token(t, staff.StoreManager, retail.StoreScope(2))
	f("store=S1&items=P1", 404, "store")
}
