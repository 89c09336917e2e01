package replay_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tillstream/tillstream/ingest/replay"
	"github.com/tillstream/tillstream/retail"
)

// dataFolder finds the public data sets, or skips the test.
func dataFolder(t *testing.T, set string) string {
	t.Helper()
	root := os.Getenv("TILLSTREAM_DATA")
	if root == "" {
		root = "../../../shared/data"
	}
	dir := filepath.Join(root, set)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED: the data set %s is absent (%v); set TILLSTREAM_DATA", set, err)
	}
	return dir
}

func TestCompleteJourneyTotals(t *testing.T) {
	t.Parallel()
	plan, err := replay.ReadCompleteJourney(replay.Config{Dir: dataFolder(t, "completejourney")})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + plan.Report.String())
}

func TestOnlineRetailTotals(t *testing.T) {
	t.Parallel()
	plan, err := replay.ReadOnlineRetail(replay.Config{Dir: dataFolder(t, "online_retail")})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + plan.Report.String())
	_ = retail.Money(0)
}
