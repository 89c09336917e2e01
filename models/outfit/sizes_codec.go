package outfit

import (
	"fmt"
	"math"

	"github.com/tillstream/tillstream/models/pack"
)

// The frame of sizes.
const (
	sizesKind   = "size"
	sizesLayout = 1
	// maxScales and maxSizes bound the size systems and the sizes of one.
	maxScales = math.MaxUint16
	maxSizes  = math.MaxUint16
	// spreads is how many sums a spread has.
	spreads = 5
)

// Append appends the sizes as bytes.
func (s *Sizes) Append(dst []byte) []byte {
	w := pack.NewWriter(dst, sizesKind, sizesLayout)
	w.Float64(s.cfg.HalfLifeDays)
	w.Int64(int64(s.cfg.MinKeepers))
	w.Int64(int64(s.cfg.MaxWorn))
	w.Int64(int64(len(s.keys)))
	for i, k := range s.keys {
		w.Bytes([]byte(k.system))
		w.Int64(int64(k.slot))
		s.scales[i].write(w)
	}
	w.Int64s(s.members)
	w.Int32s(s.start)
	times, places := make([]int64, len(s.worn)), make([]uint32, len(s.worn))
	faults := make([]byte, len(s.worn))
	for i, x := range s.worn {
		times[i], places[i] = x.timeS, uint32(x.scale)<<16|uint32(x.size)
		if faults[i] = byte(x.fault) << 1; x.returned {
			faults[i]++
		}
	}
	w.Int64s(times)
	w.Uint32s(places)
	w.Bytes(faults)
	return w.Seal()
}

func (x *scale) write(w *pack.Writer) {
	w.Int32s(x.orders)
	sums := make([]float64, 0, spreads*len(x.keepers))
	for i, p := range x.keepers {
		w.Bytes([]byte(x.sizes[i]))
		sums = append(sums, p.n, p.h, p.hh, p.w, p.ww)
	}
	w.Float64s(sums)
	w.Int64(int64(x.kept))
}

// DecodeSizes reads sizes. What is cut, altered or contradicts itself is an error.
func DecodeSizes(src []byte) (*Sizes, error) {
	r, err := pack.Open(src, sizesKind, sizesLayout)
	if err != nil {
		return nil, fmt.Errorf("cannot read sizes: %w", err)
	}
	s := &Sizes{cfg: SizesConfig{HalfLifeDays: r.Float64(), MinKeepers: r.Int(math.MaxInt32),
		MaxWorn: r.Int(math.MaxInt32)}}
	if !(s.cfg.HalfLifeDays > 0) {
		r.Fail("a half-life of %v days", s.cfg.HalfLifeDays)
	}
	for range r.Int(maxScales) {
		if r.Err() != nil {
			break
		}
		k := scaleKey{string(r.Bytes()), Slot(r.Int(int(slotCount) - 1))}
		if n := len(s.keys); n > 0 && compareKeys(s.keys[n-1], k) >= 0 {
			r.Fail("the sizes of %q do not ascend", k.system)
		}
		s.keys, s.scales = append(s.keys, k), append(s.scales, readScale(r))
	}
	s.readMembers(r)
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("cannot read sizes: %w", err)
	}
	return s, nil
}

func readScale(r *pack.Reader) *scale {
	x := &scale{orders: r.Int32s()}
	if len(x.orders) > maxSizes {
		r.Fail("%d sizes", len(x.orders))
		return x
	}
	for i := range x.orders {
		if i > 0 && x.orders[i] <= x.orders[i-1] {
			r.Fail("sizes do not ascend")
		}
		x.sizes = append(x.sizes, string(r.Bytes()))
	}
	sums := r.Float64s()
	if r.Err() != nil || len(sums) != spreads*len(x.orders) {
		r.Fail("%d sums of %d sizes", len(sums), len(x.orders))
		return x
	}
	for i := range x.orders {
		p := sums[spreads*i:]
		x.keepers = append(x.keepers, spread{p[0], p[1], p[2], p[3], p[4]})
	}
	x.kept = r.Int(math.MaxInt32)
	return x
}

func (s *Sizes) readMembers(r *pack.Reader) {
	s.members = r.Int64s()
	s.start = r.Starts(len(s.members))
	times, places, faults := r.Int64s(), r.Uint32s(), r.Bytes()
	if r.Err() != nil {
		return
	}
	if len(times) != len(places) || len(times) != len(faults) || int(s.start[len(s.members)]) != len(times) {
		r.Fail("%d purchases, %d places, %d faults", len(times), len(places), len(faults))
		return
	}
	for i := range s.members {
		if i > 0 && s.members[i] <= s.members[i-1] {
			r.Fail("members do not ascend")
			return
		}
	}
	s.worn = make([]worn, len(times))
	for i := range times {
		x := worn{times[i], uint16(places[i] >> 16), uint16(places[i]), faults[i]&1 == 1,
			Fault(faults[i] >> 1)}
		if int(x.scale) >= len(s.scales) || int(x.size) >= len(s.scales[x.scale].orders) ||
			x.fault > TooLarge {
			r.Fail("purchase %d is of scale %d, size %d, fault %d", i, x.scale, x.size, x.fault)
			return
		}
		s.worn[i] = x
	}
}
