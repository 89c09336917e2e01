package catalogue

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tillstream/tillstream/retail"
)

// The bounds of what is said of goods.
const (
	// MaxWord bounds a colour, a size, its system and a season, in bytes.
	MaxWord = 32
	// MaxBarcode bounds a barcode, in bytes.
	MaxBarcode = 32
	// MaxPack bounds how many come in one pack.
	MaxPack = 100_000
)

// CheckCategory fills in defaults and says which rule a category breaks.
func CheckCategory(k *retail.Category) error {
	var c check
	c.code("code", k.Code)
	k.Name, k.NameEN = names(k.Name, k.NameEN, k.Code)
	c.name("name", k.Name)
	c.name("name_en", k.NameEN)
	if k.Parent != "" {
		c.code("parent", k.Parent)
	}
	return c.err
}

// CheckStyle fills in defaults and says which rule a style breaks.
func CheckStyle(s *retail.Style) error {
	var c check
	c.code("code", s.Code)
	s.Name, s.NameEN = names(s.Name, s.NameEN, s.Code)
	c.name("name", s.Name)
	c.name("name_en", s.NameEN)
	c.code("category", s.Category.Code)
	c.name("brand", s.Brand)
	c.word("season", s.Season)
	return c.err
}

// CheckSKU fills in defaults and says which rule a SKU breaks.
func CheckSKU(s *retail.SKU) error {
	var c check
	c.code("code", s.Code)
	s.Name, s.NameEN = names(s.Name, s.NameEN, s.Code)
	c.name("name", s.Name)
	c.name("name_en", s.NameEN)
	c.code("category", s.Category.Code)
	c.name("brand", s.Brand)
	c.amount("price", s.Price)
	c.amount("cost", s.Cost)
	if s.Style != "" {
		c.code("style", s.Style)
	}
	c.word("colour", s.Colour)
	c.word("size", s.Size)
	c.word("size_system", s.SizeSystem)
	c.word("season", s.Season)
	c.rule(s.Size != "" || s.SizeSystem == "" && s.SizeOrder == 0, "size", "", "is missing beside its system")
	c.rule(!s.OnlineOnly || !s.OffSeason, "off_season", "true", "leaves no channel to what is online only")
	if s.Pack == 0 {
		s.Pack = 1
	}
	c.rule(s.Pack >= 1 && s.Pack <= MaxPack, "pack", fmt.Sprint(s.Pack), "is not 1 to 100000")
	c.barcode(s.Barcode)
	c.tags(s)
	return c.err
}

func (c *check) word(field, word string) {
	c.rule(len(word) <= MaxWord, field, word[:min(len(word), MaxWord)], "is longer than 32 bytes")
	c.rule(clean(word), field, strings.ToValidUTF8(word, "?"), "holds invalid UTF-8 or control characters")
}

func (c *check) barcode(code string) {
	plain := strings.IndexFunc(code, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	c.rule(len(code) <= MaxBarcode, "barcode", code[:min(len(code), MaxBarcode)], "is longer than 32 bytes")
	c.rule(plain < 0, "barcode", strings.ToValidUTF8(code, "?"), "holds more than digits, letters and dashes")
}

// tags sorts the tags of a SKU, since their order means nothing.
func (c *check) tags(s *retail.SKU) {
	slices.SortFunc(s.Tags, func(a, b retail.TimedTag) int { return cmp.Compare(a.Tag, b.Tag) })
	for i, t := range s.Tags {
		name := t.Tag.String()
		c.rule(t.Tag >= retail.Hot && t.Tag <= retail.Limited, "tags", name, "is no tag")
		c.rule(i == 0 || s.Tags[i-1].Tag != t.Tag, "tags", name, "stands twice")
		c.window("tags", name, t.Window)
	}
}

func (c *check) window(field, value string, w retail.Window) {
	c.rule(w.Until.IsZero() || w.From.Before(w.Until), field, value, "ends before it begins")
}

// CheckTree says which of the put categories would break the tree. tree holds the parent of each
// category that exists; the result's keys are codes.
func CheckTree(tree map[string]string, put []*retail.Category) map[string]error {
	next, bad := make(map[string]string, len(tree)+len(put)), map[string]error{}
	for again := true; again; {
		again = false
		clear(next)
		for code, parent := range tree {
			next[code] = parent
		}
		for _, k := range put {
			if bad[k.Code] == nil {
				next[k.Code] = k.Parent
			}
		}
		for _, k := range put {
			if _, known := next[k.Parent]; bad[k.Code] == nil && k.Parent != "" && !known {
				bad[k.Code] = &Invalid{Field: "parent", Value: k.Parent, Reason: "does not exist"}
				again = true
			}
		}
		again = refuseDeep(next, put, bad) || again
	}
	return bad
}

// refuseDeep refuses the first put row on each way up that does not end in time, and reports whether
// there was one. A chain that is too long loses its end only.
func refuseDeep(next map[string]string, put []*retail.Category, bad map[string]error) bool {
	rows := make(map[string]*retail.Category, len(put))
	for _, k := range put {
		if bad[k.Code] == nil {
			rows[k.Code] = k
		}
	}
	refused := false
	for code := range next {
		var culprit *retail.Category
		at, depth := code, 0
		for ; at != "" && depth <= retail.MaxCategoryDepth; depth++ {
			if culprit == nil {
				culprit = rows[at]
			}
			at = next[at]
		}
		tooDeep := at != "" || depth > retail.MaxCategoryDepth
		if tooDeep && culprit != nil && bad[culprit.Code] == nil {
			bad[culprit.Code] = &Invalid{Field: "parent", Value: culprit.Parent, Reason: fmt.Sprintf(
				"makes a cycle, or a tree of more than %d levels", retail.MaxCategoryDepth)}
			refused = true
		}
	}
	return refused
}
