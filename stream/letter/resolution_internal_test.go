package letter

import (
	"testing"
	"time"
)

func TestTheFirstDecisionCounts(t *testing.T) {
	b := &book{resolved: make(map[string]Resolution)}
	const one, two = "0000000000000001", "0000000000000002"
	for number, r := range []Resolution{{Action: Drop, Letter: one}, {Action: Retry, Letter: one},
		{Action: Retry, Letter: two}, {Action: Drop, Letter: two}, {Action: sent, Through: 1}} {
		r.Number = int64(number)
		if err := b.add(r); err != nil {
			t.Fatal(err)
		}
	}
	if b.resolved[one].Action != Drop || b.resolved[two].Action != Retry {
		t.Errorf("resolved as %+v", b.resolved)
	}
	if open := b.open(); len(open) != 1 || open[0].Number != 2 {
		t.Errorf("open are %+v", open)
	}
	if err := b.add(Resolution{Action: sent, Through: 3, Number: 5}); err != nil || len(b.open()) != 0 {
		t.Errorf("open are %+v, %v", b.open(), err)
	}
}

func TestResolutionsReadBack(t *testing.T) {
	f := func(r Resolution) {
		t.Helper()
		b, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decodeResolution(b, r.Number); err != nil || back != r {
			t.Errorf("%+v reads back as %+v, %v", r, back, err)
		}
	}
	f(Resolution{Number: 7, Action: Retry, Letter: "0123456789abcdef", Partition: 1, Offset: 5,
		By: "anna", At: time.Unix(5, 0).UTC(), Why: "mended"})
	f(Resolution{Number: 8, Action: sent, Through: 8, At: time.Unix(5, 0).UTC()})
	refuses := func(text string) {
		t.Helper()
		if r, err := decodeResolution([]byte(text), 4); err == nil {
			t.Errorf("%s reads as %+v", text, r)
		}
	}
	refuses("")
	refuses("{}")
	refuses(`{"action":"resend","letter":"0123456789abcdef"}`)
	refuses(`{"action":"retry","letter":"0123"}`)
	refuses(`{"action":"retry","letter":"0123456789abcdef","offset":-1}`)
	refuses(`{"action":"sent","through":5}`)
}

func FuzzDecodeResolution(f *testing.F) {
	f.Add([]byte(`{"action":"retry","letter":"0123456789abcdef","partition":0,"offset":3}`))
	f.Add([]byte(`{"action":"sent","through":3}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decodeResolution(b, 9)
		if err != nil {
			return
		}
		again, err := r.encode()
		if err != nil {
			return // too long a reason
		}
		if back, err := decodeResolution(again, 9); err != nil || !back.At.Equal(r.At) ||
			back.Letter != r.Letter || back.Action != r.Action {
			t.Fatalf("%+v reads back as %+v, %v", r, back, err)
		}
	})
}
