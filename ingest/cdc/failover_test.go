package cdc_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/tillstream/tillstream/ingest/cdc"
	pglocal "github.com/tillstream/tillstream/oltp/postgres/local"
)

func (c *chain) failover(t *testing.T) string {
	t.Helper()
	return query(t, connect(t, c.dsn), `SELECT coalesce(to_jsonb(s) ->> 'failover', 'unknown')
		FROM pg_replication_slots s WHERE slot_name = $1`, c.slot)
}

func TestStandbysKeepTheSlot(t *testing.T) {
	c := newChain(t)
	if c.older(t) {
		t.Skip("SKIPPED: this PostgreSQL knows no slots that outlive a failover; they came with 17")
	}
	conn := connect(t, c.dsn)
	query(t, conn, "SELECT pg_create_logical_replication_slot($1, 'pgoutput')::text", c.slot)
	if got := c.failover(t); got != "false" {
		t.Fatalf("the slot of before says %s", got)
	}
	r, stop := relay(t, c.config(t))
	streaming(t, r)
	if got := c.failover(t); got != "true" {
		t.Errorf("a slot that was there says %s", got)
	}
	stop()
	query(t, conn, "SELECT pg_drop_replication_slot($1)::text", c.slot)
	r, _ = relay(t, c.config(t))
	streaming(t, r)
	if got := c.failover(t); got != "true" {
		t.Errorf("a new slot says %s", got)
	}
}

// pair is a primary and a standby that follows it.
type pair struct{ primary, standby *pglocal.Server }

const standbySlot = "standby"

// newPair starts a primary, and as its standby a copy that was made while it stood still.
func newPair(t *testing.T) pair {
	t.Helper()
	top := t.TempDir()
	if err := os.Chmod(filepath.Dir(top), 0o755); err != nil {
		t.Fatal(err)
	}
	start := func(name string, settings map[string]string) *pglocal.Server {
		t.Helper()
		s, err := pglocal.Start(t.Context(), pglocal.Config{Dir: filepath.Join(top, name),
			Settings: settings})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Kill)
		return s
	}
	first := start("first", nil)
	query(t, connect(t, first.DSN()), "SELECT pg_create_physical_replication_slot($1, true)::text",
		standbySlot)
	if err := first.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	second := filepath.Join(top, "second")
	out, err := exec.Command("cp", "-a", filepath.Join(top, "first"), second).CombinedOutput()
	if err != nil {
		t.Fatalf("cannot copy the primary: %v: %s", err, out)
	}
	clusters, err := filepath.Glob(filepath.Join(second, "*", "PG_VERSION"))
	if err != nil || len(clusters) != 1 {
		t.Fatalf("the copy holds the clusters %v (%v)", clusters, err)
	}
	sign := filepath.Join(filepath.Dir(clusters[0]), "standby.signal")
	err = os.WriteFile(sign, nil, 0o644)
	if err == nil {
		err = os.RemoveAll(filepath.Join(filepath.Dir(clusters[0]), "pg_replslot", standbySlot))
	}
	if err == nil {
		err = os.Remove(filepath.Join(second, "port"))
	}
	if err != nil {
		t.Fatal(err)
	}
	p := pair{primary: start("first", map[string]string{"synchronized_standby_slots": standbySlot})}
	u, err := url.Parse(p.primary.DSN())
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	p.standby = start("second", map[string]string{
		"primary_conninfo": fmt.Sprintf("host=%s port=%s user=%s password=%s dbname=%s", u.Hostname(),
			u.Port(), u.User.Username(), password, u.Path[1:]),
		"primary_slot_name": standbySlot, "sync_replication_slots": "on", "hot_standby_feedback": "on"})
	return p
}

// dsn names both servers: whoever takes writes is the one to use.
func (p pair) dsn(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(p.primary.DSN())
	if err != nil {
		t.Fatal(err)
	}
	u.Host += "," + p.standby.Address()
	u.RawQuery = "target_session_attrs=read-write"
	return u.String()
}

// The primary dies for good and its standby is promoted: the relay goes on there, at the same positions,
// without a gap.
func TestPromotedStandbyGoesOnWithoutAGap(t *testing.T) {
	probe := newChain(t)
	if probe.older(t) {
		t.Skip("SKIPPED: this PostgreSQL knows no slots that outlive a failover; they came with 17")
	}
	servers := newPair(t)
	c := newChain(t)
	c.dsn = servers.dsn(t)
	r, _ := relay(t, c.config(t))
	streaming(t, r)
	conn, follower := connect(t, servers.primary.DSN()), connect(t, servers.standby.DSN())
	c.commit(t, conn, 10, 10)
	eventually(t, "the standby to keep the slot", func() bool {
		c.commit(t, conn, 1)
		return query(t, follower, `SELECT count(*)::text FROM pg_replication_slots
			WHERE slot_name = $1 AND synced AND NOT temporary`, c.slot) == "1"
	})
	for range 50 {
		c.commit(t, conn, 5, 20)
	}
	end := query(t, conn, "SELECT pg_current_wal_lsn()::text")
	eventually(t, "the standby to have everything", func() bool {
		return query(t, follower, "SELECT (pg_last_wal_replay_lsn() >= $1::text::pg_lsn)::text",
			end) == "true"
	})
	servers.primary.Kill()
	query(t, follower, "SELECT pg_promote()::text")
	eventually(t, "the relay to stream from the promoted one", func() bool {
		return r.Stats().Reconnects > 0 && r.Stats().State == cdc.Streaming
	})
	for range 20 {
		c.commit(t, follower, 5, 20)
	}
	in := c.consumer(t)
	in.await(t, int(c.count()))
	in.exactlyOnce(t, c.count(), true)
	if s := r.Stats(); s.Gaps != 1 || len(in.sources()) != 1 {
		t.Errorf("%d gaps, want the first start alone: %s; sources %v", s.Gaps, s.LastGap, in.sources())
	}
	t.Logf("%d facts, %d repeated", c.count(), in.repeated())
}

// older reports whether the server is of before PostgreSQL 17.
func (c *chain) older(t *testing.T) bool {
	t.Helper()
	return query(t, connect(t, c.dsn),
		"SELECT (current_setting('server_version_num')::int < 170000)::text") == "true"
}
