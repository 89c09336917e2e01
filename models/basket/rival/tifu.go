package rival

import (
	"cmp"
	"math"
	"slices"

	"github.com/tillstream/tillstream/models/history"
)

// TIFU is the method of Hu et al., "Modeling personalized item frequency information for next-basket
// recommendation" (2020): a vector of decayed item frequencies for each user, mixed with the mean of the
// nearest users' vectors.
//
//	group vector = 1/τ Σ_{t=1…τ} rb^(τ−t) · basket_t      over the τ baskets of a group
//	user vector  = 1/m Σ_{g=1…m} rg^(m−g) · group_g       over the m groups of a history
//	prediction   = α · user + (1−α) · mean of the K nearest by Euclid's distance
//
// It is not safe for use by several goroutines at once.
type TIFU struct {
	cfg     TIFUConfig
	vectors [][]entry
	square  []float64
	holders [][]holder
	dot     []float64
	score   []float64
	near    []holder
	// asked is the user whose neighbours near holds.
	asked int32
}

// TIFUConfig are its parameters.
type TIFUConfig struct {
	Neighbours, Groups             int
	WithinDecay, GroupDecay, Alpha float64
}

// TaFengTIFU are the parameters that the paper found for TaFeng.
func TaFengTIFU() TIFUConfig {
	return TIFUConfig{Neighbours: 300, Groups: 7, WithinDecay: 0.9, GroupDecay: 0.7, Alpha: 0.7}
}

type entry struct {
	item  int32
	value float64
}

// holder is a user with his value of an item, or with his distance.
type holder struct {
	user  int32
	value float64
}

// NewTIFU makes the vectors.
func NewTIFU(h *history.History, cfg TIFUConfig) *TIFU {
	users := h.Users.Len()
	t := &TIFU{cfg: cfg, vectors: make([][]entry, users), square: make([]float64, users),
		holders: make([][]holder, h.Items.Len()), dot: make([]float64, users),
		score: make([]float64, h.Items.Len()), asked: -1}
	for u := range int32(users) {
		t.vectors[u] = vector(h, u, cfg)
		for _, e := range t.vectors[u] {
			t.square[u] += e.value * e.value
			t.holders[e.item] = append(t.holders[e.item], holder{u, e.value})
		}
	}
	return t
}

// vector is the user vector. Of a history that does not divide evenly the newest groups hold one basket more.
func vector(h *history.History, u int32, cfg TIFUConfig) []entry {
	from, to := h.Of(u)
	n := int(to - from)
	groups := min(cfg.Groups, n)
	weight := map[int32]float64{}
	first := 0
	for g := range groups {
		end := first + n/groups
		if g >= groups-n%groups {
			end++
		}
		for t := first; t < end; t++ {
			w := math.Pow(cfg.WithinDecay, float64(end-1-t)) / float64(end-first) *
				math.Pow(cfg.GroupDecay, float64(groups-1-g)) / float64(groups)
			for _, item := range h.Basket(from + int32(t)) {
				weight[item] += w
			}
		}
		first = end
	}
	v := make([]entry, 0, len(weight))
	for item, w := range weight {
		v = append(v, entry{item, w})
	}
	slices.SortFunc(v, func(a, b entry) int { return cmp.Compare(a.item, b.item) })
	return v
}

// Rank returns the k items of the largest prediction, ties by the smaller number.
// Cost: a distance to every user, once for several questions about one user in a row.
func (t *TIFU) Rank(user int32, k int) []int32 { return t.RankAt(user, k, t.cfg.Alpha) }

// RankAt is Rank at another α.
func (t *TIFU) RankAt(user int32, k int, alpha float64) []int32 {
	if t.asked != user {
		t.seek(user)
	}
	clear(t.score)
	for _, n := range t.near {
		for _, e := range t.vectors[n.user] {
			t.score[e.item] += (1 - alpha) / float64(len(t.near)) * e.value
		}
	}
	for _, e := range t.vectors[user] {
		t.score[e.item] += alpha * e.value
	}
	list := make([]int32, 0, k+1)
	for item, s := range t.score {
		if s == 0 || len(list) == k && s <= t.score[list[k-1]] {
			continue
		}
		at, _ := slices.BinarySearchFunc(list, int32(item), func(a, b int32) int {
			return cmp.Or(cmp.Compare(t.score[b], t.score[a]), cmp.Compare(a, b))
		})
		list = slices.Insert(list, at, int32(item))
		list = list[:min(k, len(list))]
	}
	return list
}

// seek finds the nearest users, the user himself left out.
func (t *TIFU) seek(user int32) {
	clear(t.dot)
	for _, e := range t.vectors[user] {
		for _, h := range t.holders[e.item] {
			t.dot[h.user] += e.value * h.value
		}
	}
	t.asked, t.near = user, t.near[:0]
	for v, dot := range t.dot {
		h := holder{int32(v), t.square[v] - 2*dot}
		n := len(t.near)
		if h.user == user || n == t.cfg.Neighbours && t.near[n-1].value <= h.value {
			continue
		}
		at, _ := slices.BinarySearchFunc(t.near, h, func(a, b holder) int {
			return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.user, b.user))
		})
		t.near = slices.Insert(t.near, at, h)
		t.near = t.near[:min(len(t.near), t.cfg.Neighbours)]
	}
}
