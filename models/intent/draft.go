package intent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// draft is the JSON in which a language model writes a wish. Quotes are parts of the text that say so.
type draft struct {
	Occasion   string   `json:"occasion"`
	Recipient  string   `json:"recipient"`
	AgeMin     *int32   `json:"age_min_months"`
	AgeMax     *int32   `json:"age_max_months"`
	Season     string   `json:"season"`
	Needs      []string `json:"needs"`
	Categories []string `json:"categories"`
	Brands     []string `json:"brands"`
	Colours    []string `json:"colours"`
	Tags       []string `json:"tags"`
	Sizes      []string `json:"sizes"`
	MinYuan    *float64 `json:"budget_min_yuan"`
	MaxYuan    *float64 `json:"budget_max_yuan"`
	People     *int32   `json:"people"`
	Quantity   *int32   `json:"quantity"`
	Quotes     []quote  `json:"quotes"`
}

type quote struct {
	Trait string `json:"trait"`
	Text  string `json:"text"`
}

// Limits of a draft: what is longer is no wish.
const (
	maxDraftBytes = 8 << 10
	maxListed     = 8
	maxQuotes     = 24
	maxSizeBytes  = 16
	maxDraftYuan  = maxNumber
)

// ErrDraft means that what a language model wrote is no wish.
var ErrDraft = errors.New("not a wish in the agreed form")

// Accept reads the wish that a language model wrote about a text. It is strict: an unknown field, a
// code that no dictionary and no catalogue knows, a number out of range, a quote that does not
// stand in the text, or anything after the object is an error, and the caller reads the text with
// Parse.
func (p *Parser) Accept(text string, data []byte) (Wish, error) {
	if len(text) > p.limits.MaxTextBytes || len(data) > maxDraftBytes {
		return Wish{}, fmt.Errorf("cannot accept %d bytes about %d: %w", len(data), len(text), ErrDraft)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var d draft
	if err := decoder.Decode(&d); err != nil {
		return Wish{}, fmt.Errorf("cannot accept a wish: %w: %w", err, ErrDraft)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Wish{}, fmt.Errorf("cannot accept a wish with something behind it: %w", ErrDraft)
	}
	w := Wish{Author: Model, Text: text, Needs: d.Needs, Categories: d.Categories, Brands: d.Brands,
		Tags: d.Tags, Occasion: d.Occasion, Recipient: d.Recipient, Season: d.Season}
	steps := []func(*draft, *Wish) error{p.acceptCodes, p.acceptLooks, acceptNumbers, acceptQuotes}
	for _, step := range steps {
		if err := step(&d, &w); err != nil {
			return Wish{}, fmt.Errorf("cannot accept a wish: %w: %w", err, ErrDraft)
		}
	}
	var of *recipient
	if x, ok := p.recipients[d.Recipient]; ok {
		of = &x
	}
	w.settle(of)
	return w, nil
}

func (p *Parser) acceptCodes(d *draft, w *Wish) error {
	return errors.Join(
		oneOf("occasion", d.Occasion, p.occasions), oneOf("recipient", d.Recipient, p.recipients),
		oneOf("season", d.Season, p.seasons), allOf("needs", w.Needs, p.byNeed),
		allOf("categories", w.Categories, p.categories), allOf("brands", w.Brands, p.brands),
		allOf("tags", w.Tags, map[string]bool{"hot": true, "new": true, "limited": true}))
}

func oneOf[T any](field, code string, in map[string]T) error {
	if _, ok := in[code]; !ok && code != "" {
		return fmt.Errorf("%s %q is not known", field, code)
	}
	return nil
}

func allOf[T any](field string, codes []string, in map[string]T) error {
	if len(codes) > maxListed {
		return fmt.Errorf("%d %s, at most %d", len(codes), field, maxListed)
	}
	for i, code := range codes {
		if _, ok := in[code]; !ok || slices.Contains(codes[:i], code) {
			return fmt.Errorf("%s %q is not known, or comes twice", field, code)
		}
	}
	return nil
}

func (p *Parser) acceptLooks(d *draft, w *Wish) error {
	if len(d.Colours) > maxListed || len(d.Sizes) > maxListed {
		return fmt.Errorf("%d colours and %d sizes, at most %d", len(d.Colours), len(d.Sizes), maxListed)
	}
	for _, c := range d.Colours {
		if _, ok := p.colours[c]; !ok {
			return fmt.Errorf("colour %q is not known", c)
		}
		w.Colours = add(w.Colours, c)
	}
	for _, size := range d.Sizes {
		if size == "" || len(size) > maxSizeBytes {
			return fmt.Errorf("a size of %d bytes", len(size))
		}
		w.Sizes = add(w.Sizes, strings.ToUpper(size))
	}
	return nil
}

func acceptNumbers(d *draft, w *Wish) error {
	if d.MinYuan != nil || d.MaxYuan != nil {
		low, high := of(d.MinYuan), of(d.MaxYuan)
		sound := low >= 0 && high >= 0 && low <= maxDraftYuan && high <= maxDraftYuan // NaN is not
		if !sound || high > 0 && low > high {
			return fmt.Errorf("a budget of %v to %v", low, high)
		}
		w.MinFen, w.MaxFen = int64(low*100+.5), int64(high*100+.5)
	}
	if d.AgeMin != nil || d.AgeMax != nil {
		w.Aged, w.FromMonths, w.ToMonths = true, of(d.AgeMin), maxMonths
		if d.AgeMax != nil {
			w.ToMonths = *d.AgeMax
		}
		if w.FromMonths < 0 || w.ToMonths < w.FromMonths || w.ToMonths > maxMonths {
			return fmt.Errorf("an age of %d to %d months", w.FromMonths, w.ToMonths)
		}
	}
	w.People, w.Quantity = of(d.People), of(d.Quantity)
	if w.People < 0 || w.People > 1000 || w.Quantity < 0 || w.Quantity > 99 {
		return fmt.Errorf("%d people, %d items", w.People, w.Quantity)
	}
	return nil
}

func of[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// acceptQuotes finds quotes in the text; that is what shows that a trait was not made up.
func acceptQuotes(d *draft, w *Wish) error {
	if len(d.Quotes) > maxQuotes {
		return fmt.Errorf("%d quotes, at most %d", len(d.Quotes), maxQuotes)
	}
	for _, q := range d.Quotes {
		trait, known := ParseTrait(q.Trait)
		at := strings.Index(w.Text, q.Text)
		if !known || q.Text == "" || at < 0 || !utf8.ValidString(q.Text) {
			return fmt.Errorf("the text does not say %q of the trait %q", q.Text, q.Trait)
		}
		w.Spans = append(w.Spans, Span{From: at, To: at + len(q.Text), Trait: trait, Value: q.Text})
	}
	slices.SortStableFunc(w.Spans, func(a, b Span) int { return a.From - b.From })
	return nil
}

// maxEnum bounds the names that a schema lists: beyond it the chain's categories would fill the
// model's input.
const maxEnum = 200

// Schema is the JSON schema of what Accept takes, for interfaces that hold a model to one
// ("strict": every property required, none besides).
func (p *Parser) Schema() json.RawMessage { return p.schema }

// writeSchema writes it once: each question to a model carries it.
func (p *Parser) writeSchema() json.RawMessage {
	type schema map[string]any
	keys := func(in []string) []string { slices.Sort(in); return in[:min(len(in), maxEnum)] }
	one := func(in []string) schema {
		return schema{"type": "string", "enum": append([]string{""}, keys(in)...)}
	}
	list := func(in []string) schema {
		if len(in) == 0 { // an empty enumeration is not allowed
			return schema{"type": "array", "items": schema{"type": "string"}}
		}
		return schema{"type": "array", "items": schema{"type": "string", "enum": keys(in)}}
	}
	number := schema{"type": []string{"number", "null"}}
	integer := schema{"type": []string{"integer", "null"}}
	traits := traitNames[1:]
	fields := schema{
		"occasion":       one(slices.Collect(maps.Keys(p.occasions))),
		"season":         one(slices.Collect(maps.Keys(p.seasons))),
		"recipient":      one(slices.Collect(maps.Keys(p.recipients))),
		"needs":          list(slices.Collect(maps.Keys(p.byNeed))),
		"categories":     list(slices.Collect(maps.Keys(p.categories))),
		"brands":         list(slices.Collect(maps.Keys(p.brands))),
		"colours":        list(slices.Collect(maps.Keys(p.colours))),
		"tags":           list([]string{"hot", "new", "limited"}),
		"sizes":          schema{"type": "array", "items": schema{"type": "string"}},
		"age_min_months": integer, "age_max_months": integer, "people": integer, "quantity": integer,
		"budget_min_yuan": number, "budget_max_yuan": number,
		"quotes": schema{"type": "array", "items": schema{"type": "object", "additionalProperties": false,
			"required": []string{"trait", "text"}, "properties": schema{"text": schema{"type": "string"},
				"trait": schema{"type": "string", "enum": traits}}}}}
	out, err := json.Marshal(schema{"type": "object", "additionalProperties": false, "properties": fields,
		"required": keys(slices.Collect(maps.Keys(fields)))})
	if err != nil {
		panic("BUG: a schema of texts cannot be written: " + err.Error())
	}
	return out
}

// Drafter is a language model that writes a wish about a text as JSON of a schema. It is a service elsewhere:
// nothing but the text and the schema may go to it, and what it answers is checked by Accept.
type Drafter interface {
	// Draft returns what the model wrote.
	Draft(ctx context.Context, text string, schema json.RawMessage) ([]byte, error)
}
