package outfit

// tint is a step of the circle of twelve colours + 1, neutral for black, white and the like, 0 if
// not known. The circle is Johannes Itten's ("The Art of Color", 1961): yellow, yellow-orange,
// orange, … yellow-green.
type tint int8

const neutral tint = -1

// harmonies say how well two colours go together by the steps between them: neighbours and
// complements are Itten's accords of two, four steps two corners of his triad. The order of the
// values is his; the values are chosen, and what they count against the rest is learnt.
var harmonies = [...]float64{.8, .8, .5, .3, .6, .4, .8}

// harmony is 0 to 1; with a neutral colour everything goes, of an unknown one nothing is known.
func harmony(a, b tint) float64 {
	switch {
	case a == 0 || b == 0:
		return .6
	case a == neutral || b == neutral:
		return .9
	}
	d := a - b
	if d < 0 {
		d = -d
	}
	return harmonies[min(d, 12-d)]
}
