package fact

// Stores holds stores as they are now: table dim_store, the highest Version counts.
type Stores struct {
	Origin
	ID           []int32
	Version      []int64
	Code         []string
	Name         []string
	NameEN       []string
	Region       []int32
	RegionCode   []string
	RegionName   []string
	RegionNameEN []string
	City         []string
	Latitude     []float64
	Longitude    []float64
	TimeZone     []string
	Opens        []int32 // minute of the day
	Closes       []int32
	Active       []bool
	Simulated    []bool
}

func (t *Stores) reset() {
	t.Origin.reset()
	t.ID = t.ID[:0]
	t.Version = t.Version[:0]
	t.Code = t.Code[:0]
	t.Name = t.Name[:0]
	t.NameEN = t.NameEN[:0]
	t.Region = t.Region[:0]
	t.RegionCode = t.RegionCode[:0]
	t.RegionName = t.RegionName[:0]
	t.RegionNameEN = t.RegionNameEN[:0]
	t.City = t.City[:0]
	t.Latitude = t.Latitude[:0]
	t.Longitude = t.Longitude[:0]
	t.TimeZone = t.TimeZone[:0]
	t.Opens = t.Opens[:0]
	t.Closes = t.Closes[:0]
	t.Active = t.Active[:0]
	t.Simulated = t.Simulated[:0]
}
