package main_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// expect compares single figures of a KPI answer, as they were printed.
func expect(t *testing.T, row map[string]json.RawMessage, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got := string(row[name]); got != value {
			t.Errorf("%s is %s, want %s", name, got, value)
		}
	}
}

// settled waits until the ledger, the facts and every rollup say the same.
func (d *demo) settled() {
	d.t.Helper()
	out, err := d.try("audit", "--wait", "2m")
	if err != nil {
		d.t.Fatalf("ledger, facts and rollups differ: %v\n%s", err, tail(out))
	}
	d.t.Log(strings.TrimSpace(out))
}

// The published sums of the Complete Journey sample, to the cent.
func (d *demo) completeJourneyIsExact() {
	d.t.Helper()
	t := d.t.(*testing.T)
	year := []string{"--from", "2017-01-01", "--to", "2018-01-02"}
	total := d.rows(append(year, "--metrics", "net_sales,discounts,gross_sales,lines,products")...)
	if len(total) != 1 {
		t.Fatalf("%d rows for the whole chain, want 1", len(total))
	}
	expect(t, total[0], map[string]string{"net_sales": "233935.24", "discounts": "40423.01",
		"gross_sales": "274358.25", "lines": "75000", "products": "20902"})
	byStore := map[string]map[string]json.RawMessage{}
	for _, row := range d.rows(append(year, "--metrics", "net_sales,lines", "--by", "store")...) {
		byStore[strings.Trim(string(row["store"]), `"`)] = row
	}
	for store, want := range map[string]map[string]string{
		"367": {"net_sales": "7713.13", "lines": "2129"},
		"406": {"net_sales": "6033.55", "lines": "1634"},
		"429": {"net_sales": "4701.92", "lines": "960"},
		"343": {"net_sales": "4470.71", "lines": "1220"},
		"361": {"net_sales": "4060.61", "lines": "1149"},
	} {
		expect(t, byStore[store], want)
	}
	if len(byStore) != 293 {
		t.Errorf("%d stores sold, want 293", len(byStore))
	}
}

// A whole chain takes the receipts of a year while each of its processes is killed again and again; the
// published sums come out to the cent, before and after the program is started anew.
func TestCompleteJourneySurvivesKills(t *testing.T) {
	dir := dataSet(t, "completejourney")
	d := startDemo(t, "--world", "none")
	done := make(chan error, 1)
	go func() {
		_, err := d.try("replay", "completejourney", dir, "--speed", "200000x")
		done <- err
	}()
	kills := d.killEach(t, 5, done)
	t.Logf("%d kills", kills)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	d.settled()
	d.completeJourneyIsExact()

	d.stop()
	d.start()
	d.settled()
	d.completeJourneyIsExact()

	again := d.run("replay", "completejourney", dir, "--again", "--output", "json")
	var report struct {
		Sent struct{ Placed, Replayed int }
	}
	if err := json.Unmarshal([]byte(again), &report); err != nil || report.Sent.Placed != 0 {
		t.Errorf("replaying again placed %d documents anew, %v", report.Sent.Placed, err)
	}
	d.settled()
	d.completeJourneyIsExact()
}

// killEach kills every child the given number of times in a seeded random order. It fails when the
// replay is over before the last kill: a kill after it proves nothing.
func (d *demo) killEach(t *testing.T, times int, done chan error) (kills int) {
	t.Helper()
	var victims []string
	for name := range d.at.Processes {
		for range times {
			victims = append(victims, name)
		}
	}
	slices.Sort(victims)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed of the kills: %d", seed)
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(victims), func(i, j int) {
		victims[i], victims[j] = victims[j], victims[i]
	})
	during := 0
	for _, name := range victims {
		var pid int
		// One that ends by itself, because what it stands on was killed, has a successor to be killed.
		await(t, time.Minute, name+" to be there and killed", func() error {
			if err := d.refresh(); err != nil {
				return err
			}
			pid = d.at.Processes[name]
			return syscall.Kill(pid, syscall.SIGKILL)
		})
		kills++
		if len(done) == 0 {
			during++
		}
		await(t, time.Minute, name+" to be started again", func() error {
			if err := d.refresh(); err != nil {
				return err
			}
			if d.at.Processes[name] == pid {
				return fmt.Errorf("process %d is still the old one", pid)
			}
			return nil
		})
	}
	if during < kills {
		t.Errorf("only %d of %d kills came during the replay: make it slower", during, kills)
	}
	return kills
}

// The published sums of Online Retail, whose returns become refunds and whose oddities each have a place.
func TestOnlineRetailIsExact(t *testing.T) {
	dir := dataSet(t, "online_retail")
	d := startDemo(t, "--world", "none")
	begun := time.Now()
	d.run("replay", "online-retail", dir)
	t.Logf("replayed in %s", time.Since(begun).Round(time.Second))
	d.settled()
	rows := d.rows("--from", "2010-12-01", "--to", "2011-12-31", "--metrics",
		"net_sales,invoices,refund_lines")
	if len(rows) != 1 {
		t.Fatalf("%d rows, want 1", len(rows))
	}
	expect(t, rows[0], map[string]string{"net_sales": "9747747.93", "invoices": "25900",
		"refund_lines": "9288"})
	for _, kind := range []string{"csv", "parquet"} {
		file := d.state + "/export." + kind
		out := d.run("kpi", "--output", kind, "--from", "2010-12-01", "--to", "2011-12-31",
			"--metrics", "net_sales", "--by", "month")
		if err := os.WriteFile(file, []byte(out), 0o644); err != nil || len(out) < 100 {
			t.Errorf("the %s export has %d bytes, %v", kind, len(out), err)
		}
	}
}
