package intent

import (
	"fmt"
	"strings"
)

// bundle writes down what the search found.
func (c *chooser) bundle(x *search) Bundle {
	b := Bundle{Exact: x.exact}
	for k, n := range x.best {
		if n < 0 {
			continue
		}
		b.TotalFen += x.places[k][n].fen
	}
	for k, n := range x.best {
		p := &c.places[k]
		if n < 0 {
			if p.asked {
				b.Missing = append(b.Missing, Missing{p.label, c.lacks[k]})
			}
			continue
		}
		y := &x.places[k][n]
		pick := Pick{Item: y.item, Units: p.units, Fen: y.fen, Asked: p.asked, Slot: p.label,
			Reason: c.reason(p, y)}
		if y.need >= 0 {
			pick.Slot = c.shop.needs[y.need].Label
		}
		for t := Occasion; t <= Quantity; t++ {
			if y.traits>>t&1 == 1 {
				pick.Matched = append(pick.Matched, t)
			}
		}
		pick.Alternatives = c.alternatives(x, k, b.TotalFen-y.fen)
		b.Picks = append(b.Picks, pick)
	}
	b.BelowMin = c.wish.MinFen > 0 && b.TotalFen < c.wish.MinFen
	b.Reason = c.whole(&b)
	return b
}

// alternatives lists the others of a place that the budget allows beside the rest, spent on these.
func (c *chooser) alternatives(x *search, k int, spent int64) (out []int32) {
	chosen := &c.shop.goods[x.places[k][x.best[k]].item]
	for n := range x.places[k] {
		y := &x.places[k][n]
		g := &c.shop.goods[y.item]
		if n == x.best[k] || y.fen > x.limitFen-spent || g.style != 0 && g.style == chosen.style {
			continue
		}
		taken := false
		for other, m := range x.best {
			taken = taken || m >= 0 && x.places[other][m].item == y.item
		}
		if taken {
			continue
		}
		if out = append(out, y.item); len(out) == c.ask.Alternatives {
			break
		}
	}
	return out
}

// whom names the recipient and the occasion, as far as they are known.
func (c *chooser) whom() (person, occasion Label) {
	w, s := c.wish, c.shop
	person, occasion = s.recipients[w.Recipient].Label, s.occasions[w.Occasion].Label
	if person.ZH == "" && w.Aged && w.FromMonths/12 == w.ToMonths/12 {
		years := itoa(int64(w.FromMonths / 12))
		person = Label{years + "岁", "a " + years + "-year-old"}
	}
	return person, occasion
}

func (c *chooser) reason(p *place, y *candidate) Label {
	person, occasion := c.whom()
	label := p.label
	if y.need >= 0 {
		label = c.shop.needs[y.need].Label
	}
	var zh, en []string
	say := func(chinese, english string) { zh, en = append(zh, chinese), append(en, english) }
	switch {
	case p.asked:
		say("您要的"+label.ZH, "the "+or(label.EN, label.ZH)+" you asked for")
	case occasion.ZH != "":
		say(occasion.ZH+"适合的"+label.ZH, label.EN+" for "+occasion.EN)
	default:
		say("适合"+person.ZH+"的"+label.ZH, label.EN+" for "+or(person.EN, "them"))
	}
	g := &c.shop.goods[y.item]
	for t := Occasion; t <= Quantity; t++ {
		if y.traits>>t&1 == 0 {
			continue
		}
		switch t {
		case Colour:
			colour := c.shop.colours[g.colour]
			say("颜色是您要的"+or(colour.ZH, g.colour), "in "+or(colour.EN, g.colour))
		case Brand:
			brand := c.shop.brands[g.brand]
			say("您点名的"+or(brand.ZH, g.brand), "by "+or(brand.EN, g.brand))
		case Size:
			say("有 "+g.size+" 码", "in size "+g.size)
		case Season:
			season := c.shop.seasons[g.season]
			say("适合"+season.ZH, "for "+season.EN)
		case Recipient:
			if person.ZH != "" {
				say("专为"+person.ZH, "made for "+person.EN)
			}
		}
	}
	if p.units > 1 {
		say(fmt.Sprintf("%d 份", p.units), fmt.Sprintf("%d of them", p.units))
	}
	if y.popular {
		say("本店热销", "sells well here")
	}
	return Label{strings.Join(zh, ", "), strings.Join(en, ", ")}
}

// whole says why the bundle is as it is.
func (c *chooser) whole(b *Bundle) Label {
	person, occasion := c.whom()
	w := c.wish
	if len(b.Picks) == 0 {
		switch {
		case len(c.places) == 0:
			return Label{"没有听懂想要什么, 请说出场合、对象或商品", "it says no occasion, person or goods that we know"}
		case w.MaxFen > 0:
			return Label{"本店在 " + yuanText(w.MaxFen) + " 元预算内没有合适的现货",
				"nothing suitable is in stock here within " + yuanText(w.MaxFen) + " yuan"}
		}
		return Label{"本店没有合适的现货", "nothing suitable is in stock here"}
	}
	zh := fmt.Sprintf("%s%s搭配 %d 件, 共 %s 元", person.ZH, occasion.ZH, len(b.Picks), yuanText(b.TotalFen))
	goods := "goods"
	if len(b.Picks) == 1 {
		goods = "good"
	}
	en := fmt.Sprintf("%d %s", len(b.Picks), goods)
	if occasion.EN != "" {
		en += " for " + occasion.EN
	}
	if person.EN != "" {
		en += " for " + person.EN
	}
	en += ", " + yuanText(b.TotalFen) + " yuan in all"
	if w.MaxFen > 0 {
		zh += ", 在 " + yuanText(w.MaxFen) + " 元以内"
		en += ", within " + yuanText(w.MaxFen)
	}
	if b.BelowMin {
		zh += ", 未达到 " + yuanText(w.MinFen) + " 元"
		en += ", below the " + yuanText(w.MinFen) + " wished for"
	}
	return Label{zh, en}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// yuanText writes fen as yuan, without a fraction of nothing.
func yuanText(fen int64) string {
	if fen%100 == 0 {
		return itoa(fen / 100)
	}
	return fmt.Sprintf("%d.%02d", fen/100, fen%100)
}
