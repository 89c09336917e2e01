package stream_test

import (
	"testing"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/stream"
)

func TestABatchIsTheSameAgainWhenTheLogGoesBackBehindIt(t *testing.T) {
	f := func(offsets []int64, end int64) {
		t.Helper()
		var records []*kafka.Record
		for _, offset := range offsets {
			records = append(records, &kafka.Record{Topic: "facts", Offset: offset})
		}
		ends, fingerprints := stream.Rebuild(records)
		if ends != [2]int64{end, end} || fingerprints[0] != fingerprints[1] {
			t.Errorf("offsets %v: batches end at %v, want %d; fingerprints %x", offsets, ends, end,
				fingerprints)
		}
	}
	f([]int64{8, 9, 10}, 11)
	f([]int64{8, 10}, 9)
	f([]int64{8, 8, 9}, 9)
	f([]int64{3, 4, 3, 4, 5}, 5)
}
