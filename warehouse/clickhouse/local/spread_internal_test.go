package local

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func isTop(t *testing.T, folder string) bool {
	t.Helper()
	f, err := os.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	flags, err := unix.IoctlGetUint32(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	return err == nil && flags&topFolder != 0
}

// TestPartsAreSpreadWhereTheFileSystemCan looks at a folder that was flagged by hand to learn what the file
// system of the temporary folder can do.
func TestPartsAreSpreadWhereTheFileSystemCan(t *testing.T) {
	byHand := t.TempDir()
	if err := makeTop(byHand); err != nil {
		t.Fatal(err)
	}
	can := isTop(t, byHand)
	data := t.TempDir()
	for _, table := range []string{"abc/abc-1", "abc/abc-2", "def/def-3"} {
		folder := filepath.Join(data, "store", table)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := spread(data); err != nil {
			t.Fatal(err)
		}
		if isTop(t, folder) != can {
			t.Errorf("%s is flagged: %t, want %t", table, !can, can)
		}
	}
	if err := os.RemoveAll(filepath.Join(data, "store", "abc")); err != nil {
		t.Fatal(err)
	}
	if err := spread(data); err != nil {
		t.Fatalf("a table is gone: %v", err)
	}
	if isTop(t, filepath.Join(data, "store", "def/def-3")) != can {
		t.Errorf("the table that is left is flagged: %t, want %t", !can, can)
	}
}
