package recommend_test

import (
	"math"
	"testing"

	"github.com/tillstream/tillstream/serving/recommend"
)

func TestSplitKeepsItsShares(t *testing.T) {
	s, err := recommend.NewSplit(recommend.Experiment{Name: "blend-7", Holdout: .05,
		Variants: []recommend.Variant{{Name: "a", Weight: 3}, {Name: "b", Weight: 1}, {Name: "off"}}})
	if err != nil {
		t.Fatal(err)
	}
	other, _ := recommend.NewSplit(recommend.Experiment{Name: "blend-8",
		Variants: []recommend.Variant{{Weight: 1}, {Weight: 1}}})
	const n = 200_000
	var counts [3]float64
	held, both := 0.0, 0.0
	for visitor := uint64(1); visitor <= n; visitor++ {
		v, out := s.Of(visitor)
		again, outAgain := s.Of(visitor)
		if v != again || out != outAgain {
			t.Fatalf("visitor %d has variants %d and %d", visitor, v, again)
		}
		counts[v]++
		if out {
			held++
		}
		if w, out := other.Of(visitor); out {
			t.Fatal("held out without a holdout")
		} else if v == 1 && w == 1 {
			both++
		}
	}
	f := func(what string, got, share float64) {
		t.Helper()
		// Five standard deviations of a binomial.
		if want := share * n; math.Abs(got-want) > 5*math.Sqrt(want*(1-share)) {
			t.Errorf("%s: %v of %d, want %v", what, got, n, want)
		}
	}
	f("a", counts[0], .75)
	f("b", counts[1], .25)
	f("held out", held, .05)
	f("of both", both, .125)
	if counts[2] != 0 {
		t.Errorf("a variant without weight has %v visitors", counts[2])
	}
	if v, out := s.Of(0); v != 0 || out {
		t.Error("nobody is in a trial")
	}
}

func TestBadExperimentsAreRefused(t *testing.T) {
	f := func(e recommend.Experiment) {
		t.Helper()
		if _, err := recommend.NewSplit(e); err == nil {
			t.Errorf("%+v is taken", e)
		}
	}
	f(recommend.Experiment{Holdout: 1.1})
	f(recommend.Experiment{ID: recommend.MaxExperiment + 1})
	f(recommend.Experiment{Holdout: math.NaN()})
	f(recommend.Experiment{Variants: make([]recommend.Variant, 33)})
	f(recommend.Experiment{Variants: []recommend.Variant{{}}})
	f(recommend.Experiment{Variants: []recommend.Variant{{Weight: -1}, {Weight: 2}}})
	f(recommend.Experiment{Variants: []recommend.Variant{{Weight: math.Inf(1)}}})
}

func TestAttributionComesBack(t *testing.T) {
	signer, err := recommend.NewSigner([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	var sheet recommend.Sheet
	for _, want := range []recommend.Attribution{{}, {Request: recommend.MaxRequest}, {HeldOut: true},
		{Experiment: recommend.MaxExperiment}, {Variant: 31}, {ByMember: true}, {Scene: recommend.Guide}} {
		text := signer.Append(nil, &sheet, want)
		if got, err := signer.Open(text); err != nil || got != want {
			t.Errorf("%s is %+v, %v; want %+v", text, got, err, want)
		}
	}
	want := recommend.Attribution{Model: 0xDEADBEEF, Request: 1<<40 - 3, Experiment: 300, Variant: 31,
		Scene: recommend.Guide, HeldOut: true}
	text := signer.Append(nil, &sheet, want)
	if got, err := signer.Open(text); err != nil || got != want || len(text) != recommend.AttributionBytes {
		t.Errorf("%s is %+v, %v; want %+v", text, got, err, want)
	}
	for at := range text {
		forged := append([]byte(nil), text...)
		if forged[at] = 'A'; text[at] == 'A' {
			forged[at] = 'B'
		}
		if got, err := signer.Open(forged); err == nil {
			t.Errorf("%s is taken as %+v", forged, got)
		}
	}
	other, _ := recommend.NewSigner([]byte("another key of 16"[:16]))
	for _, bad := range []string{"", "x", string(other.Append(nil, &sheet, want)), string(text) + "A"} {
		if _, err := signer.Open([]byte(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := recommend.NewSigner([]byte("short")); err == nil {
		t.Error("a short key is taken")
	}
}

func TestReasonsSayTheirNumbers(t *testing.T) {
	r, err := recommend.NewReasons()
	if err != nil {
		t.Fatal(err)
	}
	f := func(kind recommend.Kind, code, chinese, english string) {
		t.Helper()
		e := recommend.NewEdge(1, kind, .5, 3.91, .31, 123)
		zh := string(r.Append(nil, recommend.Chinese, &e, []byte("奶粉")))
		en := string(r.Append(nil, recommend.English, &e, []byte("milk powder")))
		if zh != chinese || en != english || r.Code(kind) != code {
			t.Errorf("%s: %s, %s", r.Code(kind), zh, en)
		}
	}
	f(recommend.BoughtTogether, "bought_together", "常与奶粉一起购买, lift 3.9",
		"Often bought with milk powder, lift 3.9")
	f(recommend.ViewedTogether, "viewed_together", "看过奶粉的人也看了这件, 123 次",
		"People who viewed milk powder also viewed this, 123 times")
	f(recommend.Similar, "similar", "与奶粉相似, 相似度 31%", "Similar to milk powder, 31% alike")
	f(recommend.Completes, "completes", "可与奶粉搭配, 123 人这样买", "Goes with milk powder, 123 bought both")
	f(recommend.Repeat, "repeat", "您买过 123 次, 通常每 3.9 天一次",
		"You bought it 123 times, usually every 3.9 days")
	f(recommend.Taste, "taste", "与您常买的相近, 匹配度 31%", "Close to what you buy, 31% match")
	f(recommend.SoldHere, "sold_here", "本店此时段热销, 近期售出 123 件",
		"Sells in this store at this hour, 123 lately")
	f(recommend.SoldByChain, "sold_by_chain", "全店热销, 近期售出 123 件", "Sells in all our stores, 123 lately")
	f(recommend.Fresh, "fresh", "新品上架", "New here")
	f(recommend.Chosen, "chosen", "店铺精选", "Chosen by the store")
	f(recommend.BoughtLately, "bought_lately", "近来有 123 单与奶粉同购, lift 3.9",
		"Bought with milk powder in 123 orders lately, lift 3.9")
	f(recommend.BoughtWithAll, "bought_with_all", "同时买奶粉的顾客 31% 也买这件, lift 3.9",
		"31% of those who buy milk powder buy this too, lift 3.9")
	f(recommend.ViewedNext, "viewed_next", "与您这次浏览相近的 123 次访问也看了这件",
		"Seen in 123 visits like this one")
}
