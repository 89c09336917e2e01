package intent

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed data/*.tsv
var dictionaries embed.FS

// Label is a name in both languages.
type Label struct{ ZH, EN string }

type (
	occasion struct {
		Label
		like string
	}
	recipient struct {
		Label
		group                Group
		fromMonths, toMonths int32
	}
	// needs is a set of needs, by their number: there are at most 64.
	needs uint64
	// need is a kind of goods.
	need struct {
		Label
		code  string
		adult bool
	}
	plan struct {
		occasion, season string
		group            Group
		slots            []slot
	}
	// slot is a place in a bundle, filled by the first of its needs if it can be.
	slot struct {
		needs  []int
		weight float64
		// perPerson is how many units a person takes, 0 for one unit in all.
		perPerson float64
	}
)

// lexicon holds the built-in dictionaries.
type lexicon struct {
	occasions  map[string]occasion
	recipients map[string]recipient
	ages       map[string]recipient
	seasons    map[string]Label
	colours    map[string]Label
	needs      []need
	byNeed     map[string]int
	plans      []plan
	// words are all that a wish may say, goods what tells a good's needs, colours and whom it is for.
	words, goods *trie
	folds        map[rune]rune
}

// meaning is what a word means.
type meaning struct {
	trait Trait
	code  string
}

func loadLexicon() (*lexicon, error) {
	l := &lexicon{occasions: map[string]occasion{}, recipients: map[string]recipient{},
		ages: map[string]recipient{}, seasons: map[string]Label{}, colours: map[string]Label{},
		byNeed: map[string]int{}, words: newTrie(), goods: newTrie(), folds: fold()}
	for _, step := range []func() error{l.loadOccasions, l.loadPeople, l.loadLooks, l.loadNeeds,
		l.loadAudiences, l.loadPlans} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// table reads a dictionary without its header.
func table(name string, columns int) ([][]string, error) {
	data, err := dictionaries.ReadFile("data/" + name + ".tsv")
	if err != nil {
		return nil, fmt.Errorf("cannot read the dictionary %s: %w", name, err)
	}
	var rows [][]string
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		row := strings.Split(line, "\t")
		if len(row) != columns {
			return nil, fmt.Errorf("cannot read line %d of %s: %d columns, want %d", i+1, name,
				len(row), columns)
		}
		if i > 0 {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (l *lexicon) teach(to *trie, trait Trait, code, words string) {
	for word := range strings.SplitSeq(words, "|") {
		to.add(normal(word, l.folds).r, meaning{trait, code})
	}
}

func (l *lexicon) loadOccasions() error {
	rows, err := table("occasions", 5)
	for _, r := range rows {
		l.occasions[r[0]] = occasion{Label{r[1], r[2]}, r[3]}
		l.teach(l.words, Occasion, r[0], r[4])
	}
	return err
}

func (l *lexicon) loadPeople() error {
	for _, list := range []struct {
		name  string
		trait Trait
		into  map[string]recipient
	}{{"recipients", Recipient, l.recipients}, {"ages", Age, l.ages}} {
		rows, err := table(list.name, 7)
		if err != nil {
			return err
		}
		for _, r := range rows {
			x := recipient{Label: Label{r[1], r[2]}, group: Group(r[3])}
			x.fromMonths, x.toMonths = months(r[4]), months(r[5])
			if r[4] != "" && r[5] == "" {
				x.toMonths = maxMonths
			}
			list.into[r[0]] = x
			l.teach(l.words, list.trait, r[0], r[6])
		}
	}
	return nil
}

// maxMonths is as old as anybody is.
const maxMonths = 120 * 12

func months(text string) int32 {
	n, _ := strconv.Atoi(text) // the dictionary's test reads every number
	return int32(n)
}

func (l *lexicon) loadLooks() error {
	for _, list := range []struct {
		name  string
		trait Trait
		into  map[string]Label
	}{{"seasons", Season, l.seasons}, {"colours", Colour, l.colours}} {
		rows, err := table(list.name, 4)
		if err != nil {
			return err
		}
		for _, r := range rows {
			list.into[r[0]] = Label{r[1], r[2]}
			l.teach(l.words, list.trait, r[0], r[3])
			l.teach(l.goods, list.trait, r[0], r[3])
		}
	}
	for _, tag := range [][2]string{{"hot", "热销|爆款|热门|bestseller|best seller"},
		{"new", "新品|新款|new arrival"}, {"limited", "限量|限定|limited edition"}} {
		l.teach(l.words, Tag, tag[0], tag[1])
	}
	return nil
}

func (l *lexicon) loadNeeds() error {
	rows, err := table("needs", 5)
	if len(rows) > 64 {
		return fmt.Errorf("cannot hold %d needs, at most 64", len(rows))
	}
	for i, r := range rows {
		l.needs = append(l.needs, need{Label{r[1], r[2]}, r[0], r[3] == "adult"})
		l.byNeed[r[0]] = i
		l.teach(l.words, Need, r[0], r[4])
		l.teach(l.goods, Need, r[0], r[4])
	}
	return err
}

func (l *lexicon) loadAudiences() error {
	rows, err := table("audiences", 2)
	for _, r := range rows {
		l.teach(l.goods, Recipient, r[0], r[1])
	}
	return err
}

func (l *lexicon) loadPlans() error {
	rows, err := table("plans", 4)
	for _, r := range rows {
		p := plan{occasion: r[0], group: Group(r[1]), season: r[2]}
		for text := range strings.SplitSeq(r[3], ";") {
			s, err := l.slot(text)
			if err != nil {
				return fmt.Errorf("cannot read the plan of %s: %w", r[0], err)
			}
			p.slots = append(p.slots, s)
		}
		l.plans = append(l.plans, p)
	}
	return err
}

// slot reads "bread|meal:1*1": the needs, the weight, units a person.
func (l *lexicon) slot(text string) (s slot, err error) {
	codes, rest, _ := strings.Cut(text, ":")
	weight, per, many := strings.Cut(rest, "*")
	for code := range strings.SplitSeq(codes, "|") {
		n, ok := l.byNeed[code]
		if !ok {
			return s, fmt.Errorf("there is no need %q", code)
		}
		s.needs = append(s.needs, n)
	}
	if s.weight, err = strconv.ParseFloat(weight, 64); err != nil || !many {
		return s, err
	}
	s.perPerson, err = strconv.ParseFloat(per, 64)
	return s, err
}
