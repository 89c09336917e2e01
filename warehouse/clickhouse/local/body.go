package local

import (
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// decodedBody is the request's body without its encodings: first HTTP's, then ClickHouse's own compressed
// blocks. The limit holds before and after decoding.
func (h *handler) decodedBody(w http.ResponseWriter, r *http.Request, blocks bool) (io.Reader, error) {
	body := io.Reader(http.MaxBytesReader(w, r.Body, h.cfg.MaxBodyBytes))
	body, err := decoder(strings.ToLower(r.Header.Get("Content-Encoding")), body)
	if err != nil {
		return nil, err
	}
	if blocks {
		body = &blockReader{r: body}
	}
	return &limitedBody{r: body, limit: h.cfg.MaxBodyBytes, left: h.cfg.MaxBodyBytes}, nil
}

func decoder(encoding string, body io.Reader) (io.Reader, error) {
	switch encoding {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		return lazily(body, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }), nil
	case "deflate":
		return lazily(body, func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) }), nil
	case "br":
		return brotli.NewReader(body), nil
	case "zstd":
		return lazily(body, func(r io.Reader) (io.Reader, error) {
			return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		}), nil
	case "lz4":
		return lz4.NewReader(body), nil
	}
	return nil, newException(codeUnknownCompressed, "Unknown compression method: "+encoding,
		"UNKNOWN_COMPRESSION_METHOD")
}

// lazyReader opens its decoder at the first read: an empty body stays an empty body.
type lazyReader struct {
	body io.Reader
	open func(io.Reader) (io.Reader, error)
	in   io.Reader
}

func lazily(body io.Reader, open func(io.Reader) (io.Reader, error)) io.Reader {
	return &lazyReader{body: body, open: open}
}

// Read implements io.Reader.
func (l *lazyReader) Read(p []byte) (int, error) {
	if l.in == nil {
		in, err := l.open(l.body)
		if err != nil {
			return 0, err
		}
		l.in = in
	}
	return l.in.Read(p)
}

// limitedBody fails when more than limit bytes come, so that a small compressed body cannot fill a disk.
type limitedBody struct {
	r           io.Reader
	limit, left int64
}

// Read implements io.Reader.
func (l *limitedBody) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, tooLarge(l.limit)
	}
	return n, err
}

func tooLarge(limit int64) *exception {
	return newException(codeTooManyBytes, fmt.Sprintf("The request's body exceeds %d bytes", limit),
		"TOO_MANY_BYTES")
}

// bodyError says what is wrong with a body that could not be read.
func bodyError(err error) error {
	var known *exception
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &large):
		return tooLarge(large.Limit)
	case errors.Is(err, syscall.ENOSPC):
		return newException(codeNoSpace, "Cannot keep the request's body: "+err.Error(),
			"NOT_ENOUGH_SPACE")
	}
	return newException(codeCannotRead, "Cannot read the request's body: "+err.Error(),
		"CANNOT_READ_FROM_FILE_DESCRIPTOR")
}
