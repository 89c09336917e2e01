package cold

import (
	"maps"
	"slices"
	"sync/atomic"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/pack"
)

// ChannelConfig says how channels are counted.
type ChannelConfig struct {
	// Prior is how many units of a channel outweigh all channels together. Default 100.
	Prior float64
	// Candidates is how many items the list of a channel holds. Default 200.
	Candidates int
	// Channels is how many are counted; further ones count for all together only. Default 1,000. Cost:
	// 8 bytes an item each.
	Channels int
}

func (c ChannelConfig) orDefault() ChannelConfig {
	if !(c.Prior > 0 && c.Prior < 1e9) {
		c.Prior = 100
	}
	if c.Candidates <= 0 {
		c.Candidates = 200
	}
	if c.Channels <= 0 {
		c.Channels = 1000
	}
	return c
}

// Channels counts what new members buy first, by the campaign channel that brought them. One goroutine
// writes, any number read the lists that Refresh publishes. The share of an item i in channel c, shrunk
// to all channels, is
//
//	(n_ci + κ n_i/n) / (n_c + κ)
type Channels struct {
	cfg   ChannelConfig
	items int
	all   []float64
	by    map[int32][]float64
	view  atomic.Pointer[channelView]
}

// channelView is the lists at one time.
type channelView struct {
	all  []list.Scored
	by   map[int32][]list.Scored
	size map[int32]float64
}

// NewChannels counts for the items 0 … items-1.
func NewChannels(items int, cfg ChannelConfig) *Channels {
	c := &Channels{cfg: cfg.orDefault(), items: items, all: make([]float64, items), by: map[int32][]float64{}}
	c.Refresh()
	return c
}

// Add counts a purchase of a new member. Unknown items and units that are none count nothing.
func (c *Channels) Add(channel, item int32, units float32) {
	if item < 0 || int(item) >= c.items || !(units > 0 && units < 1e6) {
		return
	}
	c.all[item] += float64(units)
	row := c.by[channel]
	if row == nil && len(c.by) < c.cfg.Channels {
		row = make([]float64, c.items)
		c.by[channel] = row
	}
	if row != nil {
		row[item] += float64(units)
	}
}

// Refresh publishes lists of all that was counted. Cost: channels × items.
func (c *Channels) Refresh() {
	v := &channelView{by: map[int32][]list.Scored{}, size: map[int32]float64{}}
	v.all, _ = c.list(make([]float64, c.items))
	for id, row := range c.by {
		v.by[id], v.size[id] = c.list(row)
	}
	c.view.Store(v)
}

// list makes the list of one channel and says how many units it has.
func (c *Channels) list(row []float64) ([]list.Scored, float64) {
	var own, all float64
	for i, n := range row {
		own, all = own+n, all+c.all[i]
	}
	best := list.NewBest(make([]list.Scored, 0, c.cfg.Candidates), c.cfg.Candidates)
	for i, n := range row {
		if c.all[i] > 0 {
			best.Offer(int32(i), float32((n+c.cfg.Prior*c.all[i]/all)/(own+c.cfg.Prior)))
		}
	}
	return best.Sorted(), own
}

// Of returns the list of a channel, best first, and how many units it rests on; of one that is not
// known, that of all channels and 0. The caller must not change it. Any goroutine may call it.
func (c *Channels) Of(channel int32) ([]list.Scored, float64) {
	v := c.view.Load()
	if l, ok := v.by[channel]; ok {
		return l, v.size[channel]
	}
	return v.all, 0
}

const channelKind = "chan"

// AppendBinary appends the counts as one frame; it belongs to the writer.
func (c *Channels) AppendBinary(dst []byte) ([]byte, error) {
	w := pack.NewWriter(dst, channelKind, 1)
	w.Float64s(c.all)
	ids := slices.Sorted(maps.Keys(c.by))
	w.Int32s(ids)
	for _, id := range ids {
		w.Float64s(c.by[id])
	}
	return w.Seal(), nil
}

// DecodeChannels reads counts back and publishes their lists; src must hold exactly one frame.
func DecodeChannels(src []byte, cfg ChannelConfig) (*Channels, error) {
	r, err := pack.Open(src, channelKind, 1)
	if err != nil {
		return nil, err
	}
	c := &Channels{cfg: cfg.orDefault(), by: map[int32][]float64{}}
	c.all = counted(r)
	c.items = len(c.all)
	for _, id := range r.Int32s() {
		if c.by[id] = counted(r); len(c.by[id]) != c.items {
			r.Fail("channel %d counts %d items of %d", id, len(c.by[id]), c.items)
		}
		if r.Err() != nil {
			break
		}
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	c.Refresh()
	return c, nil
}

// counted reads units, none of them below 0 or beyond what sums can hold.
func counted(r *pack.Reader) []float64 {
	s := r.Float64s()
	for i, n := range s {
		if n < 0 || n > 1e30 {
			r.Fail("item %d has %v units", i, n)
			return nil
		}
	}
	return s
}
