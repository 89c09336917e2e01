package local

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Revisions of the native protocol at which a block gained a part.
const (
	revisionCustomSerialization = 54454 // a byte behind each column's type
	revisionOutOfOrderBuckets   = 54480 // a third field in the block's info
)

// errShort says that the block goes on beyond the bytes at hand.
var errShort = errors.New("the block is cut")

// reblock copies the whole blocks of src, which are of revision 0, to dst as blocks of the revision, and
// returns dst and how many bytes of src it took. Names, types and values stay as they are, byte for
// byte: a type must keep its spelling, because clients compare it.
func reblock(dst, src []byte, revision int, types map[string]*nativeType) ([]byte, int, error) {
	taken := 0
	for taken < len(src) {
		start := len(dst)
		out, n, err := reblockOne(dst, src[taken:], revision, types)
		if errors.Is(err, errShort) {
			return dst[:start], taken, nil
		}
		if err != nil {
			return dst[:start], taken, err
		}
		dst, taken = out, taken+n
	}
	return dst, taken, nil
}

func reblockOne(dst, src []byte, revision int, types map[string]*nativeType) ([]byte, int, error) {
	c := &cursor{b: src}
	columns, rows := c.length(), c.length()
	if c.err != nil {
		return dst, 0, c.err
	}
	if revision > 0 {
		dst = append(dst, 1, 0, 2, 0xff, 0xff, 0xff, 0xff)
		if revision >= revisionOutOfOrderBuckets {
			dst = append(dst, 3, 0)
		}
		dst = append(dst, 0)
	}
	dst = append(dst, src[:c.at]...)
	for range columns {
		head := c.at
		c.text()
		name := c.text()
		if c.err != nil {
			return dst, 0, c.err
		}
		dst = append(dst, src[head:c.at]...)
		if revision >= revisionCustomSerialization {
			dst = append(dst, 0)
		}
		t, err := typeOf(name, types)
		if err != nil {
			return dst, 0, err
		}
		from := c.at
		if rows > 0 {
			c.prefix(t)
			c.values(t, rows)
		}
		if c.err != nil {
			return dst, 0, c.err
		}
		dst = append(dst, src[from:c.at]...)
	}
	return dst, c.at, nil
}

// maxTypes bounds the types that are remembered for a result.
const maxTypes = 10_000

func typeOf(name []byte, types map[string]*nativeType) (*nativeType, error) {
	if t, ok := types[string(name)]; ok {
		return t, nil
	}
	t, err := parseType(string(name))
	if err != nil {
		return nil, newException(codeNotImplemented, err.Error(), "NOT_IMPLEMENTED")
	}
	if len(types) < maxTypes {
		types[string(name)] = t
	}
	return t, nil
}

// cursor walks over a block. After an error it stays where it is.
type cursor struct {
	b   []byte
	at  int
	err error
}

func (c *cursor) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *cursor) skip(n int) {
	if c.err != nil {
		return
	}
	if n < 0 || n > len(c.b)-c.at {
		c.fail(errShort)
		return
	}
	c.at += n
}

// skipRows passes rows values of size bytes each.
func (c *cursor) skipRows(rows, size int) {
	if size > 0 && rows > (math.MaxInt-1)/size {
		c.fail(fmt.Errorf("a block claims %d rows of %d bytes", rows, size))
		return
	}
	c.skip(rows * size)
}

// length reads a variable-length number.
func (c *cursor) length() int {
	if c.err != nil {
		return 0
	}
	v, n := binary.Uvarint(c.b[c.at:])
	switch {
	case n == 0:
		c.fail(errShort)
		return 0
	case n < 0 || v > math.MaxInt32:
		c.fail(fmt.Errorf("a block holds the impossible length %d", v))
		return 0
	}
	c.at += n
	return int(v)
}

func (c *cursor) uint64() uint64 {
	if c.err != nil || len(c.b)-c.at < 8 {
		c.fail(errShort)
		return 0
	}
	v := binary.LittleEndian.Uint64(c.b[c.at:])
	c.at += 8
	return v
}

func (c *cursor) count() int {
	v := c.uint64()
	if v > math.MaxInt32 {
		c.fail(fmt.Errorf("a block holds the impossible count %d", v))
		return 0
	}
	return int(v)
}

func (c *cursor) text() []byte {
	n := c.length()
	from := c.at
	c.skip(n)
	if c.err != nil {
		return nil
	}
	return c.b[from:c.at]
}

// prefix passes what stands before the values: the version of each dictionary.
func (c *cursor) prefix(t *nativeType) {
	if t.shape == shapeLowCard {
		c.skip(8)
	}
	for _, inner := range t.inner {
		c.prefix(inner)
	}
}

func (c *cursor) values(t *nativeType, rows int) {
	switch t.shape {
	case shapeFixed:
		c.skipRows(rows, t.size)
	case shapeString:
		for i := 0; i < rows && c.err == nil; i++ {
			c.skip(c.length())
		}
	case shapeNullable:
		c.skip(rows)
		c.values(t.inner[0], rows)
	case shapeArray:
		c.array(t, rows)
	case shapeTuple:
		for _, inner := range t.inner {
			c.values(inner, rows)
		}
	case shapeLowCard:
		c.dictionary(t, rows)
	}
}

func (c *cursor) array(t *nativeType, rows int) {
	if rows == 0 {
		return
	}
	c.skipRows(rows-1, 8)
	c.values(t.inner[0], c.count())
}

// dictionary passes a LowCardinality column: flags, keys, indexes. The low byte of the flags says how
// wide an index is.
func (c *cursor) dictionary(t *nativeType, rows int) {
	if rows == 0 {
		return
	}
	flags := c.uint64()
	if c.err == nil && flags&0xff > 3 {
		c.fail(fmt.Errorf("a dictionary has the unknown index type %d", flags&0xff))
		return
	}
	c.values(t.inner[0], c.count())
	c.skipRows(c.count(), 1<<(flags&0xff))
}
