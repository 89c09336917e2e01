package cdc

import "testing"

func TestAlarmGoesOnAtHalfAndOffAtTwoFifths(t *testing.T) {
	var now Retained
	f := func(bytes int64, status string, alarm, changed bool) {
		t.Helper()
		next := Retained{Bytes: bytes, Limit: 1_000, Status: status}
		if got := next.judge(now); next.Alarm != alarm || got != changed {
			t.Errorf("%d bytes, %s: alarm %v, changed %v; want %v, %v", bytes, status, next.Alarm, got,
				alarm, changed)
		}
		now = next
	}
	f(499, "reserved", false, false)
	f(500, "reserved", true, true)
	f(600, "extended", true, false)
	f(450, "extended", true, false)
	f(399, "reserved", false, true)
	f(450, "reserved", false, false)
	f(10, "unreserved", true, true)
	f(10, "lost", true, false)
	f(10, "reserved", false, true)
	if now.Alarms != 2 {
		t.Errorf("%d alarms, want 2", now.Alarms)
	}
}
