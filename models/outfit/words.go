package outfit

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed data/*.tsv
var tables embed.FS

// words know what names mean: data/slots.tsv and data/colours.tsv.
type words struct {
	slots map[string]Slot
	tints map[string]tint
}

func loadWords() (*words, error) {
	w := &words{slots: map[string]Slot{}, tints: map[string]tint{}}
	err := each("slots", func(code, word string) error {
		s, ok := ParseSlot(code)
		if !ok {
			return fmt.Errorf("there is no slot %q", code)
		}
		w.slots[word] = s
		return nil
	})
	if err != nil {
		return nil, err
	}
	return w, each("colours", func(code, word string) error {
		if code == "neutral" {
			w.tints[word] = neutral
			return nil
		}
		step, err := strconv.Atoi(code)
		w.tints[word] = tint(step + 1)
		return err
	})
}

// each reads a table of a code and its words.
func each(name string, take func(code, word string) error) error {
	data, err := tables.ReadFile("data/" + name + ".tsv")
	if err != nil {
		return fmt.Errorf("cannot read the table of %s: %w", name, err)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n") {
		code, list, _ := strings.Cut(line, "\t")
		if list == "words" {
			continue
		}
		for word := range strings.SplitSeq(list, "|") {
			if err := take(code, word); err != nil {
				return fmt.Errorf("cannot read the table of %s: %w", name, err)
			}
		}
	}
	return nil
}

// slot is what the longest word in the first of the names that holds any says.
func (w *words) slot(names []string) Slot {
	for _, name := range names {
		if s, ok := longest(w.slots, name); ok {
			return s
		}
	}
	return None
}

func (w *words) tint(colour string) tint {
	t, _ := longest(w.tints, colour)
	return t
}

// longest finds the longest word of a table in a text. Of equal ones the alphabet decides. Latin
// words stand alone there, in the singular or plural.
func longest[T any](table map[string]T, text string) (found T, ok bool) {
	text = strings.ToLower(text)
	best := ""
	for word, value := range table {
		if len(word) < len(best) || len(word) == len(best) && word > best || !holds(text, word) {
			continue
		}
		best, found, ok = word, value, true
	}
	return found, ok
}

func holds(text, word string) bool {
	if word[0] >= 0x80 {
		return strings.Contains(text, word)
	}
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		at += from
		rest := text[at+len(word):]
		if at == 0 || !letter(text[at-1]) {
			for _, ending := range [...]string{"", "s", "es"} {
				if r, ok := strings.CutPrefix(rest, ending); ok && (r == "" || !letter(r[0])) {
					return true
				}
			}
		}
		from = at + 1
	}
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' }
