package edge

import (
	"strconv"
	"time"

	"github.com/tillstream/tillstream/serving/recommend"
)

// answerHead stands before the attribution, which is written into each copy of a kept answer.
const answerHead = `{"attribution":"`

// blank is the place of an attribution.
const blank = "AAAAAAAAAAAAAAAAAAAAAA"

// appendSlate appends the answer as JSON, without reflection.
func (s *Server) appendSlate(dst []byte, d *desk) []byte {
	dst = append(append(dst, answerHead...), blank...)
	dst = append(dst, `","model":`...)
	if d.offer.Snapshot.Model {
		dst = append(strconv.AppendUint(append(dst, '"'), d.offer.Version, 16), '"')
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, `,"made":"`...)
	dst = time.Unix(d.offer.MadeS, 0).UTC().AppendFormat(dst, time.RFC3339)
	dst = append(dst, `","variant":`...)
	dst = appendText(dst, d.split.Variant(d.variant).Name)
	dst = strconv.AppendBool(append(dst, `,"held_out":`...), d.heldOut)
	dst = strconv.AppendBool(append(dst, `,"personalized":`...), d.query.Personal)
	dst = append(append(dst, `,"scene":"`...), d.query.Scene.String()...)
	dst = append(dst, `","store":`...)
	dst = appendText(dst, d.store)
	dst = append(append(dst, `,"rung":"`...), d.slate.Rung.String()...)
	dst = append(dst, `","items":[`...)
	for k := range d.slate.Picks {
		if k > 0 {
			dst = append(dst, ',')
		}
		dst = s.appendPick(dst, d, &d.slate.Picks[k])
	}
	return append(dst, "]}\n"...)
}

func (s *Server) appendPick(dst []byte, d *desk, p *recommend.Pick) []byte {
	items := &d.offer.Items
	dst = append(dst, `{"sku":`...)
	dst = appendText(dst, items.Code[p.Item])
	dst = append(dst, `,"name":`...)
	dst = appendText(dst, d.name(p.Item))
	dst = append(dst, `,"price":`...)
	dst = d.offer.Price(d.query.Store, p.Item).Append(dst)
	dst = append(dst, `,"rung":"`...)
	if p.Edge.Kind() == recommend.Chosen {
		dst = append(dst, "pinned"...)
	} else {
		dst = append(dst, p.Rung.String()...)
	}
	dst = append(dst, `","score":`...)
	dst = strconv.AppendFloat(dst, float64(p.Score), 'f', 4, 32)
	dst = s.appendReason(dst, d, p)
	if p.Rule >= 0 {
		dst = append(dst, `,"rule":`...)
		dst = appendText(dst, d.query.Rules.Rule(p.Rule).ID)
	}
	return append(dst, '}')
}

func (d *desk) name(item int32) string {
	if d.language == recommend.English {
		return d.offer.Items.NameEN[item]
	}
	return d.offer.Items.Name[item]
}

// names lists where a proposal starts: an item, several, or nothing. It is the desk's until the next one.
func (d *desk) names(p *recommend.Pick) []byte {
	d.with = d.with[:0]
	if p.Anchor < 0 {
		return d.with
	}
	combo := d.offer.Combo(p.Combo)
	if len(combo) == 0 {
		d.with = append(d.with, d.name(p.Anchor)...)
	}
	for k, item := range combo {
		if k > 0 {
			d.with = append(d.with, [...]string{"、", " and "}[min(d.language, recommend.English)]...)
		}
		d.with = append(d.with, d.name(item)...)
	}
	return d.with
}

// appendReason appends why an item is there: a code, a text in the language asked for, and the numbers
// behind it.
func (s *Server) appendReason(dst []byte, d *desk, p *recommend.Pick) []byte {
	reasons, e := s.advice.reasons, &p.Edge
	dst = append(append(dst, `,"reason":{"code":"`...), reasons.Code(e.Kind())...)
	dst = append(dst, `","text":`...)
	d.reason = reasons.Append(d.reason[:0], d.language, e, d.names(p))
	dst = appendText(dst, d.reason)
	if p.Anchor >= 0 {
		dst = append(dst, `,"with":`...)
		dst = appendText(dst, d.offer.Items.Code[p.Anchor])
	}
	combo := d.offer.Combo(p.Combo)
	for k := 1; k < len(combo); k++ { // the first is the anchor
		dst = append(dst, [...]string{`,"and":[`, ","}[min(k-1, 1)]...)
		dst = appendText(dst, d.offer.Items.Code[combo[k]])
		if k == len(combo)-1 {
			dst = append(dst, ']')
		}
	}
	switch e.Kind() {
	case recommend.BoughtTogether, recommend.BoughtLately, recommend.BoughtWithAll:
		dst = appendNumber(append(dst, `,"lift":`...), e.Value)
		dst = appendNumber(append(dst, `,"confidence":`...), e.Share)
	case recommend.Repeat:
		dst = appendNumber(append(dst, `,"days":`...), e.Value)
	case recommend.ViewedTogether, recommend.Similar, recommend.Completes, recommend.Taste,
		recommend.ViewedNext:
		dst = appendNumber(append(dst, `,"share":`...), e.Share)
	}
	if n := e.Count(); n > 0 {
		dst = strconv.AppendInt(append(dst, `,"count":`...), int64(n), 10)
	}
	return append(dst, '}')
}

// appendNumber keeps four significant digits.
func appendNumber(dst []byte, v float32) []byte {
	return strconv.AppendFloat(dst, float64(v), 'g', 4, 32)
}
