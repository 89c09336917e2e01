package staff

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// LoadKey reads the key that signs tokens from a file as LoadRing describes it.
func LoadKey(path string) ([]byte, error) {
	r, err := LoadRing(path)
	if err != nil {
		return nil, err
	}
	return r.keys[r.signing], nil
}

// EnsureKey is LoadKey, and creates the file with a random key when there is none.
func EnsureKey(path string) ([]byte, error) {
	if err := EnsureSecret(path, "the signing key", nil); err != nil {
		return nil, err
	}
	return LoadKey(path) // another process may have been first
}

// writeNew creates a file that only its owner reads, whole or not at all. A file that exists stays.
func writeNew(path string, data []byte) error {
	tmp, err := writeBeside(path, data)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	if err = os.Link(tmp, path); errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// writeBeside writes data to a new file in the folder of path that only its owner reads.
func writeBeside(path string, data []byte) (name string, err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new*")
	if err != nil {
		return "", err
	}
	if _, err = tmp.Write(data); err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		_ = os.Remove(tmp.Name()) // the first error is the one to tell
		return "", err
	}
	return tmp.Name(), nil
}
