package cdc_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/local"
)

// serveKafka and serveRelay, as first argument, make this test binary a Kafka or a relay, so that tests
// can kill one or stop it.
const (
	serveKafka = "serve-kafka"
	serveRelay = "serve-relay"
)

func TestMain(m *testing.M) {
	serve := map[string]func(context.Context, []string) error{serveKafka: beKafka, serveRelay: beRelay}
	if len(os.Args) < 2 || serve[os.Args[1]] == nil {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := serve[os.Args[1]](ctx, os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func beKafka(ctx context.Context, args []string) error {
	var cfg local.ServeConfig
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	flags.StringVar(&cfg.Dir, "dir", "", "")
	flags.IntVar(&cfg.Port, "port", 0, "")
	flags.BoolVar(&cfg.NoSync, "no-sync", false, "")
	_ = flags.Parse(args)
	return local.Serve(ctx, cfg)
}

// beRelay relays and prints each state that it enters, and its gaps at the end of the line.
func beRelay(ctx context.Context, args []string) error {
	dsn, broker, slot := args[0], args[1], args[2]
	conf := kafka.Config{Brokers: []string{broker}}
	admin, err := kafka.NewAdmin(conf)
	if err != nil {
		return err
	}
	defer admin.Close()
	cfg := quick(cdc.Config{DSN: dsn, Slot: slot, Memory: cdc.LogMemory{Offsets: admin},
		Publish: func() (cdc.Publisher, error) {
			return kafka.NewProducer(kafka.ProducerConfig{Config: conf})
		}})
	r, err := cdc.New(cfg)
	if err != nil {
		return err
	}
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for last := ""; ; <-tick.C {
			s := r.Stats()
			if now := fmt.Sprintf("%s, %d gaps", s.State, s.Gaps); now != last {
				last = now
				fmt.Println(now)
			}
		}
	}()
	return r.Run(ctx)
}

// quick makes a relay hurry, so that tests need not wait.
func quick(cfg cdc.Config) cdc.Config {
	cfg.ConfirmInterval, cfg.WaitForSlot = 5*time.Millisecond, 20*time.Millisecond
	cfg.RetryMin, cfg.RetryMax = 10*time.Millisecond, 100*time.Millisecond
	cfg.SenderTimeout = 2 * time.Second
	return cfg
}
