package warehouse

import (
	"context"
	"embed"
	"fmt"
	"io"
	"maps"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// Config says what a Warehouse reads and how much it may answer. Zero values take the defaults.
type Config struct {
	// DB is the engine. Required. The caller closes it.
	DB *clickhouse.DB
	// TimeZone is that of a day when no store is meant. Default retail.DefaultTimeZone.
	TimeZone string
	// LiveStores bounds the ranking of the live picture. Default 50.
	LiveStores int
	// LiveOrders bounds its ticker. Default 20.
	LiveOrders int
	// MaxRows bounds the rows of one answer. Default 100,000.
	MaxRows int
	// MaxExportRows bounds the rows of one export, which is streamed. Default 5,000,000.
	MaxExportRows int
	// Timeout bounds one question to the engine, which gives up with it. Default 1 min.
	Timeout time.Duration
	// Now tells the time. Default time.Now.
	Now func() time.Time
}

// Warehouse answers questions. It is safe for concurrent use.
type Warehouse struct {
	cfg  Config
	db   *clickhouse.DB
	zone *time.Location
	sql  map[string]string
	// recall holds last week's side of the live pictures.
	recall recall
}

//go:embed sql/*.sql
var files embed.FS

// New returns a warehouse over an engine whose schema is migrated.
func New(cfg Config) (*Warehouse, error) {
	if cfg.TimeZone == "" {
		cfg.TimeZone = retail.DefaultTimeZone
	}
	if cfg.LiveStores == 0 {
		cfg.LiveStores = 50
	}
	if cfg.LiveOrders == 0 {
		cfg.LiveOrders = 20
	}
	if cfg.MaxRows == 0 {
		cfg.MaxRows = 100_000
	}
	if cfg.MaxExportRows == 0 {
		cfg.MaxExportRows = 5_000_000
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = time.Minute
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	zone, err := time.LoadLocation(cfg.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("cannot load time zone %q: %w", cfg.TimeZone, err)
	}
	w := &Warehouse{cfg: cfg, db: cfg.DB, zone: zone, sql: map[string]string{}}
	entries, err := files.ReadDir("sql")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		text, err := files.ReadFile("sql/" + e.Name())
		if err != nil {
			return nil, err
		}
		w.sql[e.Name()[:len(e.Name())-len(".sql")]] = string(text)
	}
	return w, nil
}

// Query answers q for the stores in scope.
func (w *Warehouse) Query(ctx context.Context, scope retail.Scope, q Query) (*Table, error) {
	t := &Table{Rows: [][]any{}, AsOf: w.cfg.Now().UTC()}
	how := asked{most: w.cfg.MaxRows}
	p, err := w.answer(ctx, scope, q, how, func(p *plan, batch arrow.Record) (err error) {
		t.Rows, err = appendRows(t.Rows, p.columns(), batch)
		return err
	})
	if err != nil {
		return nil, err
	}
	t.Columns, t.Compared = p.columns(), p.compared
	if len(t.Rows) > p.limit {
		t.Rows, t.Truncated = t.Rows[:p.limit], true
	}
	return t, nil
}

// Export writes the answer to q in a format, csv or parquet, as it comes from the engine. An answer
// beyond MaxExportRows is an error, not a short file; a Limit in q cuts it on purpose.
func (w *Warehouse) Export(ctx context.Context, scope retail.Scope, q Query, format string,
	out io.Writer) error {
	var e encoder
	left := int64(0)
	start := func(p *plan) (err error) {
		if e == nil {
			left = int64(p.limit)
			e, err = newEncoder(format, p.columns(), out)
		}
		return err
	}
	if _, err := newEncoder(format, nil, io.Discard); err != nil {
		return err
	}
	how := asked{most: w.cfg.MaxExportRows, dated: true}
	p, err := w.answer(ctx, scope, q, how, func(p *plan, batch arrow.Record) error {
		if err := start(p); err != nil {
			return err
		}
		if batch.NumRows() > left {
			if q.Limit == 0 {
				return InvalidQuery{Field: "limit", Value: "", Reason: fmt.Sprintf("the export has "+
					"more than %d rows: ask for a shorter span or fewer splits", w.cfg.MaxExportRows)}
			}
			batch = batch.NewSlice(0, left)
			defer batch.Release()
		}
		left -= batch.NumRows()
		return e.write(batch)
	})
	if err != nil {
		return err
	}
	if err := start(p); err != nil {
		return err
	}
	return e.close()
}

// asked is how a question is to be answered: by at most so many rows, and with the compared days or not.
type asked struct {
	most  int
	dated bool
}

// plan checks a query and looks up what it names.
func (w *Warehouse) plan(ctx context.Context, scope retail.Scope, q Query, how asked) (*plan, error) {
	p, err := newPlan(q, w.cfg.Now(), w.zone)
	if err != nil {
		return nil, err
	}
	if p.filters, err = w.readFilters(ctx, q); err != nil {
		return nil, err
	}
	if err = w.compare(ctx, p, q); err != nil {
		return nil, err
	}
	p.dated = how.dated
	if err = p.order(q, how.most); err != nil {
		return nil, err
	}
	p.stores, err = w.narrow(ctx, scope, q)
	return p, err
}

// answer plans a query, asks the engine and hands its record batches on.
func (w *Warehouse) answer(ctx context.Context, scope retail.Scope, q Query, how asked,
	each func(*plan, arrow.Record) error) (*plan, error) {
	p, err := w.plan(ctx, scope, q, how)
	if err != nil {
		return nil, err
	}
	p.untilUnix = w.cfg.Now().Unix()
	s, err := build(scope, p)
	if err != nil || scope.Empty() {
		return p, err
	}
	ctx, cancel := context.WithTimeout(ctx, w.cfg.Timeout)
	defer cancel()
	return p, w.db.Arrow(ctx, s.sql, s.params, func(batch arrow.Record) error { return each(p, batch) })
}

// ask runs one of the embedded queries. They take the scope as the parameters everywhere and scope.
func (w *Warehouse) ask(ctx context.Context, scope retail.Scope, name string,
	params clickhouse.Params) ([]record, error) {
	all := clickhouse.Params{"everywhere": fmt.Sprint(scope.All()), "scope": idList(scope.Stores())}
	maps.Copy(all, params)
	ctx, cancel := context.WithTimeout(ctx, w.cfg.Timeout)
	defer cancel()
	var rows []record
	err := w.db.Arrow(ctx, w.sql[name], all, func(batch arrow.Record) (err error) {
		rows, err = records(rows, batch)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", name, err)
	}
	return rows, nil
}
