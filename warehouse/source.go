package warehouse

import (
	"fmt"
	"strconv"
	"strings"

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
