package replay_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/ingest/replay"
)

func TestBaskets(t *testing.T) {
	f := func(rows string, want ...string) {
		t.Helper()
		name := filepath.Join(t.TempDir(), "baskets.csv")
		text := "item_id,user_id,basket_no,split\n" + strings.ReplaceAll(rows, " ", "\n") + "\n"
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := replay.OpenFile(name)
		if err != nil || !file.Has(replay.BasketColumns()...) {
			t.Fatal(err)
		}
		var got []string
		for l, err := range file.Baskets() {
			if err != nil {
				got = append(got, err.Error()[strings.Index(err.Error(), "line"):])
				continue
			}
			got = append(got, fmt.Sprint(l.User, l.Item, l.No, l.Future, l.Asked))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", rows, got, want)
		}
	}
	f("milk,anna,1,history tea,anna,7,future milk,ben,1,test", "1 1 1 false false", "1 2 7 true true",
		"2 1 1 false true")
	f("milk,a,1,train milk,a,1,never milk,b,1,train", "1 1 1 false false",
		`line 3: split is "never": none of history, future, train, validate, test`)
	f("milk,a,1.5,train", `line 2: basket_no is "1.5": not a whole number`)
	f(",a,1,train", `line 2: item_id is "": empty`)
}
