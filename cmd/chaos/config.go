package chaos

import (
	"fmt"
	"log/slog"
	"time"
)

// Config says how long a chain is tormented, and where.
type Config struct {
	// Dir is the folder below which a fresh one is made and removed again. Required.
	Dir string
	// Exe is the tillstream binary that the roles are started from. Required.
	Exe string
	// Kills is how often a process is killed, at least. Default 50.
	Kills int
	// Seed fixes the schedule; the same seed gives the same faults in the same order.
	Seed uint64
	// Long adds what takes minutes: processes that stand still for a minute, and a warehouse that is away
	// for ten.
	Long bool
	// Only leaves out faults whose names do not contain it; "" leaves out none.
	Only string
	// Event takes each fault when its books are settled. Required.
	Event func(Event)
	// Step is told what is being done, for people. Required.
	Step func(string)
	// Log takes what the chain's supervisor has to say. Required.
	Log *slog.Logger
}

// Event is one fault and what became of it.
type Event struct {
	No    int    `json:"no"`
	Fault string `json:"fault"`
	// Killed names the processes that were killed, in order.
	Killed []string `json:"killed,omitempty"`
	// RecoveryMS is how long orders stood still after the last kill, at most, in milliseconds: no till was
	// promised an order in that time that it had sent after the kill.
	RecoveryMS float64 `json:"recovery_ms,omitempty"`
	// SettledMS is the time until the ledger, the facts and every rollup said the same, in milliseconds,
	// once the tills had stopped.
	SettledMS float64 `json:"settled_ms,omitempty"`
	// Orders is how many documents the tills had been promised by then.
	Orders int64 `json:"orders"`
	// Skipped says why the fault could not be made here.
	Skipped string `json:"skipped,omitempty"`
}

// The bounds of waiting. Beyond them the chain counts as broken.
const (
	// aliveWithin is how long a process may take to be started again.
	aliveWithin = time.Minute
	// settleWithin is how long the books may differ after the last order.
	settleWithin = time.Minute
	// attemptWithin is how long a till waits for one answer before it asks again.
	attemptWithin = 2 * time.Second
	// askAgain is the pause of a till after an attempt that was not answered.
	askAgain = 25 * time.Millisecond
)

func (e Event) String() string {
	if e.Skipped != "" {
		return fmt.Sprintf("%d. %s: skipped: %s", e.No, e.Fault, e.Skipped)
	}
	text := fmt.Sprintf("%d. %s: books agree after %.0f ms", e.No, e.Fault, e.SettledMS)
	if e.RecoveryMS > 0 {
		text += fmt.Sprintf(", orders again after %.0f ms", e.RecoveryMS)
	}
	return text
}
