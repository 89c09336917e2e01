package staff

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// LoadSecret reads a key of at least MinKeyBytes from a file that holds it in hexadecimal and that nobody
// but its owner may read. what names the key in errors, such as "the signing key".
func LoadSecret(path, what string) ([]byte, error) {
	text, err := readPrivate(path)
	if err != nil {
		return nil, fmt.Errorf("cannot load %s: %w", what, err)
	}
	key, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil {
		return nil, fmt.Errorf("cannot load %s: %s is not one key in hexadecimal", what, path)
	}
	if len(key) < MinKeyBytes {
		return nil, fmt.Errorf("cannot load %s: %s holds %d bytes, at least %d are needed", what, path,
			len(key), MinKeyBytes)
	}
	return key, nil
}

// EnsureSecret creates a file for LoadSecret when there is none: with the known key, or else with a random
// one.
func EnsureSecret(path, what string, known []byte) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(known) == 0 {
		known = make([]byte, MinKeyBytes)
		_, _ = rand.Read(known) // never fails: crypto/rand ends the program instead
	}
	if err := writeNew(path, []byte(hex.EncodeToString(known)+"\n")); err != nil {
		return fmt.Errorf("cannot create %s: %w", what, err)
	}
	return nil
}

// readPrivate reads a file that only its owner may read.
func readPrivate(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s is open to others (mode %04o), run chmod 600 %s", path,
			info.Mode().Perm(), path)
	}
	return os.ReadFile(path)
}
