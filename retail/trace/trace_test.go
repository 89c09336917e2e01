package trace_test

import (
	"context"
	"testing"

	"github.com/tillstream/tillstream/retail/trace"
)

const sampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

func TestOnlyASampledTraceparentIsAMark(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		got := ""
		if m := trace.Parse([]byte(text)); m.Traced() {
			got = m.String()
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	f(sampled, sampled)
	f("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03", sampled)
	f("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes", sampled)
	f("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "")
	f("", "")
	f(sampled[:54], "")
	f(sampled+"-more", "")
	f("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x", "")
	f("ff"+sampled[2:], "")
	f("00-00000000000000000000000000000000-b7ad6b7169203331-01", "")
	f("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "")
	f("00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01", "")
	f("00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "")
}

func TestAContextCarriesAMark(t *testing.T) {
	ctx := context.Background()
	if trace.From(ctx).Traced() || trace.With(ctx, trace.Mark{}) != ctx {
		t.Error("an empty context is traced")
	}
	m := trace.Parse([]byte(sampled))
	if got := trace.From(trace.With(ctx, m)); got != m {
		t.Errorf("got %v, want %v", got, m)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sampled))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := trace.Parse(b)
		if m.Traced() && trace.Parse(m.Append(nil)) != m {
			t.Errorf("%q does not survive its own text", b)
		}
	})
}
