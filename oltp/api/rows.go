package api

import (
	"net/http"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// rows keeps apart the rows of a bulk that go on and those that have failed already.
type rows[R any] struct {
	list   string
	faults map[int][]wire.Fault
	// requests are the rows that go on, indexes the rows of the body that they come from.
	requests []R
	indexes  []int
	// problems holds, for each row of the body, why it failed.
	problems []*wire.Problem
}

func newRows[R any](c *call, list string, n int) *rows[R] {
	return &rows[R]{list: list, faults: c.faults, requests: make([]R, 0, n),
		indexes: make([]int, 0, n), problems: make([]*wire.Problem, n)}
}

// bad fails a row whose body had faults.
func (r *rows[R]) bad(i int) bool {
	faults := r.faults[i]
	if len(faults) == 0 {
		return false
	}
	r.problems[i] = invalid(faults...)
	return true
}

// add lets a row go on, or fails it with a problem.
func (r *rows[R]) add(i int, request R, problem *wire.Problem) {
	if problem != nil {
		r.problems[i] = problem
		return
	}
	r.requests = append(r.requests, request)
	r.indexes = append(r.indexes, i)
}

// admit spends the rate that the rows of a bulk cost beyond the request itself.
func (a *API) admit(c *call, n int) *wire.Problem {
	return a.buckets.take(c.who.User, n-1)
}

// answerRows brings the results of the rows that went on together with those that did not.
func (a *API) answerRows(r interface {
	rowsOf() (list string, indexes []int, problems []*wire.Problem)
}, results []order.Result) *wire.Rows {
	list, indexes, problems := r.rowsOf()
	out := &wire.Rows{Results: make([]wire.Row, len(problems))}
	answers := make([]wire.Placed, len(results))
	for k, res := range results {
		i := indexes[k]
		if res.Err != nil {
			problems[i] = a.refusal(res.Err, spot{list, i}, true)
			continue
		}
		answers[k] = placed(res)
		out.Results[i] = wire.Row{Status: statusOf(res), Order: &answers[k]}
	}
	for i, p := range problems {
		if p != nil {
			out.Results[i] = wire.Row{Status: p.Status, Problem: p}
			out.Failed++
		}
	}
	return out
}

func (r *rows[R]) rowsOf() (string, []int, []*wire.Problem) { return r.list, r.indexes, r.problems }

// requestKey makes the key under which a request takes effect once; zero without a text.
func requestKey(who *staff.Principal, text string) order.Key {
	if text == "" {
		return order.Key{}
	}
	return order.NewKey(who.User, text)
}

// statusOf is 201 for what is new and 200 for what had taken effect before.
func statusOf(res order.Result) int {
	if res.Replayed {
		return http.StatusOK
	}
	return http.StatusCreated
}

func placed(res order.Result) wire.Placed {
	p := wire.Placed{ID: int64(res.ID), Gross: res.Gross, Discount: res.Discount, Net: res.Net,
		Replayed: res.Replayed}
	if res.State != 0 {
		p.State = res.State.String()
	}
	return p
}

func orderID(id int64) retail.OrderID { return retail.OrderID(id) }
