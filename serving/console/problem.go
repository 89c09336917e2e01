package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/warehouse"
)

// Problem is an RFC 9457 problem. It says for each field what is wrong with its value.
type Problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail"`
	Errors []Fault `json:"errors,omitempty"`
}

// Fault is one field of a request that cannot be used.
type Fault struct {
	Field string `json:"field" doc:"The field in short, such as metrics."`
	// Location is the same place as the write API's problems name it.
	Location string   `json:"location" doc:"The field with where it stands, such as query.metrics."`
	Value    string   `json:"value"`
	Reason   string   `json:"reason"`
	Known    []string `json:"known,omitempty" doc:"The values that exist, where they can be listed."`
}

// fault names a query parameter that is wrong.
func fault(field, value, reason string) Fault {
	return Fault{Field: field, Location: "query." + field, Value: value, Reason: reason}
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func newProblem(status int, detail string, faults ...Fault) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status,
		Detail: detail, Errors: faults}
}

func invalid(field, value, reason string) *Problem {
	return newProblem(http.StatusUnprocessableEntity,
		fmt.Sprintf("cannot use %s %q: %s", field, value, reason),
		fault(field, value, reason))
}

func (p *Problem) write(w http.ResponseWriter) {
	body, err := json.Marshal(p)
	if err != nil {
		panic("BUG: cannot marshal a problem: " + err.Error())
	}
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n'))
}

// warehouseProblem tells a question that makes no sense from a warehouse that cannot answer. Why it
// cannot is for the log: the reason names addresses and queries.
func warehouseProblem(err error) *Problem {
	var bad warehouse.InvalidQuery
	if errors.As(err, &bad) {
		f := fault(bad.Field, bad.Value, bad.Reason)
		f.Known = bad.Known
		return newProblem(http.StatusUnprocessableEntity, bad.Error(), f)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return newProblem(http.StatusServiceUnavailable, "the warehouse did not answer in time")
	}
	return newProblem(http.StatusServiceUnavailable, "the warehouse is unavailable, try again in a moment")
}

// refusal is the problem to answer with where a question failed; it logs what nobody outside needs.
func (c *Config) refusal(err error) *Problem {
	p := warehouseProblem(err)
	if p.Status >= http.StatusInternalServerError {
		c.Logger.Warn("key figures are unavailable", "error", err)
	}
	return p
}

// plainProblem turns the framework's problems into ours.
func plainProblem(_ huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := newProblem(model.Status, model.Detail)
	for _, e := range model.Errors {
		p.Errors = append(p.Errors, Fault{Field: e.Location[strings.LastIndexByte(e.Location, '.')+1:],
			Location: e.Location, Value: fmt.Sprint(e.Value), Reason: e.Message})
	}
	return p, nil
}
