package basket

// scored is a member or item with what speaks for it.
type scored struct {
	value float32
	// tie orders equal values, the smaller first.
	tie  int64
	what int32
}

func (s *scored) beats(o *scored) bool {
	if s.value != o.value {
		return s.value > o.value
	}
	return s.tie < o.tie
}

// keep holds the best of many: a heap with the worst of them on top, so that most of what comes is turned
// away by one comparison.
type keep struct {
	most int
	heap []scored
}

func (k *keep) reset(most int) { k.most, k.heap = most, k.heap[:0] }

func (k *keep) add(s scored) {
	if len(k.heap) < k.most {
		k.heap = append(k.heap, s)
		k.up()
		return
	}
	if k.most > 0 && s.beats(&k.heap[0]) {
		k.heap[0] = s
		k.down(len(k.heap))
	}
}

func (k *keep) up() {
	h := k.heap
	for i := len(h) - 1; i > 0; {
		p := (i - 1) / 2
		if !h[p].beats(&h[i]) {
			return
		}
		h[p], h[i] = h[i], h[p]
		i = p
	}
}

func (k *keep) down(n int) {
	h := k.heap
	for i := 0; ; {
		c := 2*i + 1
		if c >= n {
			return
		}
		if c+1 < n && h[c].beats(&h[c+1]) {
			c++
		}
		if !h[i].beats(&h[c]) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

// sorted are the kept ones, best first. The heap is used up.
func (k *keep) sorted() []scored {
	for n := len(k.heap) - 1; n > 0; n-- {
		k.heap[0], k.heap[n] = k.heap[n], k.heap[0]
		k.down(n)
	}
	return k.heap
}
