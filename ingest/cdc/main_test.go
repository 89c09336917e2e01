package cdc_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/tillstream/tillstream/ingest/kafka/local"
)

// serveVariable makes this test binary a Kafka, so that tests can kill one.
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
