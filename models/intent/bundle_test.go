package intent_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/models/intent"
)

// shelf is a small shop with prices in yuan; the last column is what it has.
type shelf struct {
	*intent.Shop
	goods  []intent.Good
	prices []int64
	stock  []int32
}

func newShelf(t testing.TB) *shelf {
	t.Helper()
	s := &shelf{}
	terms := intent.Terms{Brands: []intent.Term{{"素白", "素白", "Subai"}}}
	parents := map[string]string{}
	category := func(code, zh, en, parent string) {
		terms.Categories = append(terms.Categories, intent.Term{code, zh, en})
		parents[code] = parent
	}
	category("food", "食品", "Food", "")
	category("wear", "服装", "Clothes", "")
	category("kids", "童装", "Kids' clothes", "wear")
	category("dress", "连衣裙", "Dresses", "wear")
	category("toys", "玩具", "Toys", "")
	category("sport", "运动", "Sports", "")
	put := func(zh, en, category, brand, colour string, yuan int64, stock int32) {
		s.goods = append(s.goods, intent.Good{ZH: zh, EN: en, Category: category, Brand: brand,
			Colour: colour, Style: int64(len(s.goods) + 1)})
		s.prices, s.stock = append(s.prices, yuan*100), append(s.stock, stock)
	}
	put("积木城堡", "Castle blocks", "toys", "", "", 159, 3)
	put("毛绒小熊", "Plush bear", "toys", "", "", 59, 3)
	put("遥控车", "Remote car", "toys", "", "", 89, 0)
	put("恐龙绘本", "Dinosaur picture book", "toys", "", "", 39, 9)
	put("牛奶巧克力", "Milk chocolate", "food", "", "", 25, 9)
	put("碎花连衣裙", "Floral dress", "dress", "素白", "海军蓝", 329, 2)
	put("真丝连衣裙", "Silk dress", "dress", "", "大红", 459, 2)
	put("晚宴连衣裙", "Evening dress", "dress", "", "黑色", 1299, 2)
	put("女士项链", "Women's necklace", "wear", "", "", 129, 2)
	put("红葡萄酒", "Red wine", "food", "", "", 99, 9)
	put("三明治", "Sandwich", "food", "", "", 12, 3)
	put("牛角包", "Croissant", "food", "", "", 9, 8)
	put("苹果汁", "Apple juice", "food", "", "", 8, 9)
	put("苹果", "Apples", "food", "", "", 15, 9)
	put("薯片", "Crisps", "food", "", "", 7, 9)
	put("跑步紧身裤", "Running tights", "sport", "", "", 119, 2)
	put("速干跑步上衣", "Running top", "sport", "", "", 89, 2)
	put("跑步手套", "Running gloves", "sport", "", "", 39, 2)
	put("毛线帽", "Beanie", "wear", "", "", 29, 2)
	put("童装恐龙卫衣", "Kids dinosaur hoodie", "kids", "", "", 79, 2)
	p, err := intent.NewParser(terms, intent.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Shop, err = intent.NewShop(p, parents, s.goods); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shelf) ask() intent.Ask {
	return intent.Ask{
		Available: func(item, units int32) bool { return s.stock[item] >= units },
		PriceFen:  func(item int32) int64 { return s.prices[item] }}
}

func (s *shelf) want(t testing.TB, text string) (intent.Wish, intent.Bundle) {
	t.Helper()
	w, err := s.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return w, s.Bundle(&w, s.ask())
}

func (s *shelf) names(b *intent.Bundle) string {
	var out []string
	for _, p := range b.Picks {
		name := s.goods[p.Item].EN
		if p.Units > 1 {
			name = fmt.Sprint(p.Units, " ", name)
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func TestBundles(t *testing.T) {
	s := newShelf(t)
	f := func(text, want string) {
		t.Helper()
		_, b := s.want(t, text)
		if got := s.names(&b); got != want || !b.Exact {
			t.Errorf("%s\n got %s: %s, %+v\nwant %s", text, got, b.Reason.EN, b.Missing, want)
		}
	}
	f("a gift for a 5-year-old under 200",
		"Beanie, Crisps, Dinosaur picture book, Milk chocolate, Plush bear")
	f("给孩子买生日礼物 60元以内", "Crisps, Dinosaur picture book")
	f("老婆 生日 预算500 连衣裙", "Apples, Floral dress, Milk chocolate, Women's necklace")
	f("红色连衣裙", "Silk dress")
	f("picnic for four", "2 Apples, 2 Crisps, 4 Apple juice, 4 Croissant")
	f("冬天跑步装备 300元以内", "Beanie, Running gloves, Running tights, Running top")
	f("两件 dinosaur", "2 Kids dinosaur hoodie")
	f("", "")
}

// TestBundleExplainsItself in both languages.
func TestBundleExplainsItself(t *testing.T) {
	s := newShelf(t)
	_, b := s.want(t, "老婆 生日 预算500 蓝色连衣裙")
	p := b.Picks[0]
	if b.Reason.ZH != "妻子生日搭配 4 件, 共 498 元, 在 500 元以内" ||
		b.Reason.EN != "4 goods for birthday for wife, 498 yuan in all, within 500" ||
		p.Reason.ZH != "您要的连衣裙, 颜色是您要的蓝色" || p.Reason.EN != "the Dresses you asked for, in blue" {
		t.Errorf("%+v\n%+v", b.Reason, p.Reason)
	}
	_, b = s.want(t, "手套 连衣裙 红酒 100元以内 三明治 儿子")
	if len(b.Missing) != 2 || b.Missing[0].Lack != intent.OverBudget || len(b.Picks) != 2 ||
		b.Missing[1].Lack != intent.NotForThem || s.names(&b) != "Running gloves, Sandwich" {
		t.Errorf("%+v", b)
	}
}

// TestBundleLaws in seeded worlds: in stock, within the budget, no style twice, nothing for
// grown-ups to a child, and so are the alternatives.
func TestBundleLaws(t *testing.T) {
	s := newShelf(t)
	texts := []string{"给孩子买生日礼物", "party for 6", "gift for wife", "烧烤 八个人", "冬天跑步",
		"wine and toys for my son",
		"礼物 爸爸", "春节"}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		for k := range s.stock {
			s.stock[k], s.prices[k] = int32(r.IntN(4)), int64(r.IntN(20_000))-500
		}
		w, err := s.Parse(texts[r.IntN(len(texts))])
		if err != nil {
			t.Fatal(err)
		}
		if r.IntN(3) > 0 {
			w.MaxFen = 1 + int64(r.IntN(60_000))
		}
		b := s.Bundle(&w, s.ask())
		total := int64(0)
		for _, p := range b.Picks {
			if total += p.Fen; s.stock[p.Item] < p.Units || p.Fen != s.prices[p.Item]*int64(p.Units) ||
				p.Fen <= 0 || w.Minor() && s.goods[p.Item].EN == "Red wine" || p.Reason.ZH == "" {
				t.Fatalf("seed %d: %+v", seed, p)
			}
			for _, a := range p.Alternatives {
				if s.stock[a] < p.Units || w.MaxFen > 0 &&
					b.TotalFen-p.Fen+s.prices[a]*int64(p.Units) > w.MaxFen {
					t.Fatalf("seed %d: alternative %d of %+v", seed, a, p)
				}
			}
		}
		if total != b.TotalFen || w.MaxFen > 0 && total > w.MaxFen {
			t.Fatalf("seed %d: %d of %d, %+v", seed, total, w.MaxFen, b)
		}
	}
}

func TestBundleOfBadScores(t *testing.T) {
	s := newShelf(t)
	w, _ := s.Parse("gift for a child")
	ask := s.ask()
	ask.Score = func(item int32) float64 { return []float64{math.NaN(), math.Inf(1), -5}[item%3] }
	if b := s.Bundle(&w, ask); len(b.Picks) == 0 {
		t.Error("nothing is chosen")
	}
	s.prices[0] = math.MaxInt64
	if b := s.Bundle(&w, s.ask()); b.TotalFen < 0 {
		t.Errorf("%+v", b)
	}
}
