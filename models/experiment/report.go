package experiment

// Arm is what was counted of the visitors of one arm.
type Arm struct {
	Name string
	// HeldOut are those who were shown what sells; there is at most one such arm.
	HeldOut bool
	// Share is the part of all visitors that was meant for the arm.
	Share float64
	// Shown are, by visitor, clicks (X) and products shown (Y); Impressions and Clicks are their sums.
	Shown               Pair
	Impressions, Clicks int64
	// Buyers are the members who ordered within the window after they were first shown something. Only
	// who was drawn as a member is followed to an order.
	Buyers int64
	// Revenue is, by member, what they paid within the window less what they brought back of it, in any
	// unit; it is 0 for who bought nothing. Its N is the number of members.
	Revenue Moments
}

// Add adds the visitors of another arm; name and share stay.
func (a *Arm) Add(o *Arm) {
	a.Shown, a.Revenue = a.Shown.Merge(o.Shown), a.Revenue.Merge(o.Revenue)
	a.Impressions, a.Clicks, a.Buyers = a.Impressions+o.Impressions, a.Clicks+o.Clicks, a.Buyers+o.Buyers
}

// Against are the differences of an arm to another one.
type Against struct {
	ClickThrough Difference `json:"click_through"`
	Conversion   Difference `json:"conversion"`
	Revenue      Difference `json:"revenue_per_member"`
}

// Figures are those of an arm. Amounts are in the unit of Arm.Revenue.
type Figures struct {
	Name        string `json:"name"`
	HeldOut     bool   `json:"held_out"`
	Visitors    int64  `json:"visitors"`
	Impressions int64  `json:"impressions"`
	Clicks      int64  `json:"clicks"`
	// ClickThrough is clicks by products shown.
	ClickThrough Estimate `json:"click_through"`
	Members      int64    `json:"members"`
	Buyers       int64    `json:"buyers"`
	// Conversion is buyers by members, Revenue what a member paid.
	Conversion Estimate `json:"conversion"`
	Revenue    Estimate `json:"revenue_per_member"`
	// Control are the differences to the first variant, Holdout those to who was held out; nil where there
	// is none, and for these themselves.
	Control *Against `json:"against_control"`
	Holdout *Against `json:"against_holdout"`
}

// Mismatch says whether the arms were filled as they were meant to be.
type Mismatch struct {
	Statistic float64 `json:"chi_square"`
	Degrees   int     `json:"degrees"`
	P         float64 `json:"p"`
	// Found says that chance does not explain it (P below 0.001): something loses visitors of one arm
	// before they are counted, and no difference can be trusted.
	Found bool `json:"found"`
}

// mismatchBelow is the P that chance undercuts once in a thousand sound experiments (Fabijan et al.,
// "Diagnosing sample ratio mismatch in online controlled experiments", 2019, take 0.0005 to 0.01).
const mismatchBelow = .001

// Report is what an experiment shows.
type Report struct {
	Arms []Figures `json:"arms"`
	// Recommended are all who were not held out, together.
	Recommended Figures `json:"recommended"`
	// Incremental is what recommending has earned: the difference in revenue a member to those who
	// were held out, times the members who were not. Not OK without a holdout.
	Incremental Estimate `json:"incremental_revenue"`
	Mismatch    Mismatch `json:"sample_ratio"`
}

// Judge compares the arms; the first that is not held out is the control.
func Judge(arms []Arm) Report {
	var control, holdout *Arm
	var all Arm
	counts, shares := make([]int64, len(arms)), make([]float64, len(arms))
	for i := range arms {
		a := &arms[i]
		counts[i], shares[i] = a.Shown.N, a.Share
		switch {
		case a.HeldOut:
			holdout = a
			continue
		case control == nil:
			control = a
		}
		all.Add(a)
	}
	r := Report{Arms: make([]Figures, len(arms)), Recommended: figures(&all)}
	for i := range arms {
		a := &arms[i]
		f := figures(a)
		if a != control {
			f.Control = against(a, control)
		}
		if a != holdout {
			f.Holdout = against(a, holdout)
		}
		r.Arms[i] = f
	}
	if r.Recommended.Holdout = against(&all, holdout); r.Recommended.Holdout != nil {
		d, n := r.Recommended.Holdout.Revenue, float64(all.Revenue.N)
		r.Incremental = Estimate{d.Value * n, d.Low * n, d.High * n, d.OK}
	}
	m := &r.Mismatch
	m.Statistic, m.Degrees, m.P = ChiSquare(counts, shares)
	m.Found = m.P < mismatchBelow
	return r
}

func figures(a *Arm) Figures {
	return Figures{Name: a.Name, HeldOut: a.HeldOut, Visitors: a.Shown.N, Impressions: a.Impressions,
		Clicks: a.Clicks, ClickThrough: a.Shown.Ratio(), Members: a.Revenue.N, Buyers: a.Buyers,
		Conversion: Rate(a.Buyers, a.Revenue.N), Revenue: a.Revenue.Estimate()}
}

func against(a, b *Arm) *Against {
	if b == nil {
		return nil
	}
	return &Against{ClickThrough: RatioDifference(a.Shown, b.Shown),
		Conversion: RateDifference(a.Buyers, a.Revenue.N, b.Buyers, b.Revenue.N),
		Revenue:    MeanDifference(a.Revenue, b.Revenue)}
}
