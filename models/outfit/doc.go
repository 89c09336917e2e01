// Package outfit completes what somebody wears: to a skirt the top, the shoes and the bag that go
// with it, in the size that fits.
//
// In come goods with their attributes (Wardrobe), a history of baskets (Learn) and what members
// kept and sent back (LearnSizes); out go, for an item or a cart, the slots that are still free
// with the best goods for each, a size and reasons (Stylist.Complete). Guaranteed: a slot that is
// taken, or that a dress fills, is not offered; nothing is offered that is not available, nor a
// known member anything in a size that is known not to fit; without consent no size is asked for;
// the same input gives the same answer, and no score is NaN.
package outfit
