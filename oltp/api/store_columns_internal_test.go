package api

import (
	"os"
	"strings"
	"testing"
)

// TestColumnsAreDocumented holds docs/stores.md to the columns that an import understands.
func TestColumnsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/stores.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, c := range storeColumns() {
		if !strings.Contains(string(text), "`"+c.name+"`") || !strings.Contains(string(text), c.names[0]) {
			t.Errorf("docs/stores.md does not tell of the column %s (%s)", c.name, c.names[0])
		}
		for _, name := range append(c.names, c.name) {
			if other, twice := seen[name]; twice {
				t.Errorf("%s names %s and %s", name, other, c.name)
			}
			seen[name] = c.name
		}
	}
}
