package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/lunar"
)

// Comparisons lists the names that Query.Compare understands.
func Comparisons() []string {
	return []string{"previous", "weekday", "weekday-year", "lunar-year", "promotion", "week", "year"}
}

// Compared says which days were compared.
type Compared struct {
	// With is the name of the comparison.
	With string `json:"with"`
	// From (included) and To (excluded) are the span asked for, CompareFrom and CompareTo the one that it
	// was compared with: business days, or instants in UTC.
	From        string `json:"from"`
	To          string `json:"to"`
	CompareFrom string `json:"compare_from"`
	CompareTo   string `json:"compare_to"`
	// Anchor is what was laid upon what: a festival or two campaigns with their days.
	Anchor string `json:"anchor,omitempty"`
}

// campaign is what the warehouse knows of a campaign.
type campaign struct {
	id          retail.CampaignID
	code, name  string
	kind        string
	first, last retail.Day
}

func (c campaign) String() string { return fmt.Sprintf("%s, %s to %s", c.code, c.first, c.last) }

// promotion is a campaign and the one of the year before that it is compared with.
type promotion struct{ later, earlier campaign }

// maxCampaigns bounds how many campaigns are looked at.
const maxCampaigns = 10_000

// compare finds the earlier span of a query.
func (w *Warehouse) compare(ctx context.Context, p *plan, q Query) error {
	by, anchor := shift{}, ""
	unit := int64(1)
	if p.span.instants {
		unit = secondsADay
	}
	first, last := p.span.calendar(w.zone)
	switch q.Compare {
	case "":
		return nil
	case "lunar-year":
		a, err := lunar.Align(first, last)
		if err != nil {
			return InvalidQuery{Field: "compare", Value: q.Compare, Reason: err.Error()}
		}
		by.amount, anchor = a.Days()*unit, a.String()
	case "promotion":
		pair, err := w.promotion(ctx, q, first, last)
		if err != nil {
			return err
		}
		by.amount = int64(pair.later.first-pair.earlier.first) * unit
		anchor = pair.later.String() + "; " + pair.earlier.String()
		if len(q.Campaigns) == 1 {
			p.promotion = pair
		}
	default:
		var err error
		if by, err = p.span.shift(q.Compare); err != nil {
			return err
		}
	}
	return p.moveBack(q.Compare, by, anchor)
}

// moveBack sets the compared span and refuses it where its buckets would not meet those of the asked
// one.
func (p *plan) moveBack(name string, by shift, anchor string) error {
	earlier := p.span
	earlier.from, earlier.to = p.span.back(p.span.from, by), p.span.back(p.span.to, by)
	p.earlier, p.shift = &earlier, by
	p.compared = &Compared{With: name, From: p.span.text(p.span.from), To: p.span.text(p.span.to),
		CompareFrom: p.span.text(earlier.from), CompareTo: p.span.text(earlier.to), Anchor: anchor}
	if !p.span.instants {
		return nil
	}
	for _, d := range p.dims {
		step := int64(1)
		switch {
		case d.unit == "day" || d.unit == "hour":
			step = secondsADay
		case d.unit == "time" && d.name == "hour":
			step = 3_600
		case d.unit == "time":
			step = 60
		}
		if by.amount%step != 0 {
			return InvalidQuery{Field: "compare", Value: name,
				Reason: "the two spans do not meet when they are split by " + d.name}
		}
	}
	return nil
}

// promotion finds the campaign that is asked about and the one of the year before.
func (w *Warehouse) promotion(ctx context.Context, q Query, first, last retail.Day) (*promotion, error) {
	refuse := func(reason string, known ...string) error {
		return InvalidQuery{Field: "compare", Value: q.Compare, Reason: reason, Known: known}
	}
	rows, err := w.ask(ctx, retail.HQScope(), "campaigns",
		clickhouse.Params{"limit": strconv.Itoa(maxCampaigns)})
	if err != nil {
		return nil, err
	}
	var all, running []campaign
	for _, r := range rows {
		c := campaign{retail.CampaignID(r.int("number")), r.text("code"), r.text("name"), r.text("kind"),
			retail.Day(r.int("begins")), retail.Day(r.int("ends"))}
		all = append(all, c)
		named := len(q.Campaigns) == 0 || slices.Contains(q.Campaigns, c.code)
		if named && c.first <= last && c.last >= first {
			running = append(running, c)
		}
	}
	switch len(running) {
	case 0:
		return nil, refuse("no campaign ran from " + first.String() + " to " + last.String())
	case 1:
	default:
		var codes []string
		for _, c := range running {
			codes = append(codes, c.code)
		}
		return nil, refuse("several campaigns ran: name one in campaigns", enough(codes)...)
	}
	earlier, ok := yearBefore(running[0], all)
	if !ok {
		return nil, refuse("no campaign of the name or kind of " + running[0].String() +
			" began ten to fourteen months before it")
	}
	return &promotion{running[0], earlier}, nil
}

// yearBefore finds the campaign of the year before: of the same name, else of the same kind; of several
// the one that began closest to a year earlier. A campaign that goes by the lunar calendar moves by
// weeks.
func yearBefore(c campaign, all []campaign) (best campaign, ok bool) {
	const year, leeway = 365, 65
	far := func(e campaign) retail.Day {
		d := c.first - e.first - year
		return max(d, -d)
	}
	for _, same := range []func(campaign) bool{
		func(e campaign) bool { return c.name != "" && e.name == c.name },
		func(e campaign) bool { return c.kind != "" && e.kind == c.kind },
	} {
		for _, e := range all {
			if e.id != c.id && same(e) && far(e) <= leeway && (!ok || far(e) < far(best)) {
				best, ok = e, true
			}
		}
		if ok {
			return best, true
		}
	}
	return campaign{}, false
}

// calendar is the first and the last day of s, both included, as they are called in a zone.
func (s *span) calendar(zone *time.Location) (first, last retail.Day) {
	if !s.instants {
		return s.days()
	}
	return retail.DayOf(time.Unix(s.from, 0).In(zone)), retail.DayOf(time.Unix(s.to-1, 0).In(zone))
}

// text writes a bound of s.
func (s *span) text(v int64) string {
	if s.instants {
		return time.Unix(v, 0).UTC().Format(time.RFC3339)
	}
	return retail.Day(v).String()
}
