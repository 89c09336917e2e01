package local

import (
	"compress/gzip"
	"compress/zlib"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// output is the answer to one query. Its head is written with the first bytes of the result, so that an
// error before them still has a status of its own.
type output struct {
	w       http.ResponseWriter
	version string
	// encoding is the Content-Encoding, "" for none.
	encoding string
	// blocks is the method of compressed blocks, "" for none.
	blocks     string
	blockLevel int
	format     string

	tag string
	out io.WriteCloser // nil until the head is written
}

// begin writes the head.
func (o *output) begin(p progress) error {
	tag := make([]byte, 8)
	if _, err := rand.Read(tag); err != nil {
		return fmt.Errorf("cannot make a tag for exceptions: %w", err)
	}
	o.tag = hex.EncodeToString(tag)
	head := o.w.Header()
	head.Set("Content-Type", contentType(o.format))
	set(o.w, "X-ClickHouse-Format", o.format)
	set(o.w, "X-ClickHouse-Exception-Tag", o.tag)
	set(o.w, "X-ClickHouse-Summary", p.summary())
	var err error
	if o.out, err = o.encoder(); err != nil {
		return err
	}
	if o.encoding != "" {
		head.Set("Content-Encoding", o.encoding)
		head.Add("Vary", "Accept-Encoding")
	}
	if o.blocks != "" {
		o.out = newBlockWriter(o.out, o.blocks, o.blockLevel)
	}
	o.w.WriteHeader(http.StatusOK)
	return nil
}

// set writes a header with the capitals that a server gives it: scripts grep for them.
func set(w http.ResponseWriter, name, value string) { w.Header()[name] = []string{value} }

type noClose struct{ io.Writer }

// Close implements io.Closer and leaves the response open.
func (noClose) Close() error { return nil }

// encoder compresses for HTTP.
func (o *output) encoder() (io.WriteCloser, error) {
	switch o.encoding {
	case "gzip":
		return gzip.NewWriterLevel(o.w, gzip.BestSpeed)
	case "deflate":
		return zlib.NewWriterLevel(o.w, zlib.BestSpeed)
	case "br":
		return brotli.NewWriterLevel(o.w, 1), nil
	case "zstd":
		return zstd.NewWriter(o.w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	case "lz4":
		return lz4.NewWriter(o.w), nil
	}
	return noClose{o.w}, nil
}

// chosenEncoding picks from what the client accepts, in the order in which a server prefers.
func chosenEncoding(accept string) string {
	accept = strings.ToLower(accept)
	for _, encoding := range []string{"br", "lz4", "zstd", "gzip", "deflate"} {
		for part := range strings.SplitSeq(accept, ",") {
			name, weight, _ := strings.Cut(part, ";")
			if strings.TrimSpace(name) == encoding && strings.TrimSpace(weight) != "q=0" {
				return encoding
			}
		}
	}
	return ""
}

// Write implements io.Writer; begin must have been called.
func (o *output) Write(p []byte) (int, error) { return o.out.Write(p) }

// end completes the answer. Without a result the body is empty.
func (o *output) end(p progress) error {
	if o.out == nil {
		o.encoding, o.blocks = "", ""
		if err := o.begin(p); err != nil {
			return err
		}
	}
	return o.out.Close()
}

// fail tells the client what went wrong: by status before the head, and behind it by a framed exception
// at the end of the body, as servers since 25.11 write it.
func (o *output) fail(e *exception) {
	text := e.text + " (version " + o.version + ")\n"
	if o.out == nil {
		writeException(o.w, e, text)
		return
	}
	frame := fmt.Sprintf("\r\n__exception__\r\n%s\r\n%s%d %s\r\n__exception__\r\n", o.tag, text,
		len(text)-1, o.tag)
	if o.blocks != "" {
		// Compressed blocks end here; clients look for the frame in the bytes as they came.
		_, _ = io.WriteString(o.w, frame)
		return
	}
	_, _ = io.WriteString(o.out, frame)
	_ = o.out.Close()
}

func writeException(w http.ResponseWriter, e *exception, text string) {
	head := w.Header()
	head.Set("Content-Type", "text/plain; charset=UTF-8")
	set(w, "X-ClickHouse-Exception-Code", strconv.Itoa(e.code))
	if e.code == codeRequiredPassword {
		head.Set("WWW-Authenticate", `Basic realm="ClickHouse server HTTP API"`)
	}
	w.WriteHeader(e.status())
	_, _ = io.WriteString(w, text)
}

// summary is the value of X-ClickHouse-Summary: numbers as strings.
func (p progress) summary() string {
	text := func(n uint64) string { return strconv.FormatUint(n, 10) }
	b, err := json.Marshal(struct {
		ReadRows     string `json:"read_rows"`
		ReadBytes    string `json:"read_bytes"`
		WrittenRows  string `json:"written_rows"`
		WrittenBytes string `json:"written_bytes"`
		TotalRows    string `json:"total_rows_to_read"`
		ResultRows   string `json:"result_rows"`
		ResultBytes  string `json:"result_bytes"`
		ElapsedNS    string `json:"elapsed_ns"`
	}{text(p.ReadRows), text(p.ReadBytes), text(p.WrittenRows), text(p.WrittenBytes), text(p.ReadRows),
		text(p.ResultRows), text(p.ResultBytes), text(uint64(p.Elapsed.Nanoseconds()))})
	if err != nil {
		return "{}"
	}
	return string(b)
}

func contentType(format string) string {
	switch {
	case strings.HasPrefix(format, "JSONEach"), strings.HasPrefix(format, "JSONCompactEach"),
		format == "JSONStringsEachRow", format == "NDJSON", format == "JSONLines":
		return "application/x-ndjson; charset=UTF-8"
	case strings.HasPrefix(format, "JSON"):
		return "application/json; charset=UTF-8"
	case strings.HasPrefix(format, "CSV"):
		return "text/csv; charset=UTF-8; header=" + presence(format)
	case strings.HasPrefix(format, "TabSeparated"), strings.HasPrefix(format, "TSV"):
		return "text/tab-separated-values; charset=UTF-8"
	case format == "XML":
		return "application/xml; charset=UTF-8"
	case format == "Native", format == "Parquet", format == "Arrow", format == "ArrowStream",
		format == "ORC", format == "Avro", strings.HasPrefix(format, "RowBinary"):
		return "application/octet-stream"
	}
	return "text/plain; charset=UTF-8"
}

func presence(format string) string {
	if strings.Contains(format, "WithNames") {
		return "present"
	}
	return "absent"
}
