package bench

import (
	"context"

	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
)

// intake opens the order intake within this process, as the order service has it: with all levels learnt and
// room for its heap. end closes it and what it stands on.
func (r *run) intake(ctx context.Context) (intake *order.Writers, end func(), err error) {
	db, err := postgres.Open(ctx, postgres.Config{DSN: r.at.Postgres, Writers: 6,
		Application: "tillstream-bench"})
	if err != nil {
		return nil, nil, err
	}
	role.CollectSeldom()
	book := db.Orders()
	if _, err := book.Learn(ctx); err != nil {
		db.Close()
		return nil, nil, err
	}
	lookup := directory(db)
	intake = order.Open(order.Config{Book: book, Catalogue: lookup, Log: r.Log})
	return intake, func() {
		intake.Close()
		lookup.Close()
		db.Close()
	}, nil
}
