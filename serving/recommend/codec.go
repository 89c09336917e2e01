package recommend

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/cespare/xxhash/v2"

	"github.com/tillstream/tillstream/models/rule"
)

// A snapshot travels in one frame:
//
//	magic    8 bytes  "tsrecom\n"
//	layout   uint32   the layout of the payload
//	length   uint64   bytes of the payload
//	checksum uint64   xxHash64 of the payload
//	payload           the columns in the order of columns, each a length and its numbers
//
// All numbers are little-endian. A reader takes its own layout alone: a newer one it cannot know, and an
// older one is made anew by the next training, minutes later.
const (
	magic       = "tsrecom\n"
	layout      = 2
	headerBytes = len(magic) + 4 + 8 + 8
)

// The ways in which a frame is no snapshot.
var (
	// ErrNotSnapshot says that the bytes are something else.
	ErrNotSnapshot = errors.New("it is no snapshot")
	// ErrLayout says that another version of the program wrote it.
	ErrLayout = errors.New("its layout is not this program's")
	// ErrTruncated says that it ends too soon.
	ErrTruncated = errors.New("it is truncated")
	// ErrCorrupt says that its bytes changed, or say what cannot be.
	ErrCorrupt = errors.New("it is corrupt")
)

// codec walks the columns in one fixed order: it appends them to out, or takes them from in.
type codec struct {
	out     []byte
	in      []byte
	reading bool
	err     error
}

// columns is the order of the payload; both directions walk it.
func (c *codec) columns(s *Snapshot) {
	head := []int64{int64(s.Version), s.MadeS, int64(s.HourSlots), 0}
	if s.Model {
		head[3] = 1
	}
	longs(c, &head)
	if c.err == nil && len(head) != 4 {
		c.err = ErrCorrupt
	}
	if c.reading && c.err == nil {
		s.Version, s.MadeS, s.HourSlots, s.Model = uint64(head[0]), head[1], int32(head[2]), head[3] == 1
	}
	longs(c, &s.Items.SKU)
	for _, column := range []*[]int32{&s.Items.Category, &s.Items.Brand, &s.Items.Style, &s.Categories.End,
		&s.Stores.ID, &s.Stores.RadiusMetres, &s.Prices.Item, &s.Owned.Item, &s.Newest} {
		ints(c, column)
	}
	for _, column := range []*[]int64{&s.Items.PriceFen, &s.Prices.Fen, &s.Members} {
		longs(c, column)
	}
	for _, column := range []*[]uint32{&s.Prices.Start, &s.Owned.Start} {
		ints(c, column)
	}
	c.points(&s.Stores.Latitude)
	c.points(&s.Stores.Longitude)
	for _, column := range []*[]uint8{&s.Items.Tags, &s.Items.Flags, &s.Stores.Services} {
		c.bytes(column)
	}
	for _, column := range []*[]string{&s.Items.Code, &s.Items.Name, &s.Items.NameEN, &s.Categories.Code,
		&s.Brands} {
		c.texts(column)
	}
	for _, table := range []*Edges{&s.Neighbours, &s.Personal, &s.Here, &s.Chain} {
		ints(c, &table.Start)
		c.edges(&table.List)
	}
	c.rules(s)
	c.visits(s)
	c.likes(s)
}

// rules walks the rules about several goods in a form of their own; none is no bytes.
func (c *codec) rules(s *Snapshot) {
	var own []byte
	if !c.reading && s.Rules != nil {
		var err error
		if own, err = s.Rules.AppendBinary(nil); err != nil {
			panic("BUG: a snapshot holds rules that are none: " + err.Error())
		}
	}
	c.frame(own, func(own []byte) (err error) {
		s.Rules, err = rule.Decode(own)
		return err
	})
}

// visits walks the index of visits, as it was learnt: the clicks since then are not written.
func (c *codec) visits(s *Snapshot) {
	var skus []int64
	var own []byte
	if s.Visits != nil {
		skus, own = s.Visits.SKU, s.Visits.frame
	}
	longs(c, &skus)
	c.frame(own, func(own []byte) (err error) {
		s.Visits, err = NewVisits(skus, own)
		return err
	})
}

// likes walks what members like.
func (c *codec) likes(s *Snapshot) {
	var skus []int64
	var own []byte
	if s.Likes != nil {
		skus, own = s.Likes.SKU, s.Likes.frame
	}
	longs(c, &skus)
	c.frame(own, func(own []byte) (err error) {
		s.Likes, err = NewLikes(skus, own)
		return err
	})
}

// frame walks what is written in a form of its own, and has it read; none is no bytes.
func (c *codec) frame(own []byte, read func([]byte) error) {
	if c.bytes(&own); c.reading && len(own) > 0 && c.err == nil {
		if err := read(own); err != nil {
			c.err = errors.Join(ErrCorrupt, err)
		}
	}
}

// Append appends the frame of the snapshot.
func (s *Snapshot) Append(dst []byte) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, headerBytes)...)
	c := codec{out: dst}
	c.columns(s)
	seal(c.out[at:])
	return c.out
}

// seal writes the header of a frame over its first bytes.
func seal(frame []byte) {
	payload := frame[headerBytes:]
	copy(frame, magic)
	binary.LittleEndian.PutUint32(frame[8:], layout)
	binary.LittleEndian.PutUint64(frame[12:], uint64(len(payload)))
	binary.LittleEndian.PutUint64(frame[20:], xxhash.Sum64(payload))
}

// Decode reads a frame and prepares its snapshot. It keeps nothing of frame. Memory is taken only for
// what the frame really holds.
func Decode(frame []byte) (*Snapshot, error) {
	if len(frame) < headerBytes {
		return nil, fmt.Errorf("cannot read snapshot of %d bytes: %w", len(frame), ErrTruncated)
	}
	if string(frame[:8]) != magic {
		return nil, fmt.Errorf("cannot read snapshot that begins with %q: %w", frame[:8], ErrNotSnapshot)
	}
	if v := binary.LittleEndian.Uint32(frame[8:]); v != layout {
		return nil, fmt.Errorf("cannot read snapshot of layout %d, want %d: %w", v, layout, ErrLayout)
	}
	payload, n := frame[headerBytes:], binary.LittleEndian.Uint64(frame[12:])
	if uint64(len(payload)) < n {
		return nil, fmt.Errorf("cannot read snapshot, %d bytes of %d: %w", len(payload), n, ErrTruncated)
	}
	if uint64(len(payload)) > n || xxhash.Sum64(payload) != binary.LittleEndian.Uint64(frame[20:]) {
		return nil, fmt.Errorf("cannot read snapshot of %d bytes: %w", n, ErrCorrupt)
	}
	c, s := codec{in: payload, reading: true}, &Snapshot{}
	c.columns(s)
	if c.err == nil && len(c.in) > 0 {
		c.err = ErrCorrupt
	}
	if c.err == nil {
		if c.err = s.Prepare(); c.err != nil {
			c.err = errors.Join(ErrCorrupt, c.err)
		}
	}
	if c.err != nil {
		return nil, fmt.Errorf("cannot read snapshot: %w", c.err)
	}
	return s, nil
}

// length writes or reads how many entries of a size a column has; what does not fit into the rest of the
// frame is corrupt, so that no length makes a reader take memory that the frame does not fill.
func (c *codec) length(n, size int) int {
	if !c.reading {
		c.out = binary.LittleEndian.AppendUint32(c.out, uint32(n))
		return n
	}
	if c.err != nil || len(c.in) < 4 {
		c.err = ErrCorrupt
		return 0
	}
	n = int(binary.LittleEndian.Uint32(c.in))
	c.in = c.in[4:]
	if n > len(c.in)/size {
		c.err = ErrCorrupt
		return 0
	}
	return n
}

// column walks a column of numbers of one size.
func column[T any](c *codec, v *[]T, size int, put func([]byte, T), read func([]byte) T) {
	n := c.length(len(*v), size)
	if !c.reading {
		at := len(c.out)
		c.out = append(c.out, make([]byte, n*size)...)
		for i, x := range *v {
			put(c.out[at+i*size:], x)
		}
		return
	}
	if *v = nil; n == 0 {
		return
	}
	*v = make([]T, n)
	for i := range *v {
		(*v)[i] = read(c.in[i*size:])
	}
	c.in = c.in[n*size:]
}

func ints[T int32 | uint32](c *codec, v *[]T) {
	column(c, v, 4, func(b []byte, x T) { binary.LittleEndian.PutUint32(b, uint32(x)) },
		func(b []byte) T { return T(binary.LittleEndian.Uint32(b)) })
}

func longs(c *codec, v *[]int64) {
	column(c, v, 8, func(b []byte, x int64) { binary.LittleEndian.PutUint64(b, uint64(x)) },
		func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) })
}

func (c *codec) points(v *[]float64) {
	column(c, v, 8, func(b []byte, x float64) { binary.LittleEndian.PutUint64(b, math.Float64bits(x)) },
		func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) })
}

func (c *codec) bytes(v *[]uint8) {
	column(c, v, 1, func(b []byte, x uint8) { b[0] = x }, func(b []byte) uint8 { return b[0] })
}

const edgeBytes = 20

func (c *codec) edges(v *[]Edge) {
	column(c, v, edgeBytes, func(b []byte, e Edge) {
		binary.LittleEndian.PutUint32(b, uint32(e.Item))
		binary.LittleEndian.PutUint32(b[4:], math.Float32bits(e.Score))
		binary.LittleEndian.PutUint32(b[8:], math.Float32bits(e.Value))
		binary.LittleEndian.PutUint32(b[12:], math.Float32bits(e.Share))
		binary.LittleEndian.PutUint32(b[16:], e.info)
	}, func(b []byte) Edge {
		return Edge{Item: int32(binary.LittleEndian.Uint32(b)),
			Score: math.Float32frombits(binary.LittleEndian.Uint32(b[4:])),
			Value: math.Float32frombits(binary.LittleEndian.Uint32(b[8:])),
			Share: math.Float32frombits(binary.LittleEndian.Uint32(b[12:])),
			info:  binary.LittleEndian.Uint32(b[16:])}
	})
}

// texts walks a column of texts: how many, then each with its length.
func (c *codec) texts(v *[]string) {
	n := c.length(len(*v), 4)
	if !c.reading {
		for _, text := range *v {
			c.length(len(text), 1)
			c.out = append(c.out, text...)
		}
		return
	}
	if *v = nil; n == 0 {
		return
	}
	*v = make([]string, 0, n)
	for range n {
		size := c.length(0, 1)
		if c.err != nil {
			return
		}
		*v = append(*v, string(c.in[:size]))
		c.in = c.in[size:]
	}
}
