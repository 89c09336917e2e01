package recall_test

import (
	"testing"

	"github.com/tillstream/tillstream/stream/keyed"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
	"github.com/tillstream/tillstream/warehouse/recall"
	"github.com/tillstream/tillstream/warehouse/schema"
)

// BenchmarkVisits reads back 4,000 visits of a day that has two million.
func BenchmarkVisits(b *testing.B) {
	db, err := clickhouse.Open(b.Context(), clickhouse.Config{URL: chtest.Start(b)})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Migrate(b.Context(), schema.Files()); err != nil {
		b.Fatal(err)
	}
	err = db.Exec(b.Context(), "INSERT INTO fact_visit (day, store_id, channel, session_id, source_offset, "+
		"first_at) SELECT toDate(20500), number % 500, 2, cityHash64(number), number, now() "+
		"FROM numbers(2000000)", nil)
	if err != nil {
		b.Fatal(err)
	}
	memory, err := recall.New(db)
	if err != nil {
		b.Fatal(err)
	}
	keys := make([]keyed.VisitKey, 4_000)
	for i := range keys {
		keys[i] = keyed.VisitKey{Day: 20_500, Store: int32(i % 500), Channel: 2,
			Session: uint64(i) * 0x9e3779b97f4a7c15}
	}
	for b.Loop() {
		if _, err := memory.Visits(b.Context(), keyed.Past{Batch: 1 << 40}, keys); err != nil {
			b.Fatal(err)
		}
	}
}
