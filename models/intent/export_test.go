package intent

// Choice is a candidate of a place for the tests of the search alone.
type Choice struct {
	Style int64
	Brand string
	Fen   int64
	Value float64
}

// Solve runs the search on places of choices; it returns the choice of each place, -1 for none.
func Solve(places [][]Choice, w Wish, ask Ask) (chosen []int, value float64, exact bool) {
	ask = ask.filled()
	x := search{ask: &ask, wish: &w}
	for _, p := range places {
		var list []candidate
		for _, c := range p {
			list = append(list, candidate{item: int32(len(x.goods)), fen: c.Fen, value: c.Value})
			x.goods = append(x.goods, good{style: c.Style, brand: c.Brand})
		}
		x.places = append(x.places, list)
	}
	x.run()
	return x.best, x.bestValue, x.exact
}

// Reach returns what reaching the least budget is worth.
const Reach = enough
