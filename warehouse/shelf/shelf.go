package shelf

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/cespare/xxhash/v2"

	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

//go:embed sql/*.sql
var files embed.FS

func statement(name string) string {
	text, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return string(text)
}

// Key names one training of one model.
type Key struct {
	Model   string
	Version int64
}

// Config says how bytes are cut. The zero value takes the defaults.
type Config struct {
	// ChunkBytes is the length of a piece. Default 1 MiB; the engine and a reader hold some of them at once.
	ChunkBytes int
	// BlockBytes is how many bytes of pieces one insert carries. Default 32 MiB.
	BlockBytes int
	// MaxBlobBytes bounds what is read back of one part. Default 2 GiB.
	MaxBlobBytes int64
}

// Shelf reads and writes models in one warehouse. It is safe for concurrent use.
type Shelf struct {
	db  *clickhouse.DB
	cfg Config
}

// New returns a shelf whose schema is migrated.
func New(db *clickhouse.DB, cfg Config) *Shelf {
	cfg.ChunkBytes = cmp.Or(max(cfg.ChunkBytes, 0), 1<<20)
	cfg.BlockBytes = cmp.Or(max(cfg.BlockBytes, 0), 32<<20)
	cfg.MaxBlobBytes = cmp.Or(max(cfg.MaxBlobBytes, 0), 2<<30)
	return &Shelf{db, cfg}
}

// The ways in which bytes cannot be read.
var (
	// ErrAbsent says that there is no such part.
	ErrAbsent = errors.New("it is not there")
	// ErrCorrupt says that pieces are missing, doubled or altered.
	ErrCorrupt = errors.New("it is cut or altered")
)

// token makes inserts of one training repeatable.
func (k Key) token(rest ...any) string {
	return fmt.Sprint("model/", k.Model, "/", k.Version, "/", fmt.Sprint(rest...))
}

// PutBlob writes a part of a model as bytes.
func (s *Shelf) PutBlob(ctx context.Context, k Key, name string, data []byte) error {
	sum, perBlock := xxhash.Sum64(data), max(1, s.cfg.BlockBytes/s.cfg.ChunkBytes)
	chunks := max(1, (len(data)+s.cfg.ChunkBytes-1)/s.cfg.ChunkBytes)
	for from := 0; from < chunks; from += perBlock {
		n := min(perBlock, chunks-from)
		numbers, texts := make([]uint32, n), make([]string, n)
		for i := range n {
			at := (from + i) * s.cfg.ChunkBytes
			numbers[i] = uint32(from + i)
			texts[i] = string(data[at:min(len(data), at+s.cfg.ChunkBytes)])
		}
		err := s.put(ctx, k, "model_blob", k.token("blob/", name, "/", from), n, []column{
			{"name", fill(name, n)}, {"chunk", numbers}, {"bytes", fill(int64(len(data)), n)},
			{"checksum", fill(sum, n)}, {"data", texts}})
		if err != nil {
			return err
		}
	}
	return nil
}

// Blob reads a part of a model.
func (s *Shelf) Blob(ctx context.Context, k Key, name string) ([]byte, error) {
	var data []byte
	var want struct {
		bytes int64
		sum   uint64
	}
	next := int64(0)
	err := s.db.Arrow(ctx, statement("blob"), clickhouse.Params{"model": clickhouse.Text(k.Model),
		"version": strconv.FormatInt(k.Version, 10), "name": clickhouse.Text(name)},
		func(b arrow.Record) error {
			chunk, sizes := b.Column(0).(*array.Int64), b.Column(1).(*array.Int64)
			sums := b.Column(2).(*array.Uint64)
			for i := range int(b.NumRows()) {
				if next == 0 {
					want.bytes, want.sum = sizes.Value(i), sums.Value(i)
				}
				piece := bytesOf(b.Column(3), i)
				if chunk.Value(i) != next || want.bytes > s.cfg.MaxBlobBytes ||
					int64(len(data)+len(piece)) > want.bytes {
					return ErrCorrupt
				}
				data, next = append(data, piece...), next+1
			}
			return nil
		})
	switch {
	case err == nil && next == 0:
		err = ErrAbsent
	case err == nil && (int64(len(data)) != want.bytes || xxhash.Sum64(data) != want.sum):
		err = ErrCorrupt
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read %s of model %s, version %d: %w", name, k.Model, k.Version, err)
	}
	return data, nil
}

func bytesOf(column arrow.Array, i int) []byte {
	switch c := column.(type) {
	case *array.Binary:
		return c.Value(i)
	case *array.String:
		return []byte(c.Value(i))
	}
	return nil
}

// column is one column of an insert.
type column struct {
	name   string
	values any
}

// put writes rows of one training.
func (s *Shelf) put(ctx context.Context, k Key, table, token string, rows int, columns []column) error {
	columns = append([]column{{"model", fill(k.Model, rows)}, {"version", fill(k.Version, rows)}},
		columns...)
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return s.db.Insert(ctx, table, names, token, func(b *clickhouse.Batch) {
		for _, c := range columns {
			switch v := c.values.(type) {
			case micros:
				b.AddMicros(v)
			case days:
				b.AddDays(v)
			default:
				b.Add(v)
			}
		}
	})
}

type (
	micros []int64 // since 1970, for DateTime64
	days   []int32 // since 1970, for Date
)

// fill is one value for every row.
func fill[T any](v T, rows int) []T {
	all := make([]T, rows)
	for i := range all {
		all[i] = v
	}
	return all
}
