package local_test

import (
	"strconv"
	"testing"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/local"
)

// BenchmarkProduce writes calls of one record and of a thousand, with and without a write-through to
// the disk.
func BenchmarkProduce(b *testing.B) {
	for _, noSync := range []bool{false, true} {
		for _, size := range []int{1, 1000} {
			name := "sync"
			if noSync {
				name = "no-sync"
			}
			b.Run(name+"/"+strconv.Itoa(size), func(b *testing.B) {
				server := start(b, local.Config{Dir: b.TempDir(), NoSync: noSync})
				ensureTopic(b, server.Address())
				producer, err := kafka.NewProducer(kafka.ProducerConfig{
					Config: kafka.Config{Brokers: []string{server.Address()}},
				})
				if err != nil {
					b.Fatal(err)
				}
				defer producer.Close()
				for b.Loop() {
					records := make([]*kafka.Record, size)
					for i := range records {
						records[i] = record(i)
					}
					if err := producer.Produce(b.Context(), records); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "records/s")
			})
		}
	}
}
