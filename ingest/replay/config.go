package replay

import (
	"context"
	"log/slog"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
)

// Shop is the part of the write API that a replay needs; *client.Client of oltp/client satisfies
// it. It repeats requests that fail for a passing reason.
type Shop interface {
	PutRegions(context.Context, []wire.Region) ([]wire.Merged, error)
	PutStores(context.Context, []wire.Store) ([]wire.Merged, error)
	PutCategories(context.Context, []wire.Category) ([]wire.Merged, error)
	PutProducts(context.Context, []wire.Product) ([]wire.Merged, error)
	PutMembers(context.Context, []wire.Member) ([]wire.Merged, error)
	MoveStock(context.Context, []wire.StockMove) ([]wire.StockRow, error)
	PlaceOrders(context.Context, []wire.OrderRow) ([]wire.Row, error)
	Refunds(context.Context, []wire.RefundRow) ([]wire.Row, error)
}

// Config says what to replay, where to, and how fast.
type Config struct {
	// Dir is the folder with the data set's files.
	Dir string
	// Shop takes the trade. Required for a replay, not for reading a plan.
	Shop Shop
	// Speed is how many times faster than history the documents are sent; 0 means as fast as the
	// shop takes them.
	Speed float64
	// BatchDocuments bounds the orders and refunds of one request. Default: 200.
	BatchDocuments int
	// BatchLines bounds the lines of one request, but a longer document still goes alone and whole.
	// Default: 4,000.
	BatchLines int
	// InFlight bounds the requests under way. Default: 4.
	InFlight int
	// MaxRows bounds the rows of one file, which are held in memory at about 150 bytes each.
	// Default: 5,000,000.
	MaxRows int
	// MaxBadLines bounds the unusable rows; one more ends the reading. Default: 100.
	MaxBadLines int
	// MaxRefused bounds the rows that the shop refuses; one more ends the replay. Default: 100.
	MaxRefused int
	// StateFile keeps how far the replay came. Empty means that a repeated replay sends everything
	// again, which takes time but doubles nothing.
	StateFile string
	// Progress is told after each step, from one goroutine at a time. It may be nil.
	Progress func(Progress)
	// Logger receives a line for each phase. Default: slog.Default().
	Logger *slog.Logger
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// Progress says how far a replay has come.
type Progress struct {
	// Phase is read, catalogue, stock or trade.
	Phase string
	// Done and Total count rows of the catalogue, stock moves, or documents. Total is 0 while
	// reading.
	Done, Total int
	// At is the historic time that was reached, in the phase trade.
	At time.Time
}

func (c Config) withDefaults() Config {
	setDefault(&c.BatchDocuments, 200)
	setDefault(&c.BatchLines, 4_000)
	setDefault(&c.InFlight, 4)
	setDefault(&c.MaxRows, 5_000_000)
	setDefault(&c.MaxBadLines, 100)
	setDefault(&c.MaxRefused, 100)
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Progress == nil {
		c.Progress = func(Progress) {}
	}
	return c
}

func setDefault(v *int, value int) {
	if *v <= 0 {
		*v = value
	}
}
