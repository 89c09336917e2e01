package intent_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tillstream/tillstream/models/intent"
)

// chain names what a chain of clothes and food has.
func chain() intent.Terms {
	return intent.Terms{
		Categories: []intent.Term{{"C1", "连衣裙", "Dresses"}, {"C2", "玩具", "Toys"},
			{"C3", "白酒与葡萄酒", "Spirits and wine"}, {"C4", "鞋", "Shoes"}},
		Brands:  []intent.Term{{"素白", "素白", "Subai"}, {"星野", "星野", "Xingye"}},
		Colours: []string{"珊瑚粉", "炭黑", "雪山青"}}
}

func newParser(t testing.TB) *intent.Parser {
	t.Helper()
	p, err := intent.NewParser(chain(), intent.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// said writes what a wish says in one line, so that a case is a line.
func said(w *intent.Wish) string {
	var b strings.Builder
	f := func(name string, v any, zero bool) {
		if !zero {
			fmt.Fprintf(&b, "%s=%v ", name, v)
		}
	}
	list := func(name string, v []string) { f(name, strings.Join(v, "+"), len(v) == 0) }
	f("occasion", w.Occasion, w.Occasion == "")
	f("for", w.Recipient, w.Recipient == "")
	f("group", w.Group, w.Group == "")
	f("months", fmt.Sprint(w.FromMonths, "-", w.ToMonths), !w.Aged)
	f("season", w.Season, w.Season == "")
	list("needs", w.Needs)
	list("categories", w.Categories)
	list("brands", w.Brands)
	list("tags", w.Tags)
	list("colours", w.Colours)
	list("sizes", w.Sizes)
	f("fen", fmt.Sprint(w.MinFen, "-", w.MaxFen), w.MinFen == 0 && w.MaxFen == 0)
	f("people", w.People, w.People == 0)
	f("quantity", w.Quantity, w.Quantity == 0)
	for _, s := range w.Rest {
		f("rest", s.Value, false)
	}
	return strings.TrimSpace(b.String())
}

func TestWishes(t *testing.T) {
	p := newParser(t)
	f := func(text, want string) {
		t.Helper()
		w, err := p.Parse(text)
		if got := said(&w); err != nil || got != want {
			t.Errorf("%s\n got %s, %v\nwant %s", text, got, err, want)
		}
	}
	f("给孩子买生日礼物", "occasion=birthday for=child group=child months=36-155")
	f("a gift for a 5-year-old under 200", "occasion=gift group=child months=60-71 fen=0-20000")
	f("老婆 生日 预算500 连衣裙",
		"occasion=birthday for=wife group=woman months=216-1440 categories=C1 fen=0-50000")
	f("picnic for four", "occasion=picnic people=4")
	f("冬天跑步装备 300元以内", "occasion=running season=winter fen=0-30000")
	f("給孩子買生日禮物，預算５００塊以內",
		"occasion=birthday for=child group=child months=36-155 fen=0-50000")
	f("五岁女儿的玩具 两百左右", "for=daughter group=child months=60-71 categories=C2 fen=16000-24000")
	f("100-200元的红色上衣 M码", "needs=top colours=red sizes=M fen=10000-20000")
	f("between 100 and 200 rmb for my wife, size XL",
		"for=wife group=woman months=216-1440 sizes=XL fen=10000-20000")
	f("四个人野餐 一百五", "occasion=picnic fen=0-15000 people=4")
	f("四个人野餐 一百五十块", "occasion=picnic fen=0-15000 people=4")
	f("贰佰元以内 素白 新品", "brands=素白 tags=new fen=0-20000")
	f("三百到五百块送爸爸", "for=father group=man months=216-1440 fen=30000-50000")
	f("3-5岁", "group=child months=36-71")
	f("6个月宝宝", "for=baby group=baby months=6-6")
	f("儿子 20岁 生日", "occasion=birthday for=son group=adult months=240-251")
	f("wine for dad, at least ¥1,200.50", "for=father group=man months=216-1440 categories=C3 fen=120050-0")
	f("Subai dresses in coral", "categories=C1 brands=素白 colours=pink")
	f("雪山青", "colours=雪山青")
	f("1千5以内的鞋 38码", "categories=C4 sizes=38 fen=0-150000")
	f("2k budget", "fen=0-200000")
	f("two hundred and fifty yuan", "fen=0-25000")
	f("朋友结婚 买2件", "occasion=wedding for=friend group=adult months=216-1440 quantity=2")
	f("qwertz 紫薯蛋挞", "rest=qwertz 紫薯蛋挞")
	f("一家三口吃火锅", "occasion=hotpot people=3")
	f("under $200", "rest=$200")
	f("", "")
	f("under under under", "")
	f("99999999999999元", "rest=99999999999999元")
	f("5岁以下的玩具", "group=child months=0-71 categories=C2")
	f("hairdresser", "rest=hairdresser")
}

// TestWishExplainsItself: each span says where in the text its trait stands.
func TestWishExplainsItself(t *testing.T) {
	w, err := newParser(t).Parse("給５歲女兒買 珊瑚粉 連衣裙，預算３００元以内 blorp")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range append(w.Spans, w.Rest...) {
		trait := "?"
		if s.Trait > 0 {
			trait = s.Trait.String()
		}
		got = append(got, trait+":"+w.Text[s.From:s.To])
	}
	const want = "age:５歲 recipient:女兒 colour:珊瑚粉 category:連衣裙 budget:預算３００元以内 ?:blorp"
	if strings.Join(got, " ") != want {
		t.Errorf("got %v\nwant %s", got, want)
	}
}

func TestTextThatIsTooLong(t *testing.T) {
	if _, err := newParser(t).Parse(strings.Repeat("礼", 200)); !errors.Is(err, intent.ErrText) {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	p := newParser(f)
	for _, text := range []string{"给孩子买生日礼物 200元以内", "a gift for a 5-year-old under 200",
		"\xff１２k-3百元", "一百五万 for four",
		"size size xl码", "1,2,3 至 4", "预算预算预算<9"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := p.Parse(text)
		if err != nil {
			return
		}
		last := 0
		for _, s := range w.Spans {
			if s.From < last || s.To <= s.From || s.To > len(text) || s.Trait.String() == "" {
				t.Fatalf("span %+v of %q", s, text)
			}
			last = s.From
		}
		for _, s := range w.Rest {
			if s.From < 0 || s.To <= s.From || text[s.From:s.To] != s.Value {
				t.Fatalf("rest %+v of %q", s, text)
			}
		}
		if w.MinFen < 0 || w.MaxFen < 0 || w.MaxFen > 0 && w.MinFen > w.MaxFen || w.FromMonths > w.ToMonths ||
			w.People < 0 || w.Quantity < 0 || w.Quantity > 99 {
			t.Fatalf("%+v", w)
		}
		if again, err := p.Parse(text); err != nil || said(&again) != said(&w) {
			t.Fatal("the same text is read in two ways")
		}
		if !utf8.ValidString(text) {
			return
		}
	})
}
