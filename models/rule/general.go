package rule

// said tells whether a part of the left side, perhaps nothing, predicts the right side with at least the
// confidence of the rule. Every part is asked: confidence may fall and rise again on the way from nothing
// to the whole. (The improvement of Bayardo, Agrawal and Gunopulos, "Constraint-based rule mining in large,
// dense databases", 2000, is then not above 0.) All parts are frequent because the whole is. Cost: 2^n
// look-ups for n items on the left.
func (d *deriving) said(left, right []int32, c Counts) bool {
	if ratio(c.Right, c.Total) >= c.Confidence() {
		return true
	}
	for mask := uint32(1); mask < 1<<len(left)-1; mask++ {
		d.part = d.part[:0]
		sum := uint64(0)
		for i, item := range left {
			if mask>>i&1 == 1 {
				d.part, sum = append(d.part, item), sum+mix(item)
			}
		}
		alone := d.find(sum, d.part, -1)
		d.part = insertAll(d.part, right)
		for _, item := range right {
			sum += mix(item)
		}
		if ratio(d.find(sum, d.part, -1), alone) >= c.Confidence() {
			return true
		}
	}
	return false
}

// insertAll puts further items into an ascending slice.
func insertAll(s, more []int32) []int32 {
	s = append(s, more...)
	sortRanks(s)
	return s
}
