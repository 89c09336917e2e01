package intent

// trie finds the longest word that begins somewhere.
type trie struct {
	next map[step]int32
	// means of node n; most have none.
	means map[int32][]meaning
	nodes int32
}

type step struct {
	node int32
	r    rune
}

func newTrie() *trie { return &trie{next: map[step]int32{}, means: map[int32][]meaning{}} }

// grown returns a trie that may be added to without changing this one.
func (t *trie) grown() *trie {
	g := &trie{next: make(map[step]int32, 2*len(t.next)), means: make(map[int32][]meaning, 2*len(t.means)),
		nodes: t.nodes}
	for k, v := range t.next {
		g.next[k] = v
	}
	for k, v := range t.means {
		g.means[k] = v[:len(v):len(v)]
	}
	return g
}

func (t *trie) add(word []rune, m meaning) {
	node := int32(0)
	for _, r := range word {
		if r == '-' {
			r = ' '
		}
		to, ok := t.next[step{node, r}]
		if !ok {
			t.nodes++
			to = t.nodes
			t.next[step{node, r}] = to
		}
		node = to
	}
	if node == 0 {
		return
	}
	for _, known := range t.means[node] {
		if known == m {
			return
		}
	}
	t.means[node] = append(t.means[node], m)
}

// find returns what the longest word that begins at i means, and where it ends; -1 without one. A word of
// Latin letters begins and ends where words do; an English plural is its singular.
func (t *trie) find(n *runes, i int) (means []meaning, end int) {
	end = -1
	if latin(n.rune(i)) && (latin(n.rune(i-1)) || n.rune(i-1) == '\'') {
		return nil, -1
	}
	node := int32(0)
	for j := i; j < len(n.r); {
		r := n.r[j]
		if r == '-' {
			r = ' '
		}
		to, ok := t.next[step{node, r}]
		if !ok {
			break
		}
		node = to
		j++
		m := t.means[node]
		if len(m) == 0 {
			continue
		}
		e := j
		if latin(r) {
			for _, plural := range [...]string{"es", "s"} {
				if latin(n.rune(j)) && n.plural(j, plural) {
					e = j + len(plural)
					break
				}
			}
			if latin(n.rune(e)) {
				continue
			}
		}
		means, end = m, e
	}
	return means, end
}

// plural reports whether a word ends with the letters that begin at j.
func (n *runes) plural(j int, letters string) bool {
	for _, r := range letters {
		if n.rune(j) != r {
			return false
		}
		j++
	}
	return !latin(n.rune(j))
}
