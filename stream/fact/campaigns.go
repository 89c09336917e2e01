package fact

// Campaigns holds campaigns as they are now: table dim_campaign, the highest Version counts.
type Campaigns struct {
	Origin
	ID        []int32
	Version   []int64
	Code      []string
	Name      []string
	NameEN    []string
	Kind      []string // what comes back every year
	FirstDay  []int32
	LastDay   []int32 // included
	Simulated []bool
}

func (t *Campaigns) reset() {
	t.Origin.reset()
	t.ID = t.ID[:0]
	t.Version = t.Version[:0]
	t.Code = t.Code[:0]
	t.Name = t.Name[:0]
	t.NameEN = t.NameEN[:0]
	t.Kind = t.Kind[:0]
	t.FirstDay = t.FirstDay[:0]
	t.LastDay = t.LastDay[:0]
	t.Simulated = t.Simulated[:0]
}
