package pack

import (
	"encoding/binary"
	"math"
)

var le = binary.LittleEndian

// Int64 appends one number.
func (w *Writer) Int64(v int64) { w.buf = le.AppendUint64(w.buf, uint64(v)) }

// Float64 appends one number.
func (w *Writer) Float64(v float64) { w.buf = le.AppendUint64(w.buf, math.Float64bits(v)) }

// Bytes appends a slice with its length.
func (w *Writer) Bytes(s []byte) {
	w.Int64(int64(len(s)))
	w.buf = append(w.buf, s...)
}

// Int32s appends a slice with its length.
func (w *Writer) Int32s(s []int32) {
	w.Int64(int64(len(s)))
	for _, v := range s {
		w.buf = le.AppendUint32(w.buf, uint32(v))
	}
}

// Uint32s appends a slice with its length.
func (w *Writer) Uint32s(s []uint32) {
	w.Int64(int64(len(s)))
	for _, v := range s {
		w.buf = le.AppendUint32(w.buf, v)
	}
}

// Float32s appends a slice with its length.
func (w *Writer) Float32s(s []float32) {
	w.Int64(int64(len(s)))
	for _, v := range s {
		w.buf = le.AppendUint32(w.buf, math.Float32bits(v))
	}
}

// Float64s appends a slice with its length.
func (w *Writer) Float64s(s []float64) {
	w.Int64(int64(len(s)))
	for _, v := range s {
		w.buf = le.AppendUint64(w.buf, math.Float64bits(v))
	}
}

// Int64s appends a slice with its length.
func (w *Writer) Int64s(s []int64) {
	w.Int64(int64(len(s)))
	for _, v := range s {
		w.buf = le.AppendUint64(w.buf, uint64(v))
	}
}

// take cuts n bytes off the body, or fails.
func (r *Reader) take(n int) []byte {
	if r.err != nil || n > len(r.body) {
		r.Fail("%d bytes wanted, %d there", n, len(r.body))
		return nil
	}
	b := r.body[:n:n]
	r.body = r.body[n:]
	return b
}

// Int64 reads one number.
func (r *Reader) Int64() int64 {
	if b := r.take(8); b != nil {
		return int64(le.Uint64(b))
	}
	return 0
}

// Int reads one number that must lie within 0 and limit.
func (r *Reader) Int(limit int) int {
	v := r.Int64()
	if v < 0 || v > int64(limit) {
		r.Fail("%d is not within 0 and %d", v, limit)
		return 0
	}
	return int(v)
}

// Float64 reads one finite number.
func (r *Reader) Float64() float64 {
	v := math.Float64frombits(uint64(r.Int64()))
	if math.IsNaN(v) || math.IsInf(v, 0) {
		r.Fail("a number is not finite")
		return 0
	}
	return v
}

// elements reads a length and cuts as many elements of the size.
func (r *Reader) elements(size int) []byte {
	n := r.Int64()
	if n < 0 || n > int64(len(r.body)/size) {
		r.Fail("%d elements of %d bytes in %d bytes", n, size, len(r.body))
		return nil
	}
	return r.take(int(n) * size)
}

// Bytes reads a slice; it is a copy.
func (r *Reader) Bytes() []byte { return append([]byte(nil), r.elements(1)...) }

// Int32s reads a slice.
func (r *Reader) Int32s() []int32 {
	b := r.elements(4)
	s := make([]int32, len(b)/4)
	for i := range s {
		s[i] = int32(le.Uint32(b[4*i:]))
	}
	return s
}

// Uint32s reads a slice.
func (r *Reader) Uint32s() []uint32 {
	b := r.elements(4)
	s := make([]uint32, len(b)/4)
	for i := range s {
		s[i] = le.Uint32(b[4*i:])
	}
	return s
}

// Float32s reads a slice of finite numbers.
func (r *Reader) Float32s() []float32 {
	b := r.elements(4)
	s := make([]float32, len(b)/4)
	for i := range s {
		s[i] = math.Float32frombits(le.Uint32(b[4*i:]))
		if v := float64(s[i]); math.IsNaN(v) || math.IsInf(v, 0) {
			r.Fail("number %d is not finite", i)
			return nil
		}
	}
	return s
}

// Float64s reads a slice of finite numbers.
func (r *Reader) Float64s() []float64 {
	b := r.elements(8)
	s := make([]float64, len(b)/8)
	for i := range s {
		s[i] = math.Float64frombits(le.Uint64(b[8*i:]))
		if math.IsNaN(s[i]) || math.IsInf(s[i], 0) {
			r.Fail("number %d is not finite", i)
			return nil
		}
	}
	return s
}

// Int64s reads a slice.
func (r *Reader) Int64s() []int64 {
	b := r.elements(8)
	s := make([]int64, len(b)/8)
	for i := range s {
		s[i] = int64(le.Uint64(b[8*i:]))
	}
	return s
}

// Starts reads n+1 positions that begin at 0 and never fall: n lists that lie side by side.
// It gives nil once something is wrong.
func (r *Reader) Starts(n int) []int32 {
	s := r.Int32s()
	if r.err == nil && (len(s) != n+1 || s[0] != 0) {
		r.Fail("%d positions of %d lists", len(s), n)
	}
	for i := 1; r.err == nil && i < len(s); i++ {
		if s[i] < s[i-1] {
			r.Fail("list %d has no length", i-1)
		}
	}
	if r.err != nil {
		return nil
	}
	return s
}

// Within fails unless every number is at least 0 and below the limit.
func (r *Reader) Within(s []int32, limit int) {
	for i, v := range s {
		if v < 0 || int(v) >= limit {
			r.Fail("number %d is %d, not within 0 and %d", i, v, limit)
			return
		}
	}
}
