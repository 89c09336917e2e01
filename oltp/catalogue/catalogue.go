package catalogue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Editor merges bulks of rows by code. Ids in the input are ignored. A bad row is refused alone, in its
// Result; the error is for what concerns the whole bulk, and then nothing was done.
type Editor interface {
	// PutRegions merges regions.
	PutRegions(ctx context.Context, rows []retail.Region) ([]Result, error)
	// PutStores merges stores; only the Code of Region counts, and it must exist.
	PutStores(ctx context.Context, rows []retail.Store) ([]Result, error)
	// RehearseStores answers what PutStores would, and changes nothing.
	RehearseStores(ctx context.Context, rows []retail.Store) ([]Result, error)
	// PutCategories merges categories. A row's parent exists or stands in the same bulk; the tree stays
	// without cycles and at most retail.MaxCategoryDepth deep.
	PutCategories(ctx context.Context, rows []retail.Category) ([]Result, error)
	// PutStyles merges styles; only the Code of Category counts, and it must exist.
	PutStyles(ctx context.Context, rows []retail.Style) ([]Result, error)
	// PutProducts merges SKUs; only the Code of Category and Style count, and they must exist.
	PutProducts(ctx context.Context, rows []retail.SKU) ([]Result, error)
	// PutMembers merges members.
	PutMembers(ctx context.Context, rows []Member) ([]Result, error)
}

// Member is a member with what only the transactional store may see.
type Member struct {
	retail.Member
	// Phone may be empty. Only a keyed hash and the last four digits of it are kept.
	Phone string
}

// Outcome is what became of one row.
type Outcome uint8

// The outcomes.
const (
	Refused Outcome = iota
	Created
	Updated
	Unchanged
)

// String names the outcome in lower case.
func (o Outcome) String() string {
	return [...]string{"refused", "created", "updated", "unchanged"}[o]
}

// Result answers one row.
type Result struct {
	Outcome Outcome
	// ID is the row's id as a plain number; Version is 0 for regions.
	ID, Version int64
	// Err is set exactly when Outcome is Refused; it is an *Invalid, and for the account that the chain
	// cannot do without a *staff.LastAdmin.
	Err error
}

// Invalid says which field of a row breaks a rule.
type Invalid struct {
	// Field is the name in snake_case, such as "time_zone".
	Field, Value, Reason string
}

func (e *Invalid) Error() string { return fmt.Sprintf("%s %q: %s", e.Field, e.Value, e.Reason) }

// ErrUnavailable says that the database cannot be reached.
var ErrUnavailable = errors.New("the catalogue's database is unavailable")

// Lister lists rows in ascending order of code, those after the given code, at most limit.
type Lister interface {
	// Regions lists regions.
	Regions(ctx context.Context, after string, limit int) ([]retail.Region, error)
	// Stores lists the stores of a scope.
	Stores(ctx context.Context, scope retail.Scope, after string, limit int) ([]retail.Store, error)
	// Categories lists categories, below a parent unless that is empty.
	Categories(ctx context.Context, parent, after string, limit int) ([]retail.Category, error)
	// Styles lists styles; Category, Brand and Season of the filter count.
	Styles(ctx context.Context, f Filter, after string, limit int) ([]retail.Style, error)
	// Products lists SKUs.
	Products(ctx context.Context, f Filter, after string, limit int) ([]retail.SKU, error)
	// Members lists members.
	Members(ctx context.Context, after string, limit int) ([]retail.Member, error)
}

// Filter says which goods a list holds. An empty field lets everything through.
type Filter struct {
	// Category is the code of a category, which stands for all below it.
	Category string
	// Brand, Season, Style and Barcode are exact; Style is a code.
	Brand, Season, Style, Barcode string
	// Tag is one that holds at At.
	Tag retail.Tag
	At  time.Time
	// Text is a part of the code or a name, of at least MinText letters, in whatever case.
	Text string
}

// MinText is the least length of a text that is searched for, in letters: pairs of letters are indexed.
const MinText = 2
