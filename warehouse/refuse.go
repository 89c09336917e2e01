package warehouse

import (
	"fmt"
	"strings"

	"github.com/tillstream/tillstream/warehouse/metric"
)

// needs is what a source must be able to do to answer the plan.
func (p *plan) needs() (metric.Resolution, metric.Keys) {
	need, by := p.span.needs, metric.Keys(0)
	for _, d := range p.dims {
		need, by = max(need, d.needs), by|d.keys
	}
	for _, f := range p.filters {
		need, by = max(need, f.needs), by|f.keys
	}
	return need, by
}

// refuse says why no table can tell an atom of a metric as the plan wants it: the first split, filter
// or span that is impossible by itself, else the combination.
func (p *plan) refuse(m metric.Metric, a metric.Atom) error {
	can := func(need metric.Resolution, by metric.Keys) bool {
		_, _, ok := metric.Smallest(a, need, by)
		return ok
	}
	for _, d := range p.dims {
		if !can(d.needs, d.keys) {
			return InvalidQuery{Field: "by", Value: d.name,
				Reason: fmt.Sprintf("%s cannot be split by %s: %s", m.Name, d.name, a.Limits())}
		}
	}
	for _, f := range p.filters {
		if !can(f.needs, f.keys) {
			return InvalidQuery{Field: f.field, Value: f.text,
				Reason: fmt.Sprintf("%s cannot be narrowed to %s: %s", m.Name, f.field, a.Limits())}
		}
	}
	if !can(p.span.needs, 0) {
		return InvalidQuery{Field: "from", Value: p.from,
			Reason: fmt.Sprintf("%s covers business days, not instants: %s", m.Name, a.Limits())}
	}
	var parts []string
	for _, d := range p.dims {
		parts = append(parts, d.name)
	}
	for _, f := range p.filters {
		parts = append(parts, f.field)
	}
	return InvalidQuery{Field: "by", Value: strings.Join(parts, ","),
		Reason: fmt.Sprintf("%s cannot be told by all of these together: %s", m.Name, a.Limits())}
}
