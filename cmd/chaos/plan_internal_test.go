package chaos

import (
	"slices"
	"testing"
)

func names(schedule []fault) []string {
	all := make([]string, len(schedule))
	for i, f := range schedule {
		all[i] = f.name
	}
	return all
}

func kills(schedule []fault) (n int) {
	for _, f := range schedule {
		n += len(f.kills)
	}
	return n
}

func TestASeedRepeatsTheSchedule(t *testing.T) {
	first, again, other := plan(7, 500, true, ""), plan(7, 500, true, ""), plan(8, 500, true, "")
	if !slices.Equal(names(first), names(again)) {
		t.Error("the same seed gives another schedule")
	}
	if slices.Equal(names(first), names(other)) {
		t.Error("another seed gives the same schedule")
	}
	for i := range first {
		if a, b := first[i].chance.Uint64(), again[i].chance.Uint64(); a != b {
			t.Fatalf("fault %d draws %d, then %d", i, a, b)
		}
	}
}

func TestTheShortFormHoldsEveryFault(t *testing.T) {
	short := plan(3, 50, false, "")
	if n := kills(short); n < 50 || n > 60 {
		t.Errorf("%d kills, want 50 or a few more", n)
	}
	all := names(short)
	for _, f := range deck() {
		if !slices.Contains(all, f.name) {
			t.Errorf("%s is left out", f.name)
		}
	}
	for _, name := range victims() {
		alone := slices.ContainsFunc(short, func(f fault) bool {
			return f.do == nil && len(f.kills) == 1 && f.kills[0] == name
		})
		if !alone {
			t.Errorf("%s is never killed alone", name)
		}
	}
	if n := kills(plan(3, 500, true, "")); n < 500 {
		t.Errorf("the long form kills %d times", n)
	}
}

func TestOnlySomeFaults(t *testing.T) {
	some := plan(3, 5, true, "log cut off")
	if len(some) != 5 || len(plan(3, 5, false, "burst")) != maxDecks || len(plan(3, 5, false, "?")) != 0 {
		t.Errorf("the schedule is %v", names(some))
	}
}
