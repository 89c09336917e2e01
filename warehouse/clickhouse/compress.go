package clickhouse

import (
	"errors"
	"io"

	"github.com/ClickHouse/ch-go/compress"
)

// maxPlainBlock is the number of bytes that go into one compressed block, as servers write them.
const maxPlainBlock = 1 << 20

// compressor returns how an insert's body is compressed, nil for not at all. The client library leaves
// bodies that it has not built as they are.
func compressor(name string) func(io.Reader) io.Reader {
	switch name {
	case "lz4":
		return func(r io.Reader) io.Reader { return newBlocks(r, 0, compress.LZ4) }
	case "zstd":
		return func(r io.Reader) io.Reader { return newBlocks(r, 1, compress.ZSTD) }
	}
	return nil
}

// blocks reads a body as ClickHouse's own compressed blocks.
type blocks struct {
	from  io.Reader
	c     *compress.Writer
	plain []byte
	rest  []byte
}

func newBlocks(from io.Reader, level compress.Level, method compress.Method) *blocks {
	return &blocks{from: from, c: compress.NewWriter(level, method), plain: make([]byte, maxPlainBlock)}
}

// Read implements io.Reader.
func (b *blocks) Read(to []byte) (int, error) {
	if len(b.rest) == 0 {
		n, err := io.ReadFull(b.from, b.plain)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, err
		}
		if err := b.c.Compress(b.plain[:n]); err != nil {
			return 0, err
		}
		b.rest = b.c.Data
	}
	n := copy(to, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}
