package eval

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/neighbour"
	"github.com/tillstream/tillstream/models/session"
)

// questions are the cases of a session test.
type questions struct {
	prefixes [][]int32
	truths   [][]int32
}

func sessions(ctx context.Context, c *Config) error {
	train, test, err := c.trainAndTest()
	if err != nil {
		return err
	}
	c.Step("reading " + train.Name())
	items := newNames()
	clicks, err := readClicks(train, items)
	if err != nil {
		return err
	}
	c.Step("reading " + test.Name())
	cases, all, err := readCases(test, items)
	if err != nil {
		return err
	}
	known := history.Group(clicks, all)
	c.Step(fmt.Sprintf("%d sessions are known, %d cases asked", known.Len(), len(cases)))
	q := questions{}
	for _, k := range cases {
		q.add(known.Items, k)
	}
	return c.sit(ctx, &exam{task: c.Task, items: known.Items.Len(), truths: q.truths}, pupilsOf(known, &q))
}

// trainAndTest tells the two files apart by their headers.
func (c *Config) trainAndTest() (train, test *replay.File, err error) {
	for _, name := range c.Files {
		f, err := replay.OpenFile(name)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case f.Has("session", "pos", "item"):
			train = f
		case f.Has("case", "prefix", "target"):
			test = f
		default:
			return nil, nil, c.unknown(f)
		}
	}
	if train == nil || test == nil || len(c.Files) != 2 {
		return nil, nil, fmt.Errorf("%s takes %s", c.Task, Layouts(c.Task))
	}
	return train, test, nil
}

func readClicks(f *replay.File, items *names) (clicks []history.Click, err error) {
	visits := newNames()
	err = read(f, func(r replay.Row) error {
		pos, err := strconv.ParseInt(r.Values[1], 10, 64)
		if err != nil {
			return r.Bad(1, "not a whole number")
		}
		// Sessions are taken to be in the order of the file: the file tells no time.
		n := visits.number(r.Values[0])
		clicks = append(clicks, history.Click{Session: n, Item: items.number(r.Values[2]), Time: n, Pos: pos})
		return nil
	}, "session", "pos", "item")
	return clicks, err
}

// kase is one case: what was clicked, and what came next.
type kase struct {
	prefix []int64
	target int64
}

func readCases(f *replay.File, items *names) (cases []kase, all []int64, err error) {
	parts := func(r rune) bool { return strings.ContainsRune(" ,;|", r) }
	err = read(f, func(r replay.Row) error {
		k := kase{target: items.number(r.Values[2])}
		for _, text := range strings.FieldsFunc(r.Values[1], parts) {
			k.prefix = append(k.prefix, items.number(text))
		}
		all = append(append(all, k.target), k.prefix...)
		cases = append(cases, k)
		return nil
	}, "case", "prefix", "target")
	return cases, all, err
}

func (q *questions) add(items *history.Index, k kase) {
	prefix := make([]int32, len(k.prefix))
	for i, id := range k.prefix {
		prefix[i] = items.Find(id)
	}
	q.prefixes = append(q.prefixes, prefix)
	q.truths = append(q.truths, []int32{items.Find(k.target)})
}

func pupilsOf(known *history.Sessions, q *questions) []pupil {
	counts := make([]int32, known.Items.Len())
	for _, item := range known.Item {
		counts[item]++
	}
	best := ranked(counts)
	return []pupil{
		{"popular", func() error { return nil }, func(_, most int) []int32 {
			return best[:min(most, len(best))]
		}},
		lastItem(known, q), vmis(known, q),
	}
}

// lastItem answers by what goes with the last click.
func lastItem(known *history.Sessions, q *questions) pupil {
	var m *neighbour.Model
	return pupil{"item to item", func() (err error) {
		visits := neighbour.Count(known.Items.Len(), neighbour.Visits(known), neighbour.Limits{})
		m, err = neighbour.Fit(neighbour.Sources{Visited: visits}, neighbour.Config{Top: maxK})
		return err
	}, func(n, most int) []int32 {
		prefix := q.prefixes[n]
		if len(prefix) == 0 {
			return nil
		}
		near := m.Of(prefix[len(prefix)-1]).Item
		return slices.Clone(near[:min(most, len(near))])
	}}
}

// vmis is models/session.
func vmis(known *history.Sessions, q *questions) pupil {
	var reader *session.Reader
	var room []list.Scored
	return pupil{"session", func() error {
		reader = session.Fit(known, session.Config{Sessions: max(1, known.Len()), Again: true}).NewReader()
		return nil
	}, func(n, most int) []int32 {
		if cap(room) != most {
			room = make([]list.Scored, 0, most)
		}
		return itemsOf(reader.Scores(q.prefixes[n], room))
	}}
}

func itemsOf(scored []list.Scored) []int32 {
	items := make([]int32, len(scored))
	for i, s := range scored {
		items[i] = s.Item
	}
	return items
}
