package warehouse

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tillstream/tillstream/warehouse/metric"
)

// from is what a source is read from; the parameters of its own days are those of the period.
func (b *builder) from(s metric.Source, period int) string {
	if s.From == "" {
		return s.Table
	}
	b.params["until"] = strconv.FormatInt(b.plan.untilUnix, 10)
	b.params["everywhere"] = fmt.Sprint(b.scope.All())
	b.params["scope"] = idList(b.scope.Stores())
	n := strconv.Itoa(period)
	return strings.NewReplacer("{first_day:", "{first_day"+n+":", "{last_day:", "{last_day"+n+":").
		Replace(strings.TrimSpace(s.From))
}

// splits refuses a dimension that the source of a metric does not know.
func (b *builder) splits(m metric.Metric, s metric.Source) error {
	for _, d := range b.plan.dims {
		if d.name == "channel" && s.NoChannel {
			return InvalidQuery{Field: "by", Value: d.name, Reason: m.Name + " cannot be split by channel"}
		}
	}
	return nil
}

// refuse says why no source can tell an atom.
func (b *builder) refuse(m metric.Metric, a metric.Atom) error {
	for _, d := range b.plan.dims {
		if _, _, ok := metric.Smallest(a, d.needs, d.name == "category"); !ok {
			return InvalidQuery{Field: "by", Value: d.name, Reason: m.Name + " cannot be split by " + d.name}
		}
	}
	return InvalidQuery{Field: "from", Value: time.Unix(b.plan.span.from, 0).UTC().Format(time.RFC3339),
		Reason: m.Name + " is told by whole business days"}
}
