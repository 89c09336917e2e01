package replay

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// position is how far a replay came. It may lag behind what the shop has: keys make up for that.
type position struct {
	DataSet string `json:"data_set"`
	// Content tells one version of the files from another.
	Content string `json:"content"`
	// Stock says that the stock is loaded.
	Stock bool `json:"stock"`
	// Documents counts the documents that were answered, from the first one on.
	Documents int `json:"documents"`

	file string
}

// loadPosition reads the state file. A missing one means the beginning, one of other content is an
// error, since its count would skip the wrong documents.
func loadPosition(file string, plan *Plan) (*position, error) {
	fresh := &position{DataSet: plan.DataSet, Content: content(plan), file: file}
	if file == "" {
		return fresh, nil
	}
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read replay state: %w", err)
	}
	old := &position{file: file}
	if err := json.Unmarshal(b, old); err != nil {
		return nil, fmt.Errorf("cannot read replay state %s: %w (remove it to replay from the "+
			"beginning; nothing is doubled)", file, err)
	}
	if old.DataSet != fresh.DataSet || old.Content != fresh.Content || old.Documents < 0 ||
		old.Documents > len(plan.Documents) {
		return nil, fmt.Errorf("cannot resume from %s: it belongs to other data (%s %s, not %s %s)",
			file, old.DataSet, old.Content, fresh.DataSet, fresh.Content)
	}
	return old, nil
}

// content is a short fingerprint of the documents.
func content(plan *Plan) string {
	h := sha256.New()
	for i := range plan.Documents {
		d := &plan.Documents[i]
		fmt.Fprintln(h, d.Key(), d.At.UnixMicro(), d.lines())
	}
	r := &plan.Report
	fmt.Fprintln(h, r.Rows, r.Gross, r.Discount, r.Net)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// save writes the position beside the old one and swaps them, so that a crash leaves one of the
// two.
func (p *position) save() error {
	if p.file == "" {
		return nil
	}
	b, err := json.Marshal(p)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(p.file), 0o755)
	}
	if err == nil {
		err = os.WriteFile(p.file+".new", b, 0o644)
	}
	if err == nil {
		err = os.Rename(p.file+".new", p.file)
	}
	if err != nil {
		return fmt.Errorf("cannot write replay state: %w", err)
	}
	return nil
}
