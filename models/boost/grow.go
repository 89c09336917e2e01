package boost

// sprout is a tree while it grows: cuts are still bins.
type sprout struct {
	nodes []node
	bins  []uint8
}

func (t *sprout) add() int32 {
	t.nodes, t.bins = append(t.nodes, node{feature: -1}), append(t.bins, 0)
	return int32(len(t.nodes) - 1)
}

// binned is the value of the leaf that a row of bins falls into.
func (t *sprout) binned(row []uint8) float32 {
	n := int32(0)
	for t.nodes[n].feature >= 0 {
		next := t.nodes[n].left
		if row[t.nodes[n].feature] > t.bins[n] {
			next++
		}
		n = next
	}
	return t.nodes[n].value
}

// finish replaces bins by the values where they begin.
func (t *sprout) finish(cuts [][]float32) []node {
	for i := range t.nodes {
		if k := t.nodes[i].feature; k >= 0 {
			t.nodes[i].value = cuts[k][t.bins[i]]
		}
	}
	return t.nodes
}

// grow splits the leaf that gains most until there are enough, or none gains.
func (f *fitter) grow(root *leaf) *sprout {
	t := &sprout{}
	root.node = t.add()
	f.fill(root)
	f.choose(root)
	leaves := []*leaf{root}
	for len(leaves) < f.Leaves {
		best := 0
		for i, l := range leaves {
			if l.gain > leaves[best].gain {
				best = i
			}
		}
		if leaves[best].gain <= 0 {
			break
		}
		left, right := f.split(t, leaves[best])
		leaves[best] = left
		leaves = append(leaves, right)
	}
	for _, l := range leaves {
		t.nodes[l.node].value = float32(-f.Rate * l.total.slope / (l.total.bend + f.Ridge))
		f.free = append(f.free, l.bins)
	}
	return t
}

// fill sums the rows of a leaf by feature and bin.
func (f *fitter) fill(l *leaf) {
	if n := len(f.free); n > 0 {
		l.bins, f.free = f.free[n-1], f.free[:n-1]
		clear(l.bins)
	} else {
		l.bins = make([]sums, f.data.Features*f.Bins)
	}
	width, all := f.Bins, f.data.Features
	f.share(func(from, to int) {
		bins := l.bins[from*width : to*width]
		for _, row := range l.rows {
			slope, bend := f.slope[row], f.bend[row]
			at := 0
			for _, b := range f.binned[int(row)*all+from : int(row)*all+to] {
				s := &bins[at+int(b)]
				s.slope += slope
				s.bend += bend
				at += width
			}
		}
	})
}

// choose finds the cut that lowers the loss most: ½ (Gl²/(Hl+λ) + Gr²/(Hr+λ) − G²/(H+λ)),
// halves left out.
func (f *fitter) choose(l *leaf) {
	l.gain = 0
	whole := l.total.gain(f.Ridge)
	for k, cuts := range f.cuts {
		var left sums
		for b := range cuts {
			s := l.bins[k*f.Bins+b]
			left.slope += s.slope
			left.bend += s.bend
			right := sums{l.total.slope - left.slope, l.total.bend - left.bend}
			if left.bend < f.MinCurvature || right.bend < f.MinCurvature {
				continue
			}
			if gain := left.gain(f.Ridge) + right.gain(f.Ridge) - whole; gain > l.gain+1e-9 {
				l.gain, l.feature, l.bin = gain, k, b
			}
		}
	}
}

func (s sums) gain(ridge float64) float64 { return s.slope * s.slope / (s.bend + ridge) }

// split parts the rows of a leaf. Only the smaller part is summed; the rest is a difference.
func (f *fitter) split(t *sprout, l *leaf) (left, right *leaf) {
	left, right = &leaf{node: t.add()}, &leaf{node: t.add()}
	for _, row := range l.rows {
		if int(f.binned[int(row)*f.data.Features+l.feature]) > l.bin {
			right.take(f, row)
		} else {
			left.take(f, row)
		}
	}
	t.nodes[l.node] = node{feature: int16(l.feature), left: left.node}
	t.bins[l.node] = uint8(l.bin)
	small, large := left, right
	if len(left.rows) > len(right.rows) {
		small, large = right, left
	}
	f.fill(small)
	large.bins = l.bins
	for i, s := range small.bins {
		large.bins[i].slope -= s.slope
		large.bins[i].bend -= s.bend
	}
	f.choose(left)
	f.choose(right)
	return left, right
}
