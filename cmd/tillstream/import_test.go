package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A spreadsheet of stores is rehearsed, imported, and found in place when it is imported again.
func TestImportStoresFromAFile(t *testing.T) {
	d := startDemo(t, "--world", "none")
	token := strings.TrimSpace(d.run("token"))
	if status, answer := d.call("PUT", "/v1/regions", token, "", `{"regions":[{"code":"r"}]}`); status != 200 {
		t.Fatalf("the region is answered %d: %s", status, answer)
	}
	file := filepath.Join(t.TempDir(), "门店.csv")
	const text = "\ufeff门店编码,区域,营业时间\ns1,r,周一至周日 9:00-21:00\ns2,r,\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f := func(want string, flags ...string) {
		t.Helper()
		out := d.run(append([]string{"import", "stores", file}, flags...)...)
		if !strings.Contains(out, want) {
			t.Errorf("import %v prints %s, want %q", flags, out, want)
		}
	}
	f("2 created, 0 updated, 0 unchanged, 0 refused", "--dry-run")
	f("2 created, 0 updated, 0 unchanged, 0 refused")
	f("0 created, 0 updated, 2 unchanged, 0 refused")
	var report struct{ Unchanged int }
	out := d.run("import", "stores", file, "--output", "json")
	if err := json.Unmarshal([]byte(out), &report); err != nil || report.Unchanged != 2 {
		t.Errorf("as JSON: %+v, %v", report, err)
	}
	if err := os.WriteFile(file, []byte("code,region\ns3,nowhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := d.try("import", "stores", file); err == nil || !strings.Contains(out, "does not exist") {
		t.Errorf("a refused row prints %s, %v", out, err)
	}
}
