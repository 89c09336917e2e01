package basket

import "github.com/tillstream/tillstream/models/history"

// Ranking returns a function that lists what the next basket of a member will most likely hold, best
// first, in the numbers of items: what whoever judges lists wants. A list is valid until the next call,
// and the function belongs to one goroutine; after the first calls it allocates nothing.
func (m *Model) Ranking(items *history.Index) func(member int64, most int) []int32 {
	var s Scratch
	var found []Suggestion
	var list []int32
	return func(member int64, most int) []int32 {
		found = m.Recommend(&s, Question{Member: member, Most: most}, found[:0])
		list = list[:0]
		for _, f := range found {
			list = append(list, items.Find(f.Item))
		}
		return list
	}
}
