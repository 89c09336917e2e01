//go:build cluster

package cluster_test

import (
	"os"
	"testing"

	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
	"github.com/tillstream/tillstream/warehouse/schema"
)

// variable names a cluster of the servers at TILLSTREAM_CLICKHOUSE.
const variable = "TILLSTREAM_CLICKHOUSE_CLUSTER"

// It takes a cluster of servers, which no single machine has, hence the tag: go test -tags cluster. On a
// real cluster a repeated insert changes nothing, neither in the table nor in its rollups.
func TestTheSchemaOnARealCluster(t *testing.T) {
	name := os.Getenv(variable)
	if name == "" {
		t.Fatalf("no cluster: %s and %s name none", chtest.Variable, variable)
	}
	db, err := clickhouse.Open(t.Context(), clickhouse.Config{URL: chtest.Start(t), Cluster: name})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Migrate(t.Context(), schema.Files()); err != nil {
		t.Fatal(err)
	}
	columns := []string{"doc", "first", "store_id", "day", "net_fen"}
	for range 3 {
		err := db.Insert(t.Context(), "fact_order_line", columns, "once", func(b *clickhouse.Batch) {
			b.Add([]uint8{1, 1, 1, 1})
			b.Add([]uint8{1, 1, 1, 1})
			b.Add([]int32{1, 2, 3, 4})
			b.AddDays([]int32{20_000, 20_000, 20_000, 20_000})
			b.Add([]int64{10, 20, 30, 40})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, sql := range []string{"SELECT sum(net_fen) FROM fact_order_line",
		"SELECT sum(net_of_orders_fen) FROM rollup_store_day"} {
		var sum int64
		if _, err := db.Row(t.Context(), sql, nil, &sum); err != nil || sum != 100 {
			t.Errorf("%s gives %d, %v; want 100", sql, sum, err)
		}
	}
}
