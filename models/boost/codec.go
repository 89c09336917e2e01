package boost

import (
	"encoding/binary"
	"math"

	"github.com/tillstream/tillstream/models/pack"
)

// layout is the version of the bytes.
const layout = 1

// AppendBinary appends the model, without a frame, since it is a part of what rests on it: layout,
// features, base, trees; a tree is its nodes in order, a node its feature + 1 and its value, and an inner
// node its left child.
func (m *Model) AppendBinary(dst []byte) ([]byte, error) {
	dst = append(dst, layout)
	dst = binary.AppendUvarint(dst, uint64(m.features))
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(m.base))
	dst = binary.AppendUvarint(dst, uint64(len(m.trees)))
	for _, t := range m.trees {
		dst = binary.AppendUvarint(dst, uint64(len(t)))
		for _, n := range t {
			dst = binary.AppendUvarint(dst, uint64(n.feature+1))
			dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(n.value))
			if n.feature >= 0 {
				dst = binary.AppendUvarint(dst, uint64(n.left))
			}
		}
	}
	return dst, nil
}

// Decode reads a model and returns the bytes behind it. Whatever the bytes are, a model that is returned
// ends every walk and scores finite numbers.
func Decode(src []byte) (m *Model, rest []byte, err error) {
	r := reader{src: src}
	if r.byte() != layout {
		return nil, nil, pack.ErrCorrupt
	}
	m = &Model{features: r.count(maxFeatures), base: math.Float64frombits(r.uint64())}
	trees := r.count(maxTrees)
	for i := 0; i < trees && !r.bad; i++ {
		m.trees = append(m.trees, r.tree(m.features))
	}
	if r.bad || m.features == 0 || !finite(m.base) {
		return nil, nil, pack.ErrCorrupt
	}
	return m, r.src, nil
}

func finite(v float64) bool { return v-v == 0 }

// reader takes values off the front of src until something is bad; then it gives zeros.
type reader struct {
	src []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if r.bad || len(r.src) < n {
		r.bad = true
		return make([]byte, n)
	}
	taken := r.src[:n]
	r.src = r.src[n:]
	return taken
}

func (r *reader) byte() byte     { return r.take(1)[0] }
func (r *reader) uint64() uint64 { return binary.LittleEndian.Uint64(r.take(8)) }
func (r *reader) float32() float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32(r.take(4)))
}

func (r *reader) count(most int) int {
	v, n := binary.Uvarint(r.src)
	if r.bad || n <= 0 || v > uint64(most) {
		r.bad = true
		return 0
	}
	r.src = r.src[n:]
	return int(v)
}

// tree reads one tree. Children stand behind their parent, so every walk ends.
func (r *reader) tree(features int) []node {
	n := r.count(2*maxLeaves - 1)
	if n == 0 {
		r.bad = true
	}
	var nodes []node
	for i := 0; i < n && !r.bad; i++ {
		k := node{feature: int16(r.count(features) - 1), value: r.float32()}
		if k.feature >= 0 {
			if k.left = int32(r.count(n)); int(k.left) <= i || int(k.left)+1 >= n {
				r.bad = true
			}
		}
		if !finite(float64(k.value)) {
			r.bad = true
		}
		nodes = append(nodes, k)
	}
	return nodes
}
