package vault

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MaxMasterID bounds the name of a master key, in bytes.
const MaxMasterID = 32

// Masters are the master keys of a chain. New data keys are wrapped by the current one; the others only
// unwrap what they wrapped before.
type Masters struct {
	current string
	keys    map[string]cipher.AEAD
}

// ErrNoMaster says that no master key was given.
var ErrNoMaster = errors.New("no master key")

// ParseMasters reads master keys: one a line or divided by commas, each as name:key with the key in
// hexadecimal, the current one first. Empty lines and lines that begin with # are skipped.
func ParseMasters(text string) (*Masters, error) {
	m := &Masters{keys: map[string]cipher.AEAD{}}
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ',' }) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if err := m.add(line); err != nil {
			return nil, err
		}
	}
	if m.current == "" {
		return nil, ErrNoMaster
	}
	return m, nil
}

// add never repeats the line in an error: it holds a secret.
func (m *Masters) add(line string) error {
	number := len(m.keys) + 1
	id, text, _ := strings.Cut(line, ":")
	id, text = strings.TrimSpace(id), strings.TrimSpace(text)
	if id == "" || text == "" {
		return fmt.Errorf("cannot read master key %d: want name:key", number)
	}
	if len(id) > MaxMasterID || strings.ContainsFunc(id, func(r rune) bool { return r < '!' || r > '~' }) {
		return fmt.Errorf("cannot read master key %d: its name must be at most %d visible ASCII characters",
			number, MaxMasterID)
	}
	if _, twice := m.keys[id]; twice {
		return fmt.Errorf("cannot read master key %d: the name %s stands twice", number, id)
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != KeyBytes {
		return fmt.Errorf("cannot read master key %s: want %d hexadecimal digits", id, 2*KeyBytes)
	}
	aead, err := newAEAD(key)
	if err != nil {
		return fmt.Errorf("cannot use master key %s: %w", id, err)
	}
	if m.keys[id] = aead; m.current == "" {
		m.current = id
	}
	return nil
}

// LoadMasters reads the master keys from a file that nobody but its owner may read.
func LoadMasters(path string) (*Masters, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("cannot load the master keys: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("cannot load the master keys: %s is open to others (mode %04o), "+
			"run chmod 600 %s", path, info.Mode().Perm(), path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot load the master keys: %w", err)
	}
	m, err := ParseMasters(string(text))
	if err != nil {
		return nil, fmt.Errorf("cannot load the master keys from %s: %w", path, err)
	}
	return m, nil
}

// NewMaster returns the line of a fresh master key, as ParseMasters reads it.
func NewMaster() string {
	random := make([]byte, 4+KeyBytes)
	_, _ = rand.Read(random) // never fails: crypto/rand ends the program instead
	return "m" + hex.EncodeToString(random[:4]) + ":" + hex.EncodeToString(random[4:])
}

// EnsureMasters is LoadMasters, and creates the file with a random key when there is none.
func EnsureMasters(path string) (*Masters, error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return LoadMasters(path)
	}
	if err := create(path, NewMaster()+"\n"); err != nil {
		return nil, fmt.Errorf("cannot create the master keys: %w", err)
	}
	return LoadMasters(path) // another process may have been first
}

// create makes a file that only its owner reads, whole or not at all. A file that exists stays.
func create(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err = f.WriteString(text); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// Current names the key that wraps new data keys.
func (m *Masters) Current() string { return m.current }

// wrap seals a data key for its owner under the current master key.
func (m *Masters) wrap(o Owner, key []byte) Wrapped {
	return Wrapped{Master: m.current, Key: seal(m.keys[m.current], key, o.bind("data key", m.current))}
}

func (m *Masters) unwrap(o Owner, w Wrapped) ([]byte, error) {
	aead, known := m.keys[w.Master]
	if !known {
		return nil, fmt.Errorf("cannot unwrap the key of %s: it lies under master key %s, which was not "+
			"given", o, w.Master)
	}
	key, err := open(aead, w.Key, o.bind("data key", w.Master))
	if err != nil {
		return nil, fmt.Errorf("cannot unwrap the key of %s with master key %s: %w", o, w.Master, err)
	}
	return key, nil
}
