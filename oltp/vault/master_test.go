package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/vault"
)

func TestMasterKeysAreReadStrictly(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		_, err := vault.ParseMasters(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %q", text, err, want)
		}
		for _, secret := range []string{"0001020304", "ff01020304"} {
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("the error holds the key: %v", err)
			}
		}
	}
	f("", "no master key")
	f("# only a comment\n\n", "no master key")
	f(strings.TrimPrefix(oldMaster, "old:"), "want name:key")
	f(":"+oldMaster, "want name:key")
	f("a b"+oldMaster[3:], "visible ASCII")
	f(strings.Repeat("x", 33)+oldMaster[3:], "at most 32")
	f(oldMaster+"00", "want 64 hexadecimal digits")
	f(oldMaster[:20], "want 64 hexadecimal digits")
	f(oldMaster+","+oldMaster, "stands twice")
	m, err := vault.ParseMasters(" " + newMaster + " ,\r\n" + oldMaster + "\r\n")
	if err != nil || m.Current() != "new" {
		t.Errorf("two keys: %+v, %v", m, err)
	}
}

func TestMasterKeyFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.keys")
	if _, err := vault.LoadMasters(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an absent file: %v", err)
	}
	first, err := vault.EnsureMasters(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := vault.EnsureMasters(path)
	if err != nil || second.Current() != first.Current() {
		t.Errorf("the second start has another key: %v, %v", second, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.LoadMasters(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others read: %v", err)
	}
}
