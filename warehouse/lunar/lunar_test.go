package lunar_test

import (
	"errors"
	"testing"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/lunar"
)

func day(t *testing.T, s string) retail.Day {
	t.Helper()
	d, err := retail.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The days of the festivals are those of the public calendars of China.
func TestASpanGoesByItsFestival(t *testing.T) {
	f := func(first, last, festival, at, before string) {
		t.Helper()
		a, err := lunar.Align(day(t, first), day(t, last))
		want := lunar.Alignment{Festival: festival, Day: day(t, at), Before: day(t, before)}
		if err != nil || a != want {
			t.Errorf("%s to %s goes by %v, %v; want %v", first, last, a, err, want)
		}
	}
	f("2026-02-10", "2026-02-24", "Spring Festival", "2026-02-17", "2025-01-29")
	f("2026-02-17", "2026-02-17", "Spring Festival", "2026-02-17", "2025-01-29")
	f("2025-01-20", "2025-02-04", "Spring Festival", "2025-01-29", "2024-02-10")
	f("2024-02-01", "2024-02-29", "Spring Festival", "2024-02-10", "2023-01-22")
	f("2026-09-20", "2026-09-30", "Mid-Autumn Festival", "2026-09-25", "2025-10-06")
	f("2025-10-01", "2025-10-09", "Mid-Autumn Festival", "2025-10-06", "2024-09-17")
	f("2025-05-29", "2025-06-02", "Dragon Boat Festival", "2025-05-31", "2024-06-10")
	// Between the festivals, the nearest one.
	f("2026-02-07", "2026-02-09", "Spring Festival", "2026-02-17", "2025-01-29")
	f("2026-01-20", "2026-01-22", "Laba Festival", "2026-01-26", "2025-01-07")
	f("2026-07-01", "2026-07-02", "Dragon Boat Festival", "2026-06-19", "2025-05-31")
	// Two festivals that moved alike: the greater one.
	f("2026-02-01", "2026-03-10", "Spring Festival", "2026-02-17", "2025-01-29")
	f("2024-01-10", "2024-02-20", "Spring Festival", "2024-02-10", "2023-01-22")
}

// A leap sixth month lay between the two festivals of 2025.
func TestFestivalsThatMovedApartAreRefused(t *testing.T) {
	_, err := lunar.Align(day(t, "2026-02-01"), day(t, "2026-10-01"))
	var conflict *lunar.Conflict
	if !errors.As(err, &conflict) || conflict.A.Days() == conflict.B.Days() {
		t.Fatalf("got %v", err)
	}
}

// Wherever a span lies, it moves by one lunar year: twelve months or thirteen.
func TestASpanMovesByALunarYear(t *testing.T) {
	for first := day(t, "2001-01-01"); first < day(t, "2100-01-01"); first += 97 {
		a, err := lunar.Align(first, first)
		if err != nil {
			t.Fatal(err)
		}
		if d := a.Days(); d < 353 || d > 355 && d < 383 || d > 385 {
			t.Fatalf("%s moves by %d days: %v", first, d, a)
		}
	}
}
