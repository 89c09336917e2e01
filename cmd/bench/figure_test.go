package bench_test

import (
	"bytes"
	"testing"

	"github.com/tillstream/tillstream/cmd/bench"
)

func TestFiguresAreOneObjectALine(t *testing.T) {
	f := func(figure bench.Figure, want string) {
		t.Helper()
		var out bytes.Buffer
		if err := bench.WriteJSON(&out, figure); err != nil {
			t.Fatal(err)
		}
		if out.String() != want+"\n" {
			t.Errorf("got  %swant %s", out.String(), want)
		}
	}
	baseline := 3512.34
	f(bench.Figure{Name: "orders_inprocess_per_s", Value: 24123.456, Unit: "orders/s", Baseline: &baseline},
		`{"name":"orders_inprocess_per_s","value":24123,"unit":"orders/s","baseline":3512}`)
	f(bench.Figure{Name: "orders_accept_p99_ms", Value: 31.98765, Unit: "ms"},
		`{"name":"orders_accept_p99_ms","value":31.99,"unit":"ms"}`)
	f(bench.Figure{Name: "chaos_lost", Unit: "events"}, `{"name":"chaos_lost","value":0,"unit":"events"}`)
}

func TestTheTableShowsTheBar(t *testing.T) {
	var out bytes.Buffer
	baseline := 800.0
	err := bench.WriteTable(&out, []bench.Figure{
		{Name: "orders_accept_p99_ms", Value: 31.98765, Unit: "ms", Baseline: &baseline},
		{Name: "rss_oltp_mb", Value: 80, Unit: "MB"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "name                  value  unit  baseline  bar\n" +
		"orders_accept_p99_ms  31.99  ms    800       <= 50\n" +
		"rss_oltp_mb           80     MB              \n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestAnUnknownBenchIsRefusedBeforeAnythingStarts(t *testing.T) {
	err := bench.Run(t.Context(), bench.Config{Names: []string{"speed"}, Dir: t.TempDir()})
	if err == nil {
		t.Error("a bench of no known name was run")
	}
}
