package cdc_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/retail/event"
)

// BenchmarkBacklog relays facts of 200 bytes that wait in the slot, as after an outage: how fast the
// relay itself is. An operation is one fact, acknowledged. PostgreSQL decodes on the same machine; with
// kafka=no a log that keeps nothing takes the place of kfake, which shares the process.
func BenchmarkBacklog(b *testing.B) {
	for _, perCommit := range []int{2, 200, 2000} {
		for _, log := range []string{"yes", "no"} {
			b.Run(fmt.Sprintf("facts=%d/kafka=%s", perCommit, log), func(b *testing.B) {
				backlog(b, perCommit, log == "yes")
			})
		}
	}
}

func backlog(b *testing.B, perCommit int, kafka bool) {
	c := newChain(b)
	cfg := c.config(b)
	cfg.Log = nil
	var taken atomic.Int64
	if !kafka {
		cfg.Publish = func() (cdc.Publisher, error) { return newSink(&taken), nil }
	}
	r, stop := relay(b, cfg)
	streaming(b, r)
	stop()
	conn := connect(b, c.dsn)
	var packet []byte
	for i := range perCommit {
		packet = event.AppendFrame(packet, event.Frame{Kind: event.KindOrderPlaced, Key: int64(i % 30),
			Wire: make([]byte, 200)})
	}
	commits := (b.N + perCommit - 1) / perCommit
	for done := 0; done < commits; done += 1000 {
		batch := &pgx.Batch{}
		for range min(1000, commits-done) {
			// A batch is one transaction unless its statements say otherwise.
			batch.Queue("BEGIN")
			batch.Queue("SELECT pg_logical_emit_message(true, $1, $2::bytea)", event.PacketPrefix, packet)
			batch.Queue("COMMIT")
		}
		if err := conn.SendBatch(b.Context(), batch).Close(); err != nil {
			b.Fatal(err)
		}
	}
	want := int64(commits * perCommit)
	b.ReportAllocs()
	b.ResetTimer()
	r, _ = relay(b, cfg)
	eventually(b, "the backlog", func() bool { return r.Stats().Acknowledged >= want })
	b.StopTimer()
	b.ReportMetric(float64(want)/b.Elapsed().Seconds(), "facts/s")
}

// BenchmarkCommitToKafka commits facts of 200 bytes from one connection while the relay runs, at the
// given rate or flat out, and reports the time from commit to acknowledgement.
func BenchmarkCommitToKafka(b *testing.B) {
	for _, f := range []struct{ perCommit, perSecond int }{
		{2, 2_000}, {200, 20_000}, {200, 60_000}, {200, 0},
	} {
		b.Run(fmt.Sprintf("facts=%d/rate=%d", f.perCommit, f.perSecond), func(b *testing.B) {
			commitToKafka(b, f.perCommit, f.perSecond)
		})
	}
}

func commitToKafka(b *testing.B, perCommit, perSecond int) {
	c := newChain(b)
	cfg := c.config(b)
	cfg.Log = nil
	cfg.ConfirmInterval = 0 // the default
	r, _ := relay(b, cfg)
	streaming(b, r)
	conn := connect(b, c.dsn)
	var packet []byte
	for i := range perCommit {
		packet = event.AppendFrame(packet, event.Frame{Kind: event.KindOrderPlaced, Key: int64(i % 30),
			Wire: make([]byte, 200)})
	}
	pace := time.NewTicker(time.Second * time.Duration(perCommit) / time.Duration(max(1, perSecond)))
	defer pace.Stop()
	commits := (b.N + perCommit - 1) / perCommit
	b.ReportAllocs()
	b.ResetTimer()
	for range commits {
		if perSecond > 0 {
			<-pace.C
		}
		emit(b, conn, event.PacketPrefix, true, packet)
	}
	want := int64(commits * perCommit)
	eventually(b, "the facts", func() bool { return r.Stats().Acknowledged >= want })
	b.StopTimer()
	lag := r.Stats().Lag
	b.ReportMetric(float64(want)/b.Elapsed().Seconds(), "facts/s")
	b.ReportMetric(float64(lag.P50.Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(lag.P99.Microseconds())/1000, "p99-ms")
}
