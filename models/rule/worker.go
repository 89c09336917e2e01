package rule

import (
	"math/bits"
	"slices"
)

// worker mines the itemsets of one rank after another, with memory of its own.
type worker struct {
	*mining
	out part
	// unsaid is how many itemsets were found and not yet counted in found; full ends the search.
	unsaid int64
	full   bool
	// seen counts, by rank, the baskets of the projection; local is the row of a rank, -1 where it has none.
	seen, local []int32
	touched     []int32
	// levels hold the rows by depth; path is the itemset at each depth, ascending by item.
	levels []level
	path   [][]int32
}

// level is one node of the search: rows of width words, one for each item that may still be added.
type level struct {
	ranks, counts []int32
	rows          []uint64
	width         int
	words         []int32 // which words of the rows above are kept
}

func newWorker(m *mining) *worker {
	w := &worker{mining: m, seen: make([]int32, len(m.items)), local: make([]int32, len(m.items))}
	for i := range w.local {
		w.local[i] = -1
	}
	return w
}

// mine returns the itemsets whose rarest item is the one of rank r.
func (w *worker) mine(r int32) part {
	w.out = part{}
	w.emit(0, r, w.count[r])
	if w.maxLength > 1 {
		l := w.level(0)
		w.countBeside(r, l)
		if w.maxLength > 2 && len(l.ranks) > 1 {
			w.project(r, l)
			w.extend(0)
		} else {
			for i, other := range l.ranks {
				w.emit(1, other, l.counts[i])
			}
		}
	}
	w.say()
	return w.out
}

// sayEvery is how many itemsets a worker finds before it tells the others. The limit is exact: what is
// unsaid is said before the answer is given.
const sayEvery = 1024

func (w *worker) say() {
	w.full = w.found.Add(w.unsaid) > w.limit
	w.unsaid = 0
}

func (w *worker) level(depth int) *level {
	for len(w.levels) <= depth {
		w.levels = append(w.levels, level{})
	}
	return &w.levels[depth]
}

// emit takes the itemset at depth: the one of the depth before, and the item of the rank.
func (w *worker) emit(depth int, rank, count int32) {
	for len(w.path) <= depth {
		w.path = append(w.path, make([]int32, len(w.path)+1))
	}
	item, to := w.items[rank], w.path[depth]
	i := depth
	if depth > 0 {
		before := w.path[depth-1]
		for ; i > 0 && before[i-1] > item; i-- {
			to[i] = before[i-1]
		}
		copy(to[:i], before)
	}
	to[i] = item
	w.out.items = append(w.out.items, to...)
	w.out.size = append(w.out.size, int32(len(to)))
	w.out.count = append(w.out.count, count)
	if w.unsaid++; w.unsaid == sayEvery {
		w.say()
	}
}

// countBeside finds the commoner items that stand beside r often enough.
func (w *worker) countBeside(r int32, l *level) {
	seen, touched := w.seen, w.touched[:0]
	for _, place := range w.at[w.start[r]:w.start[r+1]] {
		for _, other := range w.flat[place+1:] {
			if other < 0 {
				break
			}
			if seen[other] == 0 {
				touched = append(touched, other)
			}
			seen[other]++
		}
	}
	l.ranks, l.counts = l.ranks[:0], l.counts[:0]
	for _, other := range touched {
		if seen[other] >= w.least {
			l.ranks = append(l.ranks, other)
		}
	}
	slices.Sort(l.ranks)
	for _, other := range l.ranks {
		l.counts = append(l.counts, seen[other])
	}
	for _, other := range touched {
		seen[other] = 0
	}
	w.touched = touched
}

// project fills the rows of r's baskets. Those that hold fewer than two of the items get no bit: they
// cannot hold three.
func (w *worker) project(r int32, l *level) {
	for i, other := range l.ranks {
		w.local[other] = int32(i)
	}
	occurrences := w.at[w.start[r]:w.start[r+1]]
	l.width = (len(occurrences) + 63) / 64
	l.rows = sized(l.rows, l.width*len(l.ranks))
	clear(l.rows)
	bit, row := 0, w.touched[:0]
	for _, place := range occurrences {
		row = row[:0]
		for _, other := range w.flat[place+1:] {
			if other < 0 {
				break
			}
			if i := w.local[other]; i >= 0 {
				row = append(row, i)
			}
		}
		if len(row) < 2 {
			continue
		}
		for _, i := range row {
			l.rows[int(i)*l.width+bit>>6] |= 1 << (bit & 63)
		}
		bit++
	}
	w.touched = row
	for _, other := range l.ranks {
		w.local[other] = -1
	}
}

func sized(s []uint64, n int) []uint64 {
	if cap(s) < n {
		return make([]uint64, n+n/2)[:n]
	}
	return s[:n]
}

// extend goes through the node at depth: each of its items makes an itemset, and with the items after it
// a node below.
func (w *worker) extend(depth int) {
	w.level(depth + 1)
	at, below := &w.levels[depth], &w.levels[depth+1]
	deeper := depth+3 <= w.maxLength
	for i, rank := range at.ranks {
		if w.full {
			return
		}
		w.emit(depth+1, rank, at.counts[i])
		if !deeper || i == len(at.ranks)-1 {
			continue
		}
		w.intersect(at, i, below)
		switch {
		case len(below.ranks) > 1 && depth+4 <= w.maxLength:
			w.extend(depth + 1)
			at, below = &w.levels[depth], &w.levels[depth+1]
		default:
			for j, other := range below.ranks {
				w.emit(depth+2, other, below.counts[j])
			}
		}
	}
}

// intersect makes the node of row i: the rows after it, on the words where row i has bits.
func (w *worker) intersect(at *level, i int, to *level) {
	mask := at.rows[i*at.width : (i+1)*at.width]
	to.ranks, to.counts, to.words = to.ranks[:0], to.counts[:0], to.words[:0]
	for word, m := range mask {
		if m != 0 {
			to.words = append(to.words, int32(word))
		}
	}
	to.width = len(to.words)
	to.rows = sized(to.rows, to.width*(len(at.ranks)-i-1))
	dst := to.rows[:to.width]
	next := to.width
	for j := i + 1; j < len(at.ranks); j++ {
		row := at.rows[j*at.width : (j+1)*at.width]
		row = row[:len(mask)]
		n := 0
		for k, word := range to.words {
			v := row[word] & mask[word]
			dst[k] = v
			n += bits.OnesCount64(v)
		}
		if int32(n) < w.least {
			continue
		}
		to.ranks, to.counts = append(to.ranks, at.ranks[j]), append(to.counts, int32(n))
		if j+1 < len(at.ranks) {
			dst = to.rows[next : next+to.width]
			next += to.width
		}
	}
}
