package local

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// reachable returns binaries that the account can run. PostgreSQL asks access(2) for its own programs,
// and access(2) counts no capabilities, so programs below a private folder are copied to a place that
// everybody can pass: below the data folder if that is such a place, else /var/cache, else the folder
// for temporary files.
func (a account) reachable(bin binaries, data string) (binaries, error) {
	if !a.drop || everybodyRuns(bin) {
		return bin, nil
	}
	source := filepath.Dir(bin.dir)
	sum := sha256.Sum256([]byte(source))
	name := fmt.Sprintf("postgres-%d-%s", bin.major, hex.EncodeToString(sum[:6]))
	var failed []error
	for _, place := range []string{data, "/var/cache/tillstream", filepath.Join(os.TempDir(), "tillstream")} {
		target := filepath.Join(place, name)
		if privateParent(target) != "" {
			continue
		}
		copied := binaries{filepath.Join(target, "bin"), bin.major}
		err := copyTree(source, target)
		if err == nil && everybodyRuns(copied) {
			return copied, nil
		}
		failed = append(failed, err)
	}
	return bin, fmt.Errorf("cannot run PostgreSQL as user %d (it refuses root): %s lies below a private "+
		"folder and could not be copied elsewhere: %w", a.uid, source, errors.Join(failed...))
}

func everybodyRuns(bin binaries) bool {
	for _, program := range []string{"initdb", "postgres"} {
		path := bin.path(program)
		info, err := os.Stat(path)
		if err != nil || info.Mode()&0o005 != 0o005 || privateParent(path) != "" {
			return false
		}
	}
	return true
}

// copyTree makes target like source and readable by all. It makes every file under another name and
// renames it, so that a crash leaves no half of one; what is there in full stays. A folder that
// somebody else owns is not trusted.
func copyTree(source, target string) error {
	return filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		to := filepath.Join(target, rel)
		switch {
		case entry.IsDir():
			return ownFolder(to)
		case entry.Type()&fs.ModeSymlink != 0:
			return copyLink(path, to)
		}
		return copyFile(path, to)
	})
}

func ownFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() || info.Mode()&0o022 != 0 || !ours(info) {
		return fmt.Errorf("cannot use %s: others may write to it", dir)
	}
	return os.Chmod(dir, 0o755)
}

func copyLink(from, to string) error {
	link, err := os.Readlink(from)
	if err != nil {
		return err
	}
	if err := os.Symlink(link, to); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if have, err := os.Stat(to); err == nil && have.Size() == info.Size() &&
		!have.ModTime().Before(info.ModTime()) {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(to), ".copy-*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	_, err = io.Copy(out, in)
	mode := os.FileMode(0o644)
	if info.Mode()&0o100 != 0 {
		mode = 0o755
	}
	if err := errors.Join(err, out.Chmod(mode), out.Close()); err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}

func ours(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
