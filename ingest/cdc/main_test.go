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

// serveKafka, as first argument, makes this test binary a Kafka, so that tests can kill one.
const serveKafka = "serve-kafka"

func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != serveKafka {
		os.Exit(m.Run())
	}
	var cfg local.ServeConfig
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	flags.StringVar(&cfg.Dir, "dir", "", "")
	flags.IntVar(&cfg.Port, "port", 0, "")
	flags.BoolVar(&cfg.NoSync, "no-sync", false, "")
	_ = flags.Parse(os.Args[2:])
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := local.Serve(ctx, cfg); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
