package apache

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
)

// Again runs tests of the calling package once more, on an Apache Kafka instead of the local engine:
// the same bodies, in a process of their own whose kafkatest hands out this cluster. One broker serves
// them one after the other. A test that is not among those that passed fails the caller.
func Again(t *testing.T, tests ...string) {
	t.Helper()
	if os.Getenv(kafkatest.Variable) != "" {
		t.Skipf("SKIPPED: %s names a Kafka, so all tests run on that", kafkatest.Variable)
	}
	cluster := Start(t, Config{})
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe, "-test.v", "-test.count=1", "-test.timeout=9m",
		"-test.run=^("+strings.Join(tests, "|")+")$")
	cmd.Env = append(withoutServe(os.Environ()), kafkatest.Variable+"="+cluster.Brokers()[0])
	out, err := cmd.CombinedOutput()
	passed := passedTests(out)
	for _, name := range tests {
		if !slices.Contains(passed, name) {
			t.Errorf("%s has not passed on Apache Kafka", name)
		}
	}
	if n := bytes.Count(out, []byte(kafkatest.Borrowed)); n < len(tests) {
		t.Errorf("%d times a test used Apache Kafka, want one of each of %d tests", n, len(tests))
	}
	if err != nil || t.Failed() {
		t.Errorf("the tests ended with %v:\n%s", err, out)
	}
}

// withoutServe drops the variables that make a test binary a server instead.
func withoutServe(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(v string) bool {
		return strings.HasPrefix(v, kafkatest.ServeVariable+"=")
	})
}

func passedTests(out []byte) (names []string) {
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "--- PASS: "); ok {
			name, _, _ := strings.Cut(rest, " ")
			names = append(names, name)
		}
	}
	return names
}
