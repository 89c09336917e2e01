package warehouse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/metric"
)

const (
	maxMetrics = 32
	maxBy      = 3
	maxStores  = 10_000
)

// plan is a query that can be answered.
type plan struct {
	metrics []metric.Metric
	dims    []dimension
	span    span
	// earlier is the compared span, nil without comparison.
	earlier  *span
	shift    shift
	compared *Compared
	// promotion is set where the rows of two campaigns stand side by side.
	promotion *promotion
	filters   []filter
	// from is the beginning of the span as it was asked for.
	from string
	// stores narrows the scope; it is nil for no narrowing.
	stores []retail.StoreID
	sort   string
	desc   bool
	limit  int
	names  bool
	// dated adds the days that were compared as columns, for a file that travels without its question.
	dated bool
	// untilUnix is now: a day is measured up to it.
	untilUnix int64
}

// newPlan checks what needs no look into the warehouse: filters, comparison and order come later.
func newPlan(q Query, now time.Time, zone *time.Location) (*plan, error) {
	p := &plan{names: q.Names, from: q.From}
	var err error
	if p.metrics, err = readMetrics(q.Metrics); err != nil {
		return nil, err
	}
	if p.dims, err = readDimensions(q.By, q.Grain); err != nil {
		return nil, err
	}
	if p.span, err = readSpan(q, now, zone); err != nil {
		return nil, err
	}
	if err = p.limitCourse(q); err != nil {
		return nil, err
	}
	if len(q.Stores) > maxStores {
		return nil, InvalidQuery{Field: "stores", Value: strconv.Itoa(len(q.Stores)),
			Reason: fmt.Sprintf("at most %d stores", maxStores)}
	}
	return p, nil
}

func readMetrics(names []string) ([]metric.Metric, error) {
	if len(names) == 0 || len(names) > maxMetrics {
		return nil, InvalidQuery{Field: "metrics", Value: strings.Join(names, ","), Known: metric.Names(),
			Reason: fmt.Sprintf("want 1 to %d metrics", maxMetrics)}
	}
	var all []metric.Metric
	for i, name := range names {
		m, ok := metric.Find(name)
		if !ok {
			return nil, InvalidQuery{Field: "metrics", Value: name, Reason: "unknown metric",
				Known: metric.Names()}
		}
		if slices.Contains(names[:i], name) {
			return nil, InvalidQuery{Field: "metrics", Value: name, Reason: "named twice"}
		}
		all = append(all, m)
	}
	return all, nil
}

func readDimensions(by []string, grain string) ([]dimension, error) {
	if len(by) > maxBy {
		return nil, InvalidQuery{Field: "by", Value: strings.Join(by, ","),
			Reason: fmt.Sprintf("at most %d dimensions", maxBy)}
	}
	var all []dimension
	for i, name := range by {
		d, ok := findDimension(name)
		if !ok {
			return nil, InvalidQuery{Field: "by", Value: name, Reason: "unknown dimension",
				Known: Dimensions()}
		}
		if slices.Contains(by[:i], name) {
			return nil, InvalidQuery{Field: "by", Value: name, Reason: "named twice"}
		}
		all = append(all, d)
	}
	if grain == "" {
		return all, nil
	}
	if !slices.Contains(Grains(), grain) {
		return nil, InvalidQuery{Field: "grain", Value: grain, Reason: "unknown grain", Known: Grains()}
	}
	if slices.Contains(by, grain) {
		if grain == "hour" {
			return nil, InvalidQuery{Field: "grain", Value: grain,
				Reason: "by already names hour, the hour of the day; ask for one of the two"}
		}
		return all, nil
	}
	if grain == "hour" {
		return append(all, courseOfHours), nil
	}
	d, _ := findDimension(grain)
	return append(all, d), nil
}

// limitCourse bounds the number of buckets that a fine course of time can have.
func (p *plan) limitCourse(q Query) error {
	for _, d := range p.dims {
		switch {
		case d.unit == "time" && d.name == "minute":
			return p.span.limit("grain", "minute", maxDaysMinute, "a course of minutes")
		case d.unit == "time" && d.name == "hour":
			return p.span.limit("grain", "hour", maxDaysHour, "a course of hours")
		}
	}
	return nil
}

// order reads what needs all columns to be known.
func (p *plan) order(q Query, most int) error {
	p.limit = q.Limit
	if p.limit == 0 {
		p.limit = most
	}
	if p.limit < 0 || p.limit > most {
		return InvalidQuery{Field: "limit", Value: strconv.Itoa(q.Limit),
			Reason: fmt.Sprintf("want 1 to %d rows", most)}
	}
	if q.Sort == "" {
		return nil
	}
	p.sort, p.desc = strings.CutPrefix(q.Sort, "-")
	var known []string
	for _, c := range p.columns() {
		known = append(known, c.Name)
	}
	if !slices.Contains(known, p.sort) {
		return InvalidQuery{Field: "sort", Value: q.Sort, Reason: "no such column", Known: known}
	}
	return nil
}

// columns describes the answer.
func (p *plan) columns() []Column {
	var all []Column
	for _, d := range p.dims {
		all = append(all, Column{Name: d.name, Unit: d.unit, Dimension: true})
		if p.names && d.names != "" {
			all = append(all, Column{Name: d.name + "_name", Unit: "name", Dimension: true},
				Column{Name: d.name + "_name_en", Unit: "name", Dimension: true})
		}
	}
	for _, m := range p.metrics {
		all = append(all, Column{Name: m.Name, Unit: string(m.Unit)})
		if p.earlier != nil {
			all = append(all, Column{Name: m.Name + "__compare", Unit: string(m.Unit)},
				Column{Name: m.Name + "__change", Unit: string(metric.Ratio)})
		}
	}
	if p.dated && p.compared != nil {
		unit := "day"
		if p.span.instants {
			unit = "time"
		}
		all = append(all, Column{Name: "compare_from", Unit: unit}, Column{Name: "compare_to", Unit: unit})
	}
	return all
}
