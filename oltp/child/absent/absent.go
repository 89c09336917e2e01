// Package absent decides what a test does when something that it needs is not on the machine: elsewhere
// it is skipped aloud, in CI it fails, because there everything is present and a skipped test proves
// nothing.
package absent

import (
	"os"
	"testing"
)

// Variable names the environment variable that forbids skipping; .ci/run sets it.
const Variable = "TILLSTREAM_NOSKIP"

// Skip ends the test: skipped with the reason, or failed where nothing may be skipped.
func Skip(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv(Variable) != "" {
		t.Fatalf("nothing may be skipped here ("+Variable+" is set): "+format, args...)
	}
	t.Skipf("SKIPPED: "+format, args...)
}
