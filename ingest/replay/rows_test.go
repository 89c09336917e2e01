package replay_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/ingest/replay"
)

func TestRows(t *testing.T) {
	t.Parallel()
	f := func(file string, want []string, fault string) {
		t.Helper()
		var got []string
		message := ""
		dir := folder(t, map[string]string{"sales.csv": file})
		for row, err := range replay.Rows(dir, "sales", "b", "a") {
			if err != nil {
				message = err.Error()
				continue
			}
			got = append(got, strings.Join(row, "/"))
		}
		if !slices.Equal(got, want) || !strings.Contains(message, fault) || fault == "" && message != "" {
			t.Errorf("%q: got %v and %q, want %v and %q", file, got, message, want, fault)
		}
	}
	f("a,x,b\n1,2,3\n4,5,6\n", []string{"3/1", "6/4"}, "")
	f("a,b\n", nil, "")
	f("a\n1\n", nil, `column "b" is missing`)
	f("a,b\n1,2\n3\n4,5\n", []string{"2/1"}, "wrong number of fields")
	first := 0
	for range replay.Rows(folder(t, map[string]string{"sales.csv": "a\n1\n2\n"}), "sales", "a") {
		if first++; first == 1 {
			break
		}
	}
	if first != 1 {
		t.Errorf("%d rows after the caller had enough", first)
	}
}
