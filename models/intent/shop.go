package intent

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Good is an item that can be chosen.
type Good struct {
	ZH, EN string
	// Category is a code of Terms; Brand is one too, "" for none. Style tells families apart, 0 for none.
	Category, Brand string
	Style           int64
	// Colour and Size are the chain's own, Season as well: "2026-SS" and the like say nothing here,
	// words do.
	Colour, Size, Season string
	// Tags are "hot", "new", "limited".
	Tags []string
}

// Shop holds the goods of a chain by what they are for. It is never changed.
type Shop struct {
	*Parser
	goods []good
	// byNeed, byCategory and byBrand list items; a category has those of all below it.
	byNeed     [64][]int32
	byCategory map[string][]int32
	byBrand    map[string][]int32
	// needsOf are what a category's name says.
	needsOf map[string]needs
}

// good is a Good in the form that choosing reads.
type good struct {
	needs        needs
	style        int64
	brand        string
	colour, size string
	season       string
	// audience is whom it is made for, a set of groups; 0 for everybody.
	audience audience
	tags     []string
	// text is the name in both languages, made ready.
	text string
}

type audience uint8

var audienceOf = map[Group]audience{Baby: 1, Child: 2, Woman: 4, Man: 8, Elder: 16}

// MaxGoods bounds a shop.
const MaxGoods = 1 << 22

// NewShop sorts goods by what their names and categories say. Parents holds the code of the
// category above each; those in a ring end where it closes. Cost: some 5 µs a good.
func NewShop(p *Parser, parents map[string]string, goods []Good) (*Shop, error) {
	if len(goods) > MaxGoods {
		return nil, fmt.Errorf("cannot hold %d goods, at most %d", len(goods), MaxGoods)
	}
	s := &Shop{Parser: p, goods: make([]good, len(goods)), byCategory: map[string][]int32{},
		byBrand: map[string][]int32{}, needsOf: map[string]needs{}}
	lines := map[string]*line{}
	for i := range goods {
		g := &goods[i]
		l := lines[g.Category]
		if l == nil {
			l = s.line(g.Category, parents)
			lines[g.Category] = l
		}
		x := &s.goods[i]
		*x = s.good(g)
		own := x.needs
		switch {
		case own&l.needs != 0:
			x.needs = own & l.needs
		default:
			x.needs |= l.needs
		}
		x.audience |= l.audience
		for _, c := range l.codes {
			s.byCategory[c] = append(s.byCategory[c], int32(i))
		}
		for n := range s.needs {
			if x.needs>>n&1 == 1 {
				s.byNeed[n] = append(s.byNeed[n], int32(i))
			}
		}
		if g.Brand != "" {
			s.byBrand[g.Brand] = append(s.byBrand[g.Brand], int32(i))
		}
	}
	return s, nil
}

// Len is how many goods there are.
func (s *Shop) Len() int { return len(s.goods) }

// line is a category with those above it.
type line struct {
	codes    []string
	needs    needs
	audience audience
}

// line follows a category upwards; the nearest names that say a need say it.
func (s *Shop) line(code string, parents map[string]string) *line {
	l := &line{}
	for at := code; at != "" && len(l.codes) < 16; at = parents[at] {
		x := s.read(s.categories[at])
		if l.needs == 0 {
			l.needs = x.needs
		}
		s.needsOf[at] = x.needs
		l.audience |= x.audience
		l.codes = append(l.codes, at)
	}
	return l
}

func (s *Shop) good(g *Good) good {
	x := s.read(Label{g.ZH, g.EN})
	x.style, x.brand, x.tags = g.Style, g.Brand, g.Tags
	x.size = strings.ToUpper(g.Size)
	if g.Colour != "" {
		x.colour = s.colourOf(g.Colour)
	}
	if season := s.read(Label{g.Season, ""}).season; season != "" {
		x.season = season
	}
	return x
}

// read takes what a name says.
func (s *Shop) read(l Label) (x good) {
	var both strings.Builder
	for _, name := range [...]string{l.ZH, l.EN} {
		n := normal(name, s.folds)
		both.WriteString(string(n.r))
		both.WriteByte('\n')
		for i := 0; i < len(n.r); {
			means, end := s.lexicon.goods.find(&n, i)
			if end < 0 {
				i++
				continue
			}
			for _, m := range means {
				switch m.trait {
				case Need:
					x.needs |= 1 << s.byNeedCode(m.code)
				case Recipient:
					x.audience |= audienceOf[Group(m.code)]
				case Colour:
					x.colour = m.code
				case Season:
					x.season = m.code
				}
			}
			i = end
		}
	}
	x.text = both.String()
	return x
}

func (s *Shop) byNeedCode(code string) int { return s.lexicon.byNeed[code] }

// fits reports whether a good is for a group. A teenager takes what is a grown-up's, but no baby's.
func (g *good) fits(w *Wish) bool {
	switch w.Group {
	case Nobody:
		return true
	case Teen:
		return g.audience == 0 || g.audience&^audienceOf[Baby] != 0
	case Adult:
		return g.audience == 0 || g.audience&(audienceOf[Woman]|audienceOf[Man]) != 0
	case Elder:
		return g.audience == 0 || g.audience&^(audienceOf[Baby]|audienceOf[Child]) != 0
	}
	return g.audience == 0 || g.audience&audienceOf[w.Group] != 0
}

// grownUp reports whether a good may not be given to a minor.
func (s *Shop) grownUp(g *good) bool {
	for n := range s.needs {
		if g.needs>>n&1 == 1 && s.needs[n].adult {
			return true
		}
	}
	return false
}

// search lists the goods whose name holds a text; short ones match too much and find nothing. At most
// limit.
func (s *Shop) search(text string, limit int) (found []int32) {
	n := normal(text, s.folds)
	word := string(n.r)
	if count := utf8.RuneCountInString(word); count < 2 || latin(n.r[0]) && count < 3 {
		return nil
	}
	for i := range s.goods {
		if strings.Contains(s.goods[i].text, word) {
			if found = append(found, int32(i)); len(found) == limit {
				break
			}
		}
	}
	return found
}
