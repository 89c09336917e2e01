package world

import (
	"errors"

	"github.com/tillstream/tillstream/oltp/wire"
)

// problemOf returns the shop's own refusal behind an error.
func problemOf(err error) (*wire.Problem, bool) {
	var p *wire.Problem
	ok := errors.As(err, &p)
	return p, ok
}
