package catalogue_test

import (
	"slices"
	"testing"

	"github.com/tillstream/tillstream/oltp/catalogue"
)

func TestChangesTravelAsText(t *testing.T) {
	many := make([]int64, 5_000)
	for i := range many {
		many[i] = int64(i + 1)
	}
	f := func(c catalogue.Change, text string, want catalogue.Change) {
		t.Helper()
		if got := c.Text(); got != text {
			t.Errorf("%+v is sent as %.40q, want %q", c, got, text)
		}
		got := catalogue.ParseChange(c.Text())
		if got.Kind != want.Kind || !slices.Equal(got.IDs, want.IDs) {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
	all := catalogue.Change{}
	f(all, "", all)
	stores := catalogue.Change{Kind: "stores"}
	f(stores, "stores", stores)
	two := catalogue.Change{Kind: "products", IDs: []int64{7, 1 << 40}}
	f(two, "products:7,1099511627776", two)
	f(catalogue.Change{Kind: "members", IDs: many}, "members", catalogue.Change{Kind: "members"})
	if got := catalogue.ParseChange("products:7,x"); got.Kind != "" {
		t.Errorf("nonsense is read as %+v, want a change of everything", got)
	}
}
