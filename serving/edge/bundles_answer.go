package edge

import (
	"strconv"

	"github.com/tillstream/tillstream/models/intent"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

func (c *counter) text(l intent.Label) string {
	if c.language == recommend.English && l.EN != "" || l.ZH == "" {
		return l.EN
	}
	return l.ZH
}

// append appends the answer as JSON.
func (b *basket) append(dst []byte) []byte {
	dst = appendText(append(dst, `{"store":`...), b.code)
	dst = append(dst, `,"personalized":false,"wish":`...)
	dst = appendWish(dst, &b.wish)
	dst = retail.Money(b.bundle.TotalFen).Append(append(dst, `,"total":`...))
	dst = appendText(append(dst, `,"reason":`...), b.text(b.bundle.Reason))
	dst = strconv.AppendBool(append(dst, `,"below_budget":`...), b.bundle.BelowMin)
	dst = strconv.AppendBool(append(dst, `,"best":`...), b.bundle.Exact)
	dst = append(dst, `,"items":[`...)
	for k := range b.bundle.Picks {
		dst = b.appendPick(comma(dst, k), &b.bundle.Picks[k])
	}
	dst = append(dst, `],"missing":[`...)
	for k, m := range b.bundle.Missing {
		dst = appendText(append(comma(dst, k), `{"slot":`...), b.text(m.Slot))
		dst = append(appendText(append(dst, `,"reason":`...), string(m.Lack)), '}')
	}
	return append(dst, "]}\n"...)
}

func comma(dst []byte, k int) []byte {
	if k > 0 {
		return append(dst, ',')
	}
	return dst
}

func (c *counter) appendGood(dst []byte, item int32) []byte {
	items := &c.offer.Items
	name := items.Name[item]
	if c.language == recommend.English {
		name = items.NameEN[item]
	}
	dst = appendText(append(dst, `{"sku":`...), items.Code[item])
	dst = appendText(append(dst, `,"name":`...), name)
	return c.offer.Price(c.store, item).Append(append(dst, `,"price":`...))
}

func (b *basket) appendPick(dst []byte, p *intent.Pick) []byte {
	dst = b.appendGood(dst, p.Item)
	dst = strconv.AppendInt(append(dst, `,"quantity":`...), int64(p.Units), 10)
	dst = retail.Money(p.Fen).Append(append(dst, `,"amount":`...))
	dst = appendText(append(dst, `,"slot":`...), b.text(p.Slot))
	dst = strconv.AppendBool(append(dst, `,"asked":`...), p.Asked)
	dst = appendText(append(dst, `,"reason":`...), b.text(p.Reason))
	dst = append(dst, `,"matched":[`...)
	for k, t := range p.Matched {
		dst = appendText(comma(dst, k), t.String())
	}
	dst = append(dst, `],"alternatives":[`...)
	for k, item := range p.Alternatives {
		dst = append(b.appendGood(comma(dst, k), item), '}')
	}
	return append(dst, "]}"...)
}

// appendWish appends what was understood, and what was not.
func appendWish(dst []byte, w *intent.Wish) []byte {
	f := func(name, value string) {
		if value != "" {
			dst = append(append(append(dst, ',', '"'), name...), `":`...)
			dst = appendText(dst, value)
		}
	}
	list := func(name string, values []string) {
		if len(values) == 0 {
			return
		}
		dst = append(append(append(dst, ',', '"'), name...), `":[`...)
		for k, v := range values {
			dst = appendText(comma(dst, k), v)
		}
		dst = append(dst, ']')
	}
	number := func(name string, v int32) {
		if v > 0 {
			dst = append(append(append(dst, ',', '"'), name...), `":`...)
			dst = strconv.AppendInt(dst, int64(v), 10)
		}
	}
	dst = appendText(append(dst, `{"read_by":`...), string(w.Author))
	f("occasion", w.Occasion)
	f("recipient", w.Recipient)
	f("group", string(w.Group))
	f("season", w.Season)
	if w.Aged {
		dst = strconv.AppendInt(append(dst, `,"age_months":[`...), int64(w.FromMonths), 10)
		dst = append(strconv.AppendInt(append(dst, ','), int64(w.ToMonths), 10), ']')
	}
	list("needs", w.Needs)
	list("categories", w.Categories)
	list("brands", w.Brands)
	list("tags", w.Tags)
	list("colours", w.Colours)
	list("sizes", w.Sizes)
	if w.MinFen > 0 {
		dst = retail.Money(w.MinFen).Append(append(dst, `,"budget_min":`...))
	}
	if w.MaxFen > 0 {
		dst = retail.Money(w.MaxFen).Append(append(dst, `,"budget_max":`...))
	}
	number("people", w.People)
	number("quantity", w.Quantity)
	dst = append(dst, `,"spans":[`...)
	for k, s := range w.Spans {
		dst = appendText(append(comma(dst, k), `{"trait":`...), s.Trait.String())
		dst = append(appendText(append(dst, `,"text":`...), w.Text[s.From:s.To]), '}')
	}
	dst = append(dst, `],"not_understood":[`...)
	for k, s := range w.Rest {
		dst = appendText(comma(dst, k), s.Value)
	}
	return append(dst, "]}"...)
}
