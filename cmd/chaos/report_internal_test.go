package chaos

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestTheReportSumsUp(t *testing.T) {
	r := newReport(7)
	r.take(Event{Fault: "kill oltp", Killed: []string{"oltp"}, RecoveryMS: 400, Orders: 10})
	r.take(Event{Fault: "kill oltp", Killed: []string{"oltp"}, RecoveryMS: 600, Orders: 20})
	r.take(Event{Fault: "kill both", Killed: []string{"oltp", "postgres"}, RecoveryMS: 9_000, Orders: 30})
	r.take(Event{Fault: "disk full", Skipped: "no room"})
	r.drained(10*time.Second, time.Second)
	r.drained(10*time.Second, 2*time.Second)
	if r.Kills != 4 || r.Faults != 3 || r.Orders != 30 || r.DrainX != 5 {
		t.Errorf("got %+v", r)
	}
	if r.RecoveryMS(0.99) != 600 || r.RecoveryMS(0.5) != 400 {
		t.Errorf("recovery is %v and %v: two kills at once are no single kill", r.RecoveryMS(0.99),
			r.RecoveryMS(0.5))
	}
	if r.Verdict() != nil {
		t.Error(r.Verdict())
	}
	r.Lost = 1
	if err := r.Verdict(); err == nil || !strings.Contains(err.Error(), "--seed 7") {
		t.Errorf("the verdict is %v", err)
	}
	var table strings.Builder
	if err := r.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"4 kills", "1 lost", "oltp", "skipped: disk full: no room"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table does not say %q:\n%s", want, &table)
		}
	}
	line, err := json.Marshal(r)
	if err != nil || !strings.Contains(string(line), `"oltp":{"kills":3,"recovery_p50_ms":400,`) {
		t.Errorf("as JSON: %s, %v", line, err)
	}
}
