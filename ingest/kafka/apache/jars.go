package apache

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// sums pins the server's files: only what stands here is loaded, and only as it was when it was pinned.
//
//go:embed sha256sums
var sums []byte

// folder is where the files lie, below the root of the repository.
const folder = "ingest/kafka/apache/jars"

// classPath lists the server's files, verified once in a test binary.
var classPath = sync.OnceValues(func() (string, error) {
	dir, err := jars()
	if err != nil {
		return "", err
	}
	var files []string
	for lines := bufio.NewScanner(bytes.NewReader(sums)); lines.Scan(); {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok {
			return "", fmt.Errorf("cannot read the line %q of sha256sums", lines.Text())
		}
		file := filepath.Join(dir, name)
		if err := verify(file, sum); err != nil {
			return "", err
		}
		files = append(files, file)
	}
	return strings.Join(files, string(filepath.ListSeparator)), nil
})

// jars finds the folder from the working directory upwards, as a test of any package sees it.
func jars() (string, error) {
	from, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := from; ; dir = filepath.Dir(dir) {
		found := filepath.Join(dir, filepath.FromSlash(folder))
		if info, err := os.Stat(found); err == nil && info.IsDir() {
			return found, nil
		}
		if dir == filepath.Dir(dir) {
			return "", &missing{fmt.Sprintf("%s is not there, looked from %s upwards", folder, from)}
		}
	}
}

// missing says what is not installed.
type missing struct{ what string }

func (m *missing) Error() string { return "no Apache Kafka: " + m.what + ": run `make kafka`" }

func verify(file, want string) error {
	f, err := os.Open(file)
	if err != nil {
		return &missing{err.Error()}
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("cannot verify %s: %w", file, err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		return fmt.Errorf("%s has the checksum %s, pinned is %s", file, got, want)
	}
	return nil
}
