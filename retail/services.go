package retail

import "strings"

// Services is the set of ways in which a store hands over goods. Zero means that nothing was said about
// them; a store that serves nobody but the customers at its till says CarryOut.
type Services uint8

// AllServices is what a store offers unless it says otherwise.
const AllServices = Services(1<<CarryOut | 1<<Pickup | 1<<SameCity | 1<<Express)

// ServicesOf gathers ways of fulfilment.
func ServicesOf(ways ...Fulfilment) Services {
	var s Services
	for _, f := range ways {
		s |= 1 << f
	}
	return s & AllServices
}

// Offers reports whether a way of fulfilment is in the set.
func (s Services) Offers(f Fulfilment) bool { return f <= Express && s>>f&1 == 1 }

// Names lists the ways of fulfilment by name.
func (s Services) Names() []string {
	var names []string
	for f := CarryOut; f <= Express; f++ {
		if s.Offers(f) {
			names = append(names, f.String())
		}
	}
	return names
}

// String lists the names, separated by commas.
func (s Services) String() string { return strings.Join(s.Names(), ",") }
