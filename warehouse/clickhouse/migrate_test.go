package clickhouse_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
)

func migrations(pairs ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return files
}

func TestMigrate(t *testing.T) {
	db, ctx := open(t), context.Background()
	files := migrations(
		"0002_b.sql", "INSERT INTO a SELECT 2; -- one more; really\nINSERT INTO a VALUES (3);",
		"0001_a.sql", "CREATE TABLE a (n UInt8 DEFAULT length(';')) ENGINE = MergeTree ORDER BY n\n;\n",
		"notes.txt", "not a migration")
	names, err := db.Migrate(ctx, files)
	if err != nil || !slices.Equal(names, []string{"0001_a.sql", "0002_b.sql"}) {
		t.Fatalf("first: %v, %v", names, err)
	}
	if n := mustCount(t, db, "SELECT sum(n) FROM a"); n != 5 {
		t.Fatalf("sum %d, want 5", n)
	}
	if names, err = db.Migrate(ctx, files); err != nil || names != nil {
		t.Fatalf("again: %v, %v", names, err)
	}
	files["0003_c.sql"] = &fstest.MapFile{Data: []byte("INSERT INTO a VALUES (4)")}
	if names, err = db.Migrate(ctx, files); err != nil || len(names) != 1 {
		t.Fatalf("one more: %v, %v", names, err)
	}
	files["0001_a.sql"].Data = append(files["0001_a.sql"].Data, "-- edited"...)
	var edited *clickhouse.EditedMigration
	if _, err = db.Migrate(ctx, files); !errors.As(err, &edited) || edited.Name != "0001_a.sql" {
		t.Fatalf("edited: %v", err)
	}
}

func TestMigrateNamesTheStatement(t *testing.T) {
	db := open(t)
	_, err := db.Migrate(context.Background(), migrations("0001_a.sql", "SELECT 1; SELEC 2"))
	if err == nil || !strings.Contains(err.Error(), "0001_a.sql, statement 2 of 2") {
		t.Fatalf("got %v", err)
	}
	if _, err := db.Migrate(context.Background(), migrations("0001_a.sql", "-- nothing")); err == nil {
		t.Fatal("an empty migration is no migration")
	}
}

func TestMigrateConcurrently(t *testing.T) {
	url := chtest.Start(t)
	files := migrations("0001_a.sql", "CREATE TABLE a (n UInt8) ENGINE = MergeTree ORDER BY n",
		"0002_b.sql", "INSERT INTO a VALUES (1)")
	const runners = 4
	var wg sync.WaitGroup
	applied := make([]int, runners)
	for i := range runners {
		db := openWith(t, clickhouse.Config{URL: url})
		wg.Go(func() {
			names, err := db.Migrate(context.Background(), files)
			if err != nil {
				t.Error(err)
			}
			applied[i] = len(names)
		})
	}
	wg.Wait()
	db := openWith(t, clickhouse.Config{URL: url})
	if n := mustCount(t, db, "SELECT count() FROM a"); n != 1 {
		t.Fatalf("the second migration ran %d times", n)
	}
	slices.Sort(applied)
	if !slices.Equal(applied, []int{0, 0, 0, 2}) {
		t.Fatalf("applied by each runner: %v", applied)
	}
}
