package stream_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/local"
)

// serveVariable makes this test binary a Kafka.
const serveVariable = "TILLSTREAM_TEST_SERVE_KAFKA"

func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) == "" {
		os.Setenv(serveVariable, "1")
		os.Exit(m.Run())
	}
	var cfg local.ServeConfig
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	flags.StringVar(&cfg.Dir, "dir", "", "")
	flags.IntVar(&cfg.Port, "port", 0, "")
	flags.BoolVar(&cfg.NoSync, "no-sync", false, "")
	_ = flags.Parse(os.Args[1:])
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := local.Serve(ctx, cfg); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func broker(t *testing.T, dir string) *local.Server {
	t.Helper()
	s, err := local.Start(t.Context(), local.Config{Dir: dir, NoSync: true, Exe: []string{os.Args[0]}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

func TestKillsOfTheBrokerCountNothingTwiceAndLoseNothing(t *testing.T) {
	dir := t.TempDir()
	server := broker(t, dir)
	brokers := []string{server.Address()}
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: brokers})
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if err := admin.EnsureTopics(t.Context(), kafka.Topics(2, 1, 0)...); err != nil {
		t.Fatal(err)
	}
	sink := newLedger()
	trade := newTrade(t, brokers, 11)
	e := start(t, quick(brokers, sink))
	for range 5 {
		trade.sell(300)
		server.Kill()
		server = broker(t, dir)
		trade.sell(300)
	}
	drained(t, brokers)
	sink.verify(t, trade)
	eventually(t, "the engine is well", func() bool { return e.Health() == nil })
}
