package intent

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Term is a name that the chain gives something, in both languages; either may be empty.
type Term struct{ Code, ZH, EN string }

// Terms are the chain's own names, which a text may use beside the built-in words.
type Terms struct {
	Categories []Term
	Brands     []Term
	Colours    []string
}

// Limits bound what a parser takes.
type Limits struct {
	// MaxTextBytes bounds a text. Default 512: reading costs some 100 ns a byte.
	MaxTextBytes int
	// MaxTerms bounds the chain's names, further ones are an error. Default 200,000, about 100
	// bytes each.
	MaxTerms int
}

// ErrText means that a text is none that a parser reads.
var ErrText = errors.New("not a text that can be read")

// Parser reads wishes from texts. It is never changed, so that any number of goroutines may use it.
type Parser struct {
	*lexicon
	limits  Limits
	words   *trie
	fillers *trie
	// Names are the chain's, for labels and for what a language model may name.
	categories, brands map[string]Label
	schema             json.RawMessage
}

// NewParser makes a parser of the built-in dictionaries and the chain's own names.
func NewParser(t Terms, limits Limits) (*Parser, error) {
	l, err := loadLexicon()
	if err != nil {
		return nil, err
	}
	if limits.MaxTextBytes <= 0 {
		limits.MaxTextBytes = 512
	}
	if limits.MaxTerms <= 0 {
		limits.MaxTerms = 200_000
	}
	if n := len(t.Categories) + len(t.Brands) + len(t.Colours); n > limits.MaxTerms {
		return nil, fmt.Errorf("cannot make a parser of %d names, at most %d", n, limits.MaxTerms)
	}
	p := &Parser{lexicon: l, limits: limits, words: l.words.grown(), fillers: newTrie(),
		categories: map[string]Label{}, brands: map[string]Label{}}
	for _, c := range t.Categories {
		p.categories[c.Code] = Label{c.ZH, c.EN}
		p.learn(Category, c)
	}
	for _, b := range t.Brands {
		p.brands[b.Code] = Label{b.ZH, b.EN}
		p.learn(Brand, b)
	}
	for _, c := range t.Colours {
		p.learn(Colour, Term{Code: p.colourOf(c), ZH: c})
	}
	rows, err := table("fillers", 1) // words that say nothing that goods could be chosen by
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		p.teach(p.fillers, 0, "", row[0])
	}
	for _, list := range [][]literal{cues, currencies} {
		for _, cue := range list {
			p.fillers.add([]rune(cue.text), meaning{})
		}
	}
	p.schema = p.writeSchema()
	return p, nil
}

// colourOf is the dictionary's code of a colour of the chain, or its own name where that has none.
func (p *Parser) colourOf(name string) string {
	n := normal(name, p.folds)
	for i := range n.r {
		means, _ := p.goods.find(&n, i)
		for _, m := range means {
			if m.trait == Colour {
				return m.code
			}
		}
	}
	return name
}

// learn adds a name, and the parts of one such as "白酒与葡萄酒" or "Rice and flour". A name of one letter
// is taken only where it is a category's, such as 鞋.
func (p *Parser) learn(trait Trait, t Term) {
	for _, name := range [...]string{t.ZH, t.EN} {
		n := normal(name, p.folds)
		if len(n.r) < 2 && (trait != Category || len(n.r) == 0 || latin(n.r[0])) {
			continue
		}
		p.words.add(n.r, meaning{trait, t.Code})
		if trait != Category {
			continue
		}
		for part := range strings.SplitSeq(joiners.Replace(string(n.r)), "/") {
			if part = strings.TrimSpace(part); utf8.RuneCountInString(part) > 1 {
				p.words.add([]rune(part), meaning{trait, t.Code})
			}
		}
	}
}

var joiners = strings.NewReplacer("与", "/", "和", "/", "、", "/", " and ", "/", "&", "/", ",", "/")

// Parse reads a wish. It fails only on a text that is too long; what it does not understand is in Rest.
func (p *Parser) Parse(text string) (Wish, error) {
	if len(text) > p.limits.MaxTextBytes {
		return Wish{}, fmt.Errorf("cannot read %d bytes, at most %d: %w", len(text), p.limits.MaxTextBytes,
			ErrText)
	}
	r := reading{Parser: p, n: normal(text, p.folds), wish: Wish{Author: BuiltIn, Text: text}}
	for i := 0; i < len(r.n.r); {
		i = r.next(i)
	}
	r.flush(len(r.n.r))
	r.wish.settle(r.recipient)
	r.wish.order()
	return r.wish, nil
}

// order makes the bounds of the budget bounds.
func (w *Wish) order() {
	if w.MaxFen > 0 && w.MinFen > w.MaxFen {
		w.MinFen = 0
	}
}

// reading is a text that is being read.
type reading struct {
	*Parser
	n         runes
	wish      Wish
	recipient *recipient
	// from is where something begins that nothing is known of, unknown that there is any.
	from    int
	unknown bool
}

// next takes what stands at i, and returns where the next begins: an amount or a word, whichever is
// longer, else a filler, else a letter or word that is not known.
func (r *reading) next(i int) int {
	means, word := r.words.find(&r.n, i)
	a := r.amount(i)
	_, filler := r.fillers.find(&r.n, i)
	switch {
	case a.end > 0 && a.end > word && a.end >= filler:
		r.flush(i)
		r.take(&a, i)
		return a.end
	case word > 0 && word >= filler:
		r.flush(i)
		r.mean(means, i, word)
		return word
	case filler > 0:
		r.flush(i)
		return filler
	case separator(r.n.r[i]):
		if !r.unknown || r.n.r[i] != ' ' {
			r.flush(i)
		}
		return i + 1
	}
	if !r.unknown {
		r.unknown, r.from = true, i
	}
	for i++; latin(r.n.rune(i-1)) && latin(r.n.rune(i)) || digit(r.n.rune(i-1)) && digit(r.n.rune(i)); {
		i++
	}
	return i
}

// flush ends what is not known before i.
func (r *reading) flush(i int) {
	if !r.unknown {
		return
	}
	r.unknown = false
	for i > r.from && r.n.r[i-1] == ' ' {
		i--
	}
	s := Span{From: r.n.at[r.from], To: r.n.at[i]}
	s.Value = r.wish.Text[s.From:s.To]
	r.wish.Rest = append(r.wish.Rest, s)
}

func (r *reading) note(trait Trait, value string, i, end int) {
	for end > i && r.n.rune(end-1) == ' ' {
		end--
	}
	r.wish.Spans = append(r.wish.Spans, Span{From: r.n.at[i], To: r.n.at[end], Trait: trait, Value: value})
}

// mean takes a word. The chain's own category is more exact than the dictionary's need.
func (r *reading) mean(means []meaning, i, end int) {
	own := false
	for _, m := range means {
		own = own || m.trait == Category
	}
	w := &r.wish
	for _, m := range means {
		if m.trait == Need && own {
			continue
		}
		r.note(m.trait, m.code, i, end)
		w.set(r.lexicon, m, &r.recipient)
	}
}

// set takes a meaning into the wish. Of occasions a special one beats the gift as such; of
// recipients, who stands first is whom it is for: "孩子的老师" is read as a child's, since the order of
// a genitive is not known.
func (w *Wish) set(l *lexicon, m meaning, of **recipient) {
	switch m.trait {
	case Occasion:
		if w.Occasion == "" || w.Occasion == "gift" ||
			m.code != "gift" && l.occasions[w.Occasion].like == "" {
			w.Occasion = m.code
		}
	case Recipient:
		if x := l.recipients[m.code]; *of == nil {
			w.Recipient, *of = m.code, &x
		}
	case Age:
		if x := l.ages[m.code]; !w.Aged {
			w.Aged, w.FromMonths, w.ToMonths = true, x.fromMonths, x.toMonths
		}
	case Season:
		w.Season = m.code
	case Need:
		w.Needs = add(w.Needs, m.code)
	case Category:
		w.Categories = add(w.Categories, m.code)
	case Brand:
		w.Brands = add(w.Brands, m.code)
	case Tag:
		w.Tags = add(w.Tags, m.code)
	case Colour:
		w.Colours = add(w.Colours, m.code)
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
