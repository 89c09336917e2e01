package session_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/planted"
	"github.com/tillstream/tillstream/models/session"
)

// The rival publishes a 90th percentile of 1.7 ms for its index in the memory of a server.
func BenchmarkScores(b *testing.B) {
	w := planted.Make(planted.Config{Seed: 1, Users: 10, Items: 20000, Clusters: 100, Sessions: 200_000})
	x := session.Fit(w.Sessions, session.Config{})
	r, into := x.NewReader(), make([]list.Scored, 0, 20)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		into = r.Scores(w.Runs[i%len(w.Runs)], into)
		i++
	}
}

func BenchmarkClick(b *testing.B) {
	w := planted.Make(planted.Config{Seed: 1, Users: 10, Items: 20000, Clusters: 100, Sessions: 200_000})
	x := session.Fit(w.Sessions, session.Config{})
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		run := w.Runs[i%len(w.Runs)]
		x.Click(int64(i%1000), run[i/1000%len(run)], int64(200_000+i/1000))
		i++
	}
}
