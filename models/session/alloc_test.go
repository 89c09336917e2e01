//go:build !race

package session_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/planted"
	"github.com/tillstream/tillstream/models/session"
)

func TestAllocNothingForAnAnswer(t *testing.T) {
	w := planted.Make(planted.Config{Seed: 1})
	r, into := session.Fit(w.Sessions, session.Config{HalfLife: 1000}).NewReader(), make([]list.Scored, 0, 20)
	if n := testing.AllocsPerRun(100, func() { into = r.Scores(w.Runs[3], into) }); n != 0 || len(into) == 0 {
		t.Errorf("%v allocations for %d items", n, len(into))
	}
}
