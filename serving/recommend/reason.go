package recommend

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

// Language is a language of reasons.
type Language uint8

// The languages.
const (
	Chinese Language = iota
	English
	languageCount
)

// ParseLanguage finds a language by its tag.
func ParseLanguage(tag []byte) (Language, bool) {
	switch string(tag) {
	case "zh-CN", "zh":
		return Chinese, true
	case "en":
		return English, true
	}
	return 0, false
}

//go:embed reasons.tsv
var reasonTable string

// Reasons are the texts of all kinds in all languages.
type Reasons struct {
	codes [kindEnd]string
	texts [kindEnd][languageCount][]part
}

// part is a piece of a text: words, then a number or a name.
type part struct {
	words string
	then  byte // 'w' with, 'v' value, 's' share, 'c' count, 0 nothing
}

// NewReasons reads the table of texts, one line a kind in the order of the kinds.
func NewReasons() (*Reasons, error) {
	r := &Reasons{}
	lines := strings.Split(strings.TrimSpace(reasonTable), "\n")
	if len(lines) != int(kindEnd) {
		return nil, fmt.Errorf("cannot read reasons: %d lines, want %d", len(lines), kindEnd)
	}
	for k, line := range lines[1:] {
		columns := strings.Split(line, "\t")
		if len(columns) != 1+int(languageCount) {
			return nil, fmt.Errorf("cannot read reason %q: want a code and %d texts", line, languageCount)
		}
		r.codes[k+1] = columns[0]
		for language, text := range columns[1:] {
			parts, err := parse(text)
			if err != nil {
				return nil, fmt.Errorf("cannot read reason %s: %w", columns[0], err)
			}
			r.texts[k+1][language] = parts
		}
	}
	return r, nil
}

func parse(text string) (parts []part, err error) {
	for text != "" {
		words, rest, found := strings.Cut(text, "{")
		p := part{words: words}
		if found {
			var name string
			if name, rest, found = strings.Cut(rest, "}"); !found {
				return nil, fmt.Errorf("%q is not closed", name)
			}
			switch name {
			case "with", "value", "share", "count":
				p.then = name[0]
			default:
				return nil, fmt.Errorf("{%s} is not known", name)
			}
		}
		parts, text = append(parts, p), rest
	}
	return parts, nil
}

// Code is the code of a kind, the same in every language.
func (r *Reasons) Code(k Kind) string { return r.codes[k] }

// Append appends the reason of an edge; with names the item, or the items, that it starts from.
func (r *Reasons) Append(dst []byte, in Language, e *Edge, with []byte) []byte {
	for _, p := range r.texts[e.Kind()][in] {
		dst = append(dst, p.words...)
		switch p.then {
		case 'w':
			dst = append(dst, with...)
		case 'v':
			dst = strconv.AppendFloat(dst, float64(e.Value), 'f', precision(e.Value), 32)
		case 's':
			dst = append(strconv.AppendFloat(dst, float64(e.Share)*100, 'f', 0, 32), '%')
		case 'c':
			dst = strconv.AppendInt(dst, int64(e.Count()), 10)
		}
	}
	return dst
}

// precision shows one digit after the point where there is one to show.
func precision(v float32) int {
	if v == float32(int64(v)) {
		return 0
	}
	return 1
}
