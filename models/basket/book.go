package basket

import (
	"cmp"
	"slices"
)

// book holds the baskets of all members and what is counted over them.
type book struct {
	cfg    Config
	number map[int64]int32 // of an item, by id
	ids    []int64         // of an item, by number
	stat   []tally
	// popular orders the best sellers of all; it stands apart from stat because it is read whole.
	popular []int32
	top     []int32
	// buyers of each item: places of members, in their order.
	buyers  [][]int32
	at      map[int64]int32 // place of a member, by id
	members []member
	free    []int32
	shops   map[int32]*shop
	all     cadence
	lines   int64
	last    int64
	baskets int64
	// tooLong counts lines beyond MaxLines, tooOld baskets beyond MaxBaskets.
	tooLong, tooOld int64
	latest          []int32
	items           []int32
	// loading puts off what can be done once for all baskets that come at once; touched are the members who
	// wait to be counted again.
	loading bool
	touched map[int32]struct{}
}

func newBook(cfg Config) *book {
	return &book{cfg: cfg, number: map[int64]int32{}, at: map[int64]int32{}, shops: map[int32]*shop{}}
}

// item gives an id its number.
func (b *book) item(id int64) int32 {
	if n, ok := b.number[id]; ok {
		return n
	}
	n := int32(len(b.ids))
	b.number[id] = n
	b.ids, b.stat, b.popular = append(b.ids, id), append(b.stat, tally{}), append(b.popular, 0)
	b.buyers, b.latest = append(b.buyers, nil), append(b.latest, 0)
	return n
}

// shop is the store's, nil for the store 0, which is no store.
func (b *book) shop(store int32) *shop {
	if store == 0 {
		return nil
	}
	s := b.shops[store]
	if s == nil {
		s = &shop{}
		b.shops[store] = s
	}
	return s
}

// add takes a basket. Items may come in any order and more than once.
func (b *book) add(id, time int64, store int32, items []int64) {
	b.items = b.items[:0]
	for _, item := range items {
		b.items = append(b.items, b.item(item))
	}
	slices.SortFunc(b.items, b.byID)
	b.items = slices.Compact(b.items)
	if over := len(b.items) - b.cfg.MaxLines; over > 0 {
		b.items, b.tooLong = b.items[:b.cfg.MaxLines], b.tooLong+int64(over)
	}
	if len(b.items) == 0 {
		return
	}
	at := b.place(id)
	m := &b.members[at]
	b.uncount(at)
	for _, item := range b.items {
		if !slices.Contains(m.lines, item) {
			b.know(item, at)
		}
	}
	m.insert(time, store, b.items)
	dropped := int32(0)
	if len(m.visits) > b.cfg.MaxBaskets {
		dropped = b.forgetOldest(at)
	}
	if !b.loading {
		b.contribute(m, 1)
		b.retop(store, dropped)
	}
}

// uncount takes away what a member's baskets say; while loading, once for all that come.
func (b *book) uncount(at int32) {
	if b.loading {
		if _, done := b.touched[at]; done {
			return
		}
		b.touched[at] = struct{}{}
	}
	b.contribute(&b.members[at], -1)
}

func (b *book) byID(x, y int32) int { return cmp.Compare(b.ids[x], b.ids[y]) }

// place finds room for a member.
func (b *book) place(id int64) int32 {
	if at, ok := b.at[id]; ok {
		return at
	}
	at := int32(len(b.members))
	if n := len(b.free); n > 0 {
		at, b.free = b.free[n-1], b.free[:n-1]
	} else {
		b.members = append(b.members, member{})
	}
	b.members[at] = member{id: id, key: keyOf(id)}
	b.at[id] = at
	return at
}

// forgetOldest drops a member's oldest visit and says of which store it was.
func (b *book) forgetOldest(at int32) int32 {
	m := &b.members[at]
	store := m.visits[0].store
	b.items = append(b.items[:0], m.basket(0)...)
	m.dropOldest()
	b.tooOld++
	for _, item := range b.items {
		if !slices.Contains(m.lines, item) {
			b.unknow(item, at)
		}
	}
	return store
}

// remove forgets a member, as if he had never come.
func (b *book) remove(id int64) bool {
	at, ok := b.at[id]
	if !ok {
		return false
	}
	m := &b.members[at]
	b.contribute(m, -1)
	b.items = append(b.items[:0], m.lines...)
	slices.Sort(b.items)
	for _, item := range slices.Compact(b.items) {
		b.unknow(item, at)
	}
	stores := make([]int32, 0, 8)
	for _, v := range m.visits {
		if !slices.Contains(stores, v.store) {
			stores = append(stores, v.store)
		}
	}
	*m = member{}
	delete(b.at, id)
	b.free = append(b.free, at)
	b.retop(stores...)
	return true
}

// know puts a member among the buyers of an item.
func (b *book) know(item, at int32) {
	if b.loading {
		b.buyers[item] = append(b.buyers[item], at)
		return
	}
	i, found := slices.BinarySearchFunc(b.buyers[item], at, b.inOrder)
	if !found {
		b.buyers[item] = slices.Insert(b.buyers[item], i, at)
	}
}

func (b *book) unknow(item, at int32) {
	buyers := b.buyers[item]
	if b.loading {
		i := slices.Index(buyers, at)
		b.buyers[item] = slices.Delete(buyers, i, i+1)
	} else if i, found := slices.BinarySearchFunc(buyers, at, b.inOrder); found {
		b.buyers[item] = slices.Delete(buyers, i, i+1)
	}
}

func (b *book) inOrder(x, y int32) int { return b.members[x].before(&b.members[y]) }

// load runs what adds many baskets, and then does once what each of them would do.
func (b *book) load(do func()) {
	b.loading, b.touched = true, map[int32]struct{}{}
	do()
	for at := range b.touched {
		b.contribute(&b.members[at], 1)
	}
	b.loading, b.touched = false, nil
	for _, buyers := range b.buyers {
		slices.SortFunc(buyers, b.inOrder)
	}
	stores := make([]int32, 0, len(b.shops))
	for store := range b.shops {
		stores = append(stores, store)
	}
	b.retop(stores...)
}

// retop finds the best sellers of all and of the stores anew. Cost: a look at one number for each item.
func (b *book) retop(stores ...int32) {
	b.top = b.best(b.top, b.popular, b.cfg.Popular)
	for i, store := range stores {
		s := b.shops[store]
		switch {
		case s == nil || slices.Contains(stores[:i], store):
		case s.lines == 0:
			delete(b.shops, store)
		default:
			s.top = b.best(s.top, s.count, b.cfg.Popular/2)
		}
	}
}

// best are the n items of the largest weights above 0, largest first, ties by the smaller id.
func (b *book) best(into, weight []int32, n int) []int32 {
	into = into[:0]
	least := int32(1)
	for item, w := range weight {
		if w < least {
			continue
		}
		at, _ := slices.BinarySearchFunc(into, int32(item), func(x, y int32) int {
			if weight[x] != weight[y] {
				return cmp.Compare(weight[y], weight[x])
			}
			return b.byID(x, y)
		})
		if at == n {
			continue
		}
		if len(into) == n {
			into = into[:n-1]
		}
		into = slices.Insert(into, at, int32(item))
		if len(into) == n {
			least = weight[into[n-1]]
		}
	}
	return into
}
