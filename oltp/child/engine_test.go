package child_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/child"
)

func TestEnginePackage(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(root, "node_modules", "@engine", "thing")
	deep := filepath.Join(root, "a", "b")
	for _, dir := range []string{want, deep} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(deep)
	t.Setenv(child.EnginesVariable, "")
	if got, err := child.EnginePackage("@engine/thing"); err != nil || got != want {
		t.Fatalf("above the working directory: got %q, %v; want %q", got, err, want)
	}
	t.Setenv(child.EnginesVariable, filepath.Join(root, "node_modules"))
	if got, err := child.EnginePackage("@engine/thing"); err != nil || got != want {
		t.Fatalf("by environment: got %q, %v; want %q", got, err, want)
	}
	t.Setenv(child.EnginesVariable, filepath.Join(root, "elsewhere"))
	_, err = child.EnginePackage("@engine/thing")
	var missing *child.MissingEngine
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "make engines") {
		t.Fatalf("absent: got %v, want the command that mends it", err)
	}
}
