package local

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A table with a deduplication window keeps a log of the blocks it has, by the tokens of their inserts.
// The engine writes a block into the log and then gives it its name in the table's folder: a kill in
// between leaves a token that is remembered and rows that are not there, and the repeated insert would
// be taken for a duplicate and lost. (Seen once in eighteen kills on a busy machine.) The name is the
// commit, so before the engine starts, every remembered block without one is forgotten. What a table
// dropped, the engine itself has taken out of the log; what was merged is covered by the merged part.

// forgetLostBlocks repairs the logs of all tables below the data folder and returns how many blocks were
// forgotten. The engine must not run.
func forgetLostBlocks(data string) (int, error) {
	logs, err := filepath.Glob(filepath.Join(data, "store", "*", "*", "deduplication_logs"))
	if err != nil {
		return 0, fmt.Errorf("cannot look for deduplication logs: %w", err)
	}
	forgotten := 0
	for _, dir := range logs {
		n, err := repairLog(dir)
		if err != nil {
			return forgotten, fmt.Errorf("cannot repair the deduplication log %s: %w", dir, err)
		}
		forgotten += n
	}
	return forgotten, nil
}

// part is the name of a part: all blocks from min to max of a partition.
type part struct {
	partition string
	min, max  uint64
}

// parsePart reads partition_min_max_level and partition_min_max_level_mutation.
func parsePart(name string) (part, bool) {
	m := regexp.MustCompile(`^([^_]+)_(\d+)_(\d+)_\d+(?:_\d+)?$`).FindStringSubmatch(name)
	if m == nil {
		return part{}, false
	}
	low, err1 := strconv.ParseUint(m[2], 10, 64)
	high, err2 := strconv.ParseUint(m[3], 10, 64)
	return part{m[1], low, high}, errors.Join(err1, err2) == nil
}

func (p part) covers(q part) bool {
	return p.partition == q.partition && p.min <= q.min && q.max <= p.max
}

// repairLog takes the blocks that have no part out of one table's log.
func repairLog(dir string) (int, error) {
	files, err := logFiles(dir)
	if err != nil || len(files) == 0 {
		return 0, err
	}
	blocks := map[string]string{} // part name by block
	for _, file := range files {
		if err := readLog(file, blocks); err != nil {
			return 0, err
		}
	}
	parts, err := partsOf(filepath.Dir(dir))
	if err != nil {
		return 0, err
	}
	var drops bytes.Buffer
	forgotten := 0
	for block, name := range blocks {
		p, ok := parsePart(name)
		if !ok || slices.ContainsFunc(parts, func(q part) bool { return q.covers(p) }) {
			continue
		}
		fmt.Fprintf(&drops, "%s\t%s\t%s\n", logDrop, name, block)
		forgotten++
	}
	if forgotten == 0 {
		return 0, nil
	}
	return forgotten, appendSynced(files[len(files)-1], drops.Bytes())
}

// Operations of the log.
const (
	logAdd  = "1"
	logDrop = "2"
)

// logFiles lists deduplication_log_N.txt by N.
func logFiles(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "deduplication_log_*.txt"))
	if err != nil {
		return nil, err
	}
	number := func(file string) int {
		text := strings.TrimPrefix(filepath.Base(file), "deduplication_log_")
		n, err := strconv.Atoi(strings.TrimSuffix(text, ".txt"))
		if err != nil {
			return -1
		}
		return n
	}
	slices.SortFunc(files, func(a, b string) int { return cmp.Compare(number(a), number(b)) })
	return files, nil
}

// readLog applies one file to blocks. A last line that is cut is cut off: its block was never named.
func readLog(file string, blocks map[string]string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	whole := bytes.LastIndexByte(text, '\n') + 1
	if whole < len(text) {
		if err := os.Truncate(file, int64(whole)); err != nil {
			return err
		}
	}
	for line := range strings.Lines(string(text[:whole])) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		if len(fields) != 3 {
			return fmt.Errorf("line %q of %s is not understood", line, file)
		}
		switch fields[0] {
		case logAdd:
			blocks[fields[2]] = fields[1]
		case logDrop:
			delete(blocks, fields[2])
		}
	}
	return nil
}

// partsOf lists the parts in a table's folder, active or not.
func partsOf(table string) ([]part, error) {
	entries, err := os.ReadDir(table)
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, entry := range entries {
		if p, ok := parsePart(entry.Name()); ok && entry.IsDir() {
			parts = append(parts, p)
		}
	}
	return parts, nil
}

func appendSynced(file string, text []byte) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}
