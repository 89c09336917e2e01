package recommend

// ids finds the place of a number above 0, in an open-addressing table at most half full: one probe for
// nearly every look-up, where a Go map takes two to three times as long. -1 for what is not there; of
// numbers that stand twice the first counts.
type ids struct {
	keys []int64
	at   []int32
}

func newIDs(numbers []int64) ids {
	if len(numbers) == 0 {
		return ids{}
	}
	size := 4
	for size < 2*len(numbers) {
		size *= 2
	}
	t := ids{keys: make([]int64, size), at: make([]int32, size)}
	for i, n := range numbers {
		if k := t.home(n); t.keys[k] == 0 {
			t.keys[k], t.at[k] = n, int32(i)
		}
	}
	return t
}

// home is where the number is, or the free place where it belongs.
func (t *ids) home(n int64) int {
	mask := len(t.keys) - 1
	k := int(uint64(n)*0x9E3779B97F4A7C15>>20) & mask
	for t.keys[k] != 0 && t.keys[k] != n {
		k = (k + 1) & mask
	}
	return k
}

func (t *ids) find(n int64) int32 {
	if len(t.keys) == 0 || n <= 0 {
		return -1
	}
	if k := t.home(n); t.keys[k] == n {
		return t.at[k]
	}
	return -1
}
