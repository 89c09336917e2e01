package retail_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
)

func TestWeekTexts(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		week, err := retail.ParseWeek(text)
		h := retail.Hours{Week: week}
		if got := h.WeekText(); err != nil || got != want || h.Validate() != nil {
			t.Errorf("%q reads as %q (%v, %v), want %q", text, got, err, h.Validate(), want)
		}
		again, err := retail.ParseWeek(h.WeekText())
		if err != nil || !reflect.DeepEqual(again, week) {
			t.Errorf("%q is written as %q and read as %v, %v", text, h.WeekText(), again, err)
		}
	}
	f("", "")
	f("  ", "")
	f("09:00-21:00", "Mo-Su 09:00-21:00")
	f("Mo-Fr 9:00-12:00, 14:00-21:00; Sa,Su 10:00-26:00", "Mo-Fr 09:00-12:00,14:00-21:00; Sa-Su 10:00-26:00")
	f("Mo-Su 18:00-02:00", "Mo-Su 18:00-26:00")
	f("Mo-Sa 00:00-24:00; Su off", "Mo-Sa 00:00-24:00; Su off")
	f("Sa-Mo 08:00-00:00", "Mo 08:00-24:00; Tu-Fr off; Sa-Su 08:00-24:00")
	f("off", "Mo-Su off")
	f("周一至周五 09：00-21：00；周六、周日 10:00～22:00", "Mo-Fr 09:00-21:00; Sa-Su 10:00-22:00")
	f("星期一至星期六：全天；星期日：休息", "Mo-Sa 00:00-24:00; Su off")
	f("每天 10:00-次日02:00", "Mo-Su 10:00-26:00")
}

func TestBadHours(t *testing.T) {
	f := func(text, reason string) {
		t.Helper()
		if _, err := retail.ParseWeek(text); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: %v, want %q", text, err, reason)
		}
	}
	f("whenever", "want weekdays")
	f("Mo", "want times")
	f("Mo 25:00-26:00", "opens at 25:00")
	f("Mo 09:00-49:00", "closes at 49:00")
	f("Mo 09:00-09:00", "closes at 09:00")
	f("Mo 09:00-12:00,11:00-14:00", "before it has closed")
	f("Mo-Fr 09:00-12:00; We 10:00-11:00", "names We twice")
	f("Mo 09:00-21", "want times")
	f("Mo 09:60-21:00", "want times")
	f("Mo "+strings.Repeat("01:00-01:01,", 9)+"02:00-03:00", "10 times on one day")
	f(strings.Repeat(" ", 3_000), "at most 2048")
	special := func(text, reason string) {
		t.Helper()
		if _, err := retail.ParseSpecial(text); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: %v, want %q", text, err, reason)
		}
	}
	special("Christmas off", "cannot read day")
	special("off", "want a day")
	special("2026-02-30 off", "cannot read day")
	special("2026-02-17", "want times")
	special("2026-02-17 off; 2026/02/17 09:00-10:00", "names 2026-02-17 twice")
	days, err := retail.ParseSpecial("2026-12-25 off; 2026-02-18 10:00-16:00")
	h := retail.Hours{Special: days}
	if got := h.SpecialText(); err != nil || got != "2026-02-18 10:00-16:00; 2026-12-25 off" {
		t.Errorf("special days read as %q, %v", got, err)
	}
	for _, bad := range []retail.Hours{{Week: make([][]retail.Span, 6)},
		{Special: []retail.SpecialDay{{Day: 2}, {Day: 1}}},
		{Special: []retail.SpecialDay{{Spans: []retail.Span{{9, 8}}}}}} {
		if bad.Validate() == nil {
			t.Errorf("%+v are hours", bad)
		}
	}
}

func TestHoursOfAStore(t *testing.T) {
	zone := time.FixedZone("store", 8*3600)
	s := retail.Store{OpensMinute: 540, ClosesMinute: 1320}
	at := func(text string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	f := func(now string, want ...string) {
		t.Helper()
		var got []string
		for _, i := range s.OpenFrom(at(now), zone, 3) {
			got = append(got, i.Opens.Format("02 15:04")+" to "+i.Closes.Format("02 15:04"))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("from %s it is open %q, want %q", now, got, want)
		}
		open := len(want) > 0 && !s.OpenFrom(at(now), zone, 3)[0].Opens.After(at(now))
		if s.OpenAt(at(now), zone) != open {
			t.Errorf("at %s it is open: %v", now, !open)
		}
	}
	f("2026-11-24 08:00", "24 09:00 to 24 22:00", "25 09:00 to 25 22:00", "26 09:00 to 26 22:00")
	f("2026-11-24 22:00", "25 09:00 to 25 22:00", "26 09:00 to 26 22:00")
	s.Hours.Week, _ = retail.ParseWeek("Mo-We 10:00-12:00,14:00-26:00; Th-Su off")
	f("2026-11-24 13:00", "24 14:00 to 25 02:00", "25 10:00 to 25 12:00", "25 14:00 to 26 02:00")
	f("2026-11-26 01:59", "25 14:00 to 26 02:00")
	f("2026-11-26 02:00")
	s.Hours.Special, _ = retail.ParseSpecial("2026-11-25 off; 2026-11-26 08:00-09:00")
	f("2026-11-24 23:00", "24 14:00 to 25 02:00", "26 08:00 to 26 09:00")
	s.Hours.Week, _ = retail.ParseWeek("00:00-24:00")
	s.Hours.Special = nil
	f("2026-11-24 13:00", "24 00:00 to 27 00:00")
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	s.Hours.Week, _ = retail.ParseWeek("09:00-17:00")
	spring := time.Date(2026, 3, 8, 12, 0, 0, 0, newYork) // the clock went forward at two
	if i := s.OpenFrom(spring, newYork, 1)[0]; i.Opens.Hour() != 9 || i.Closes.Sub(i.Opens) != 8*time.Hour {
		t.Errorf("on the day of summer time it is open %v", i)
	}
}

// FuzzHours checks that whatever is understood is sound and is written and read unchanged.
func FuzzHours(f *testing.F) {
	for _, seed := range []string{"Mo-Fr 09:00-12:00,14:00-21:00; Sa,Su 10:00-26:00", "周一至周五 9:00-21:00",
		"2026-02-17 off; 2026-02-18 10:00-16:00", "off", "Mo-", "-", ";;", "每天 10:00-次日02:00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		week, err := retail.ParseWeek(text)
		h := retail.Hours{Week: week}
		if err == nil {
			again, err := retail.ParseWeek(h.WeekText())
			if err != nil || h.Validate() != nil || !reflect.DeepEqual(again, week) {
				t.Fatalf("%q is %q and reads as %v, %v", text, h.WeekText(), again, err)
			}
		}
		days, err := retail.ParseSpecial(text)
		h = retail.Hours{Special: days}
		if err == nil {
			again, err := retail.ParseSpecial(h.SpecialText())
			if err != nil || h.Validate() != nil || !reflect.DeepEqual(again, days) {
				t.Fatalf("%q is %q and reads as %v, %v", text, h.SpecialText(), again, err)
			}
		}
	})
}
