package boost

// Model is a fitted sum of trees. It is never changed: any number of goroutines read it.
type Model struct {
	features int
	base     float64
	trees    [][]node
}

// node is an inner node or a leaf. Twelve bytes, so that a tree of 15 leaves lies in six cache lines.
type node struct {
	// value of a leaf; of an inner node the least value of its feature that goes right.
	value float32
	// left is the left child; the right one stands behind it.
	left int32
	// feature to look at, -1 for a leaf.
	feature int16
}

// Features is how many numbers a row must have.
func (m *Model) Features() int { return m.features }

// Trees is how many trees are added up.
func (m *Model) Trees() int { return len(m.trees) }

// Score is the log-odds of a row with Features numbers: 0 is even, the larger the likelier.
// Cost: trees × ln₂(leaves) comparisons, no allocation.
func (m *Model) Score(row []float32) float64 {
	sum := m.base
	for _, t := range m.trees {
		n := &t[0]
		for n.feature >= 0 {
			next := n.left
			if row[n.feature] >= n.value {
				next++
			}
			n = &t[next]
		}
		sum += float64(n.value)
	}
	return sum
}

// Uses is how many nodes look at each feature: what the model rests on.
func (m *Model) Uses() []int {
	uses := make([]int, m.features)
	for _, t := range m.trees {
		for _, n := range t {
			if n.feature >= 0 {
				uses[n.feature]++
			}
		}
	}
	return uses
}
