package eval

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tillstream/tillstream/ingest/replay"
)

// names gives texts the numbers 0, 1, 2, … in the order in which they come.
type names struct {
	at   map[string]int64
	list []string
}

func newNames() *names { return &names{at: map[string]int64{}} }

func (n *names) number(text string) int64 {
	if i, ok := n.at[text]; ok {
		return i
	}
	i := int64(len(n.list))
	text = strings.Clone(text)
	n.at[text], n.list = i, append(n.list, text)
	return i
}

// maxRows bounds what is read: a row costs some 60 bytes.
const maxRows = 100_000_000

// read goes through the wanted columns of a file. A bad row ends the reading: a judgement on half of a file
// would be none.
func read(f *replay.File, each func(replay.Row) error, columns ...string) error {
	rows := 0
	for row, err := range f.Rows(columns...) {
		if err != nil {
			return err
		}
		if rows++; rows > maxRows {
			return row.Bad(0, fmt.Sprintf("more than %d rows", maxRows))
		}
		if i := slices.Index(row.Values, ""); i >= 0 && columns[i] != "prefix" {
			return row.Bad(i, "empty")
		}
		if err := each(row); err != nil {
			return err
		}
	}
	if rows == 0 {
		return empty(f)
	}
	return nil
}

func empty(f *replay.File) error {
	return fmt.Errorf("cannot judge an empty file: there is nothing below the header of %s", f.Name())
}

// only opens the one file of a task and checks its header.
func (c *Config) only(columns ...string) (*replay.File, error) {
	if len(c.Files) != 1 {
		return nil, fmt.Errorf("%s takes one file, not %d: %s", c.Task, len(c.Files), Layouts(c.Task))
	}
	f, err := replay.OpenFile(c.Files[0])
	if err != nil {
		return nil, err
	}
	if !f.Has(columns...) {
		return nil, c.unknown(f)
	}
	return f, nil
}

// unknown says that a file has another layout.
func (c *Config) unknown(f *replay.File) error {
	return fmt.Errorf("cannot read %s line 1: the header is %q; %s takes %s", f.Name(),
		strings.Join(f.Columns, ","), c.Task, Layouts(c.Task))
}
