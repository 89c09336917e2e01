package catalogue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

type row struct {
	id   int64
	code string
}

// rows answers code "c<n>" with id n, for n up to 1,000, and counts how often it is asked.
type rows struct {
	asked int
	fail  error
	// during runs while an answer is under way.
	during func()
}

func (r *rows) table(limit int, now func() time.Time) *table[row] {
	t := &table[row]{
		limit: limit, now: now,
		code: func(v *row) string { return v.code }, id: func(v *row) int64 { return v.id },
		byCodes: func(_ context.Context, codes []string) (found []row, err error) {
			for _, code := range codes {
				var n int64
				if _, err := fmt.Sscanf(code, "c%d", &n); err == nil && n <= 1000 {
					found = append(found, row{n, code})
				}
			}
			return r.answer(found)
		},
		byIDs: func(_ context.Context, ids []int64) (found []row, err error) {
			for _, id := range ids {
				if id <= 1000 {
					found = append(found, row{id, fmt.Sprint("c", id)})
				}
			}
			return r.answer(found)
		},
	}
	t.open()
	return t
}

func (r *rows) answer(found []row) ([]row, error) {
	r.asked++
	if r.during != nil {
		r.during()
	}
	return found, r.fail
}

func TestTableAsksOnce(t *testing.T) {
	src, now := new(rows), time.Unix(1e9, 0)
	table := src.table(100, func() time.Time { return now })
	f := func(code string, want bool, asked int) {
		t.Helper()
		if v, ok := table.find(code); ok != want || ok && v.code != code || src.asked != asked {
			t.Errorf("%s: found %v after %d questions, want %v after %d", code, ok, src.asked, want, asked)
		}
	}
	f("c1", true, 1)
	f("c1", true, 1)
	f("nobody", false, 2)
	f("nobody", false, 2)
	now = now.Add(absentFor + 1)
	f("nobody", false, 3)
	f("no\x00body", false, 3)
	f("no\xffbody", false, 3)
	if got := table.missing([]string{"c7", "\x00", "\xff", ""}); len(got) != 1 || got[0] != "c7" {
		t.Errorf("asks for %q", got)
	}
	if v, ok := table.findID(1); !ok || v.code != "c1" || src.asked != 3 {
		t.Error("an id of a row that is held was asked for")
	}
	table.forget([]int64{1})
	f("c1", true, 4)
	src.fail = errors.New("down")
	f("c2", false, 5)
	if !table.down.Load() {
		t.Error("the table does not say that it could not look")
	}
	src.fail = nil
	f("c2", true, 6)
	if table.down.Load() {
		t.Error("the table still says that it cannot look")
	}
}

func TestTableStaysSmall(t *testing.T) {
	src := new(rows)
	table := src.table(64, time.Now)
	for i := range 1_000 {
		if _, ok := table.find(fmt.Sprint("c", i+1)); !ok {
			t.Fatalf("c%d is lost", i+1)
		}
		if len(table.codes) > 64 || len(table.ids) != len(table.codes) {
			t.Fatalf("%d codes and %d ids are held, at most 64", len(table.codes), len(table.ids))
		}
	}
}

// TestTableKeepsNothingThatChangedUnderWay lets a change arrive between question and answer.
func TestTableKeepsNothingThatChangedUnderWay(t *testing.T) {
	src := new(rows)
	table := src.table(64, time.Now)
	src.during = func() { table.forget([]int64{1}) }
	if _, ok := table.find("c1"); !ok || len(table.codes) != 0 {
		t.Errorf("found %v, held %d rows that may be old", ok, len(table.codes))
	}
}

// TestColdTableAsksOnceForMany lets many ask for a row that nobody holds, before the database answers.
func TestColdTableAsksOnceForMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src, answer := new(rows), make(chan struct{})
		src.during = func() { <-answer }
		table := src.table(64, time.Now)
		var found atomic.Int64
		var group sync.WaitGroup
		ask := func() {
			for i := range 50 {
				group.Go(func() {
					v, ok := table.find("c1")
					if i%2 == 0 {
						v, ok = table.findID(2)
					}
					if ok && v.id == int64(2-i%2) {
						found.Add(1)
					}
				})
			}
		}
		ask()
		synctest.Wait()
		if src.asked != 1 {
			t.Errorf("asked %d times for c1 before the first answer", src.asked)
		}
		table.forget([]int64{1})
		ask() // whoever asks after a change does not get an answer from before it
		synctest.Wait()
		if src.asked != 2 {
			t.Errorf("asked %d times after a change, want 2", src.asked)
		}
		close(answer)
		group.Wait()
		if found.Load() != 100 || src.asked > 4 {
			t.Errorf("%d of 100 found their row after %d questions", found.Load(), src.asked)
		}
	})
}

// TestKindsGoDownAlone fails to find SKUs, which says nothing about stores.
func TestKindsGoDownAlone(t *testing.T) {
	d := &Directory{}
	d.skus.down.Store(true)
	for kind, want := range []bool{OfStores: false, OfSKUs: true, OfMembers: false, OfListings: false} {
		if d.Down(Kind(kind)) != want {
			t.Errorf("kind %d is down: %v, want %v", kind, !want, want)
		}
	}
}
