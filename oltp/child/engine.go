package child

import (
	"fmt"
	"os"
	"path/filepath"
)

// EnginesVariable names the environment variable that points at the folder of engine packages.
const EnginesVariable = "TILLSTREAM_ENGINES"

// EnginePackage finds the folder of an npm package that carries an engine, such as
// "@chdb/lib-linux-x64-gnu". It looks in the folder that TILLSTREAM_ENGINES names and nowhere else if
// that is set; otherwise in node_modules beside the program, beside the program's parent folder, and
// in the working directory and each folder above it, so that a built binary, a checkout and a test all
// find the same one.
func EnginePackage(name string) (string, error) {
	var tried []string
	for _, modules := range engineFolders() {
		path := filepath.Join(modules, filepath.FromSlash(name))
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return filepath.EvalSymlinks(path)
		}
		tried = append(tried, modules)
	}
	return "", &MissingEngine{Package: name, Tried: tried}
}

// MissingEngine says that an engine package is not installed.
type MissingEngine struct {
	Package string
	// Tried are the folders that were looked in.
	Tried []string
}

func (e *MissingEngine) Error() string {
	return fmt.Sprintf("engine package %s is not installed (looked in %v): run `make engines`, or "+
		"point %s at a node_modules folder that holds it", e.Package, e.Tried, EnginesVariable)
}

func engineFolders() []string {
	if dir := os.Getenv(EnginesVariable); dir != "" {
		return []string{dir}
	}
	var found []string
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			exe = real
		}
		beside := filepath.Dir(exe)
		found = append(found, filepath.Join(beside, "node_modules"),
			filepath.Join(filepath.Dir(beside), "node_modules"))
	}
	dir, err := os.Getwd()
	if err != nil {
		return found
	}
	for {
		found = append(found, filepath.Join(dir, "node_modules"))
		parent := filepath.Dir(dir)
		if parent == dir {
			return found
		}
		dir = parent
	}
}
