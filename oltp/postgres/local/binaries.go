package local

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"

	"github.com/tillstream/tillstream/oltp/child"
)

// oldestMajor is the oldest server that has what the schema and the slot need.
const oldestMajor = 15

// binaries is a folder that holds initdb and postgres.
type binaries struct {
	dir   string
	major int
}

func (b binaries) path(program string) string { return filepath.Join(b.dir, program) }

// findBinaries takes the folder that the caller names, else the engine package, else the system's.
func findBinaries(dir string) (binaries, error) {
	if dir != "" {
		return probe(dir)
	}
	pkg, err := child.EnginePackage(packageName())
	if err == nil {
		return probePackage(pkg)
	}
	var missing *child.MissingEngine
	if !errors.As(err, &missing) {
		return binaries{}, err
	}
	for _, dir := range systemFolders() {
		if b, err := probe(dir); err == nil {
			return b, nil
		}
	}
	return binaries{}, fmt.Errorf("cannot find PostgreSQL %d or newer on this system either: %w",
		oldestMajor, err)
}

func packageName() string {
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	return "@embedded-postgres/" + runtime.GOOS + "-" + arch
}

// probePackage also notices a package whose libraries were installed without their symbolic links,
// because npm was told to run no scripts.
func probePackage(pkg string) (binaries, error) {
	native := filepath.Join(pkg, "native")
	if runtime.GOOS == "linux" {
		if _, err := os.Stat(filepath.Join(native, "lib", "libpq.so.5")); err != nil {
			return binaries{}, fmt.Errorf("engine package %s is not completely installed (%w): run "+
				"`make engines`", pkg, err)
		}
	}
	return probe(filepath.Join(native, "bin"))
}

func systemFolders() []string {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	packaged, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.Sort(packaged)
	slices.Reverse(packaged)
	return append(dirs, packaged...)
}

var versionText = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

func probe(dir string) (binaries, error) {
	b := binaries{dir: dir}
	if _, err := os.Stat(b.path("initdb")); err != nil {
		return b, fmt.Errorf("cannot use PostgreSQL in %s: %w", dir, err)
	}
	out, err := exec.Command(b.path("postgres"), "--version").CombinedOutput()
	if err != nil {
		return b, fmt.Errorf("cannot run %s: %w: %s", b.path("postgres"), err, out)
	}
	match := versionText.FindSubmatch(out)
	if match == nil {
		return b, fmt.Errorf("cannot read the version of %s from %q", b.path("postgres"), out)
	}
	b.major, _ = strconv.Atoi(string(match[1]))
	if b.major < oldestMajor {
		return b, fmt.Errorf("cannot use PostgreSQL %d in %s: want %d or newer", b.major, dir, oldestMajor)
	}
	return b, nil
}
