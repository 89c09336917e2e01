package local

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	chcompress "github.com/ClickHouse/ch-go/compress"
	"github.com/go-faster/city"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// The head of a compressed block: a 16-byte checksum of all that follows, then a method byte and two
// sizes, of the block from the method byte on and of the plain bytes.
const (
	blockChecksumSize = 16
	blockHeadSize     = 9
	maxBlockBytes     = 1 << 30
)

// blockReader reads ClickHouse's own compressed blocks. It ends without error behind a block and
// nowhere else.
type blockReader struct {
	r     io.Reader
	raw   []byte
	plain []byte
	rest  []byte // of plain, not yet read
	zstd  *zstd.Decoder
}

// Read implements io.Reader.
func (b *blockReader) Read(p []byte) (int, error) {
	for len(b.rest) == 0 {
		if err := b.readBlock(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

func (b *blockReader) readBlock() error {
	var head [blockChecksumSize + blockHeadSize]byte
	if _, err := io.ReadFull(b.r, head[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return cannotDecompress("a block is cut")
		}
		return err
	}
	size := int(binary.LittleEndian.Uint32(head[blockChecksumSize+1:]))
	plain := int(binary.LittleEndian.Uint32(head[blockChecksumSize+5:]))
	if size < blockHeadSize || size > maxBlockBytes || plain > maxBlockBytes {
		return cannotDecompress(fmt.Sprintf("a block claims %d bytes for %d", size, plain))
	}
	// The block is read as it comes, so that a false size costs no memory.
	b.raw = append(b.raw[:0], head[blockChecksumSize:]...)
	body, err := appendAll(b.raw, io.LimitReader(b.r, int64(size-blockHeadSize)))
	b.raw = body
	if err != nil {
		return err
	}
	if len(b.raw) != size {
		return cannotDecompress("a block is cut")
	}
	sum := city.CH128(b.raw)
	if sum.Low != binary.LittleEndian.Uint64(head[:]) || sum.High != binary.LittleEndian.Uint64(head[8:]) {
		return cannotDecompress("Checksum doesn't match: corrupted data")
	}
	return b.decompress(b.raw[0], b.raw[blockHeadSize:], plain)
}

// appendAll reads r to its end.
func appendAll(dst []byte, r io.Reader) ([]byte, error) {
	const step = 64 << 10
	for {
		if cap(dst)-len(dst) < step {
			dst = append(make([]byte, 0, 2*cap(dst)+step), dst...)
		}
		n, err := r.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		if errors.Is(err, io.EOF) {
			return dst, nil
		}
		if err != nil {
			return dst, err
		}
	}
}

// Methods of compressed blocks.
const (
	methodNone = 0x02
	methodLZ4  = 0x82
	methodZSTD = 0x90
)

// maxRatio bounds what a block may grow to: LZ4 cannot shrink more than 255 times, and for zstd the plain
// size is checked by its decoder.
const maxRatio = 256

func (b *blockReader) decompress(method byte, from []byte, size int) (err error) {
	switch method {
	case methodNone:
		b.plain = append(b.plain[:0], from...)
	case methodLZ4:
		if size > maxRatio*len(from)+maxRatio {
			return cannotDecompress(fmt.Sprintf("%d bytes cannot hold %d", len(from), size))
		}
		if cap(b.plain) <= size {
			b.plain = make([]byte, size+1) // the decoder does not bear an empty slice without memory
		}
		n, err := lz4.UncompressBlock(from, b.plain[:size])
		if err != nil {
			return cannotDecompress("LZ4: " + err.Error())
		}
		b.plain = b.plain[:n]
	case methodZSTD:
		if b.zstd == nil {
			b.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1),
				zstd.WithDecoderMaxMemory(maxBlockBytes))
			if err != nil {
				return err
			}
		}
		if b.plain, err = b.zstd.DecodeAll(from, b.plain[:0]); err != nil {
			return cannotDecompress("ZSTD: " + err.Error())
		}
	default:
		return newException(codeUnknownCompressed, fmt.Sprintf("Unknown compression method: 0x%02x",
			method), "UNKNOWN_COMPRESSION_METHOD")
	}
	if len(b.plain) != size {
		return cannotDecompress(fmt.Sprintf("a block holds %d bytes and claims %d", len(b.plain), size))
	}
	b.rest = b.plain
	return nil
}

func cannotDecompress(text string) *exception {
	return newException(codeCannotDecompress, "Cannot decompress: "+text, "CANNOT_DECOMPRESS")
}

// maxPlainBlock is the number of bytes that go into one compressed block, as a server writes them.
const maxPlainBlock = 1 << 20

// blockWriter writes ClickHouse's own compressed blocks.
type blockWriter struct {
	w io.Writer
	c *chcompress.Writer
}

func newBlockWriter(w io.Writer, method string, level int) *blockWriter {
	if method == "ZSTD" {
		return &blockWriter{w, chcompress.NewWriter(chcompress.Level(level), chcompress.ZSTD)}
	}
	return &blockWriter{w, chcompress.NewWriter(0, chcompress.LZ4)}
}

// Write implements io.Writer.
func (b *blockWriter) Write(p []byte) (int, error) {
	for done := 0; done < len(p); {
		end := min(len(p), done+maxPlainBlock)
		if err := b.c.Compress(p[done:end]); err != nil {
			return done, err
		}
		if _, err := b.w.Write(b.c.Data); err != nil {
			return done, err
		}
		done = end
	}
	return len(p), nil
}

// Close implements io.Closer: every block is already written.
func (b *blockWriter) Close() error { return nil }
