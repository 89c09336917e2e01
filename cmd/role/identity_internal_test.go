package role

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
)

func TestIdentityKeyIsItsOwn(t *testing.T) {
	dir := t.TempDir()
	f := func(name, text string, mode os.FileMode, want string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if _, err := (IdentityKey{file}).load(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
	f("short", "abcd", 0o600, "2 bytes")
	f("text", "not hexadecimal", 0o600, "hexadecimal")
	f("two", strings.Repeat("ab", 32)+"\n"+strings.Repeat("cd", 32), 0o600, "one key")
	f("open", strings.Repeat("ab", 32), 0o644, "chmod 600")
	if _, err := (IdentityKey{}).load(); err == nil ||
		!strings.Contains(err.Error(), "tillstream identity-key") {
		t.Errorf("without a file: %v", err)
	}
	if _, err := (IdentityKey{filepath.Join(dir, "absent")}).load(); err == nil ||
		!strings.Contains(err.Error(), "absent") {
		t.Errorf("without the file: %v", err)
	}
}

// TestIdentityOutlivesTheSigningKey takes the key of a chain over, and then replaces its token key.
func TestIdentityOutlivesTheSigningKey(t *testing.T) {
	dir := t.TempDir()
	tokens, own := filepath.Join(dir, "token.key"), filepath.Join(dir, "identity.key")
	root, err := staff.EnsureKey(tokens)
	if err != nil {
		t.Fatal(err)
	}
	before, err := DerivedIdentity(tokens)
	sum := sha256.Sum256(append([]byte("identity\x00"), root...))
	if err != nil || !bytes.Equal(before, sum[:]) {
		t.Fatalf("members of chains from before are lost: %x, %v", before, err)
	}
	for _, again := range [][]byte{before, nil} { // the second finds the file
		if err := staff.EnsureSecret(own, "the key", again); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(tokens, []byte(hex.EncodeToString(make([]byte, 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	after, err := IdentityKey{own}.load()
	if err != nil || !bytes.Equal(after, before) {
		t.Errorf("got %x, %v, want %x as before", after, err, before)
	}
}
