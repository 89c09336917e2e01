package local_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	chcompress "github.com/ClickHouse/ch-go/compress"
	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

func withTable(t *testing.T) *server {
	s := newServer(t)
	s.post("CREATE TABLE t (n Int64, s String DEFAULT 'none') ENGINE = MergeTree ORDER BY n " +
		"SETTINGS non_replicated_deduplication_window = 100")
	return s
}

// drain returns the rows of t and empties it.
func (s *server) drain() string {
	s.t.Helper()
	got := s.post("SELECT n, s FROM t ORDER BY n FORMAT CSV")
	s.post("TRUNCATE TABLE t")
	return got
}

func TestInsertFormats(t *testing.T) {
	s := withTable(t)
	const want = "1,\"a\"\n2,\"b\"\n"
	f := func(q question) {
		t.Helper()
		if got := s.must(q); got != "" {
			t.Errorf("%+v answered %q", q, got)
		}
		if got := s.drain(); got != want {
			t.Errorf("%+v: got %q", q, got)
		}
	}
	f(question{body: "INSERT INTO t VALUES (1, 'a'), (1 + 1, 'b')"})
	f(question{body: "INSERT INTO t (s, n) VALUES ('a', 1), ('b', 2)"})
	f(question{query: words{"query": "INSERT INTO t VALUES"}, body: "(1, 'a'), (2, 'b')"})
	f(question{query: words{"query": "INSERT INTO t FORMAT CSV"}, body: "1,a\n2,b\n"})
	f(question{query: words{"query": "INSERT INTO t (s, n) FORMAT TSV"}, body: "a\t1\nb\t2\n"})
	f(question{body: "INSERT INTO t FORMAT JSONEachRow\n{\"n\":1,\"s\":\"a\"}\n{\"n\":2,\"s\":\"b\"}"})
	f(question{body: "INSERT INTO t FORMAT CSV 1,a\n2,b\n"})
	f(question{body: "INSERT INTO t SETTINGS format_csv_delimiter = ';' FORMAT CSV\n1;a\n2;b\n"})
	f(question{body: "INSERT INTO t FORMAT CSV\n1;a\n2;b\n", query: words{"format_csv_delimiter": ";"}})
	f(question{body: "INSERT INTO `t` (n, s) FORMAT CSV\n1,a\n2,b\n", query: words{"date_time_input_format": "best_effort"}})
	f(question{body: "INSERT INTO " + s.database + ".t FORMAT CSV\n1,a\n2,b\n",
		query: words{"database": "default"}})
	f(question{body: "INSERT INTO t SELECT number + 1, char(97 + number) FROM numbers(2)"})
	f(question{body: "INSERT INTO t VALUES ({one:Int64}, {a:String}), (2, 'b')",
		query: words{"param_one": "1", "param_a": "a"}})
	s.post("INSERT INTO t VALUES (1, 'a'), (2, 'b')")
	for _, format := range []string{"Native", "RowBinary", "Parquet", "Arrow", "ArrowStream",
		"JSONCompactEachRow", "TSVWithNames", "CSVWithNamesAndTypes"} {
		rows := s.post("SELECT n, s FROM t ORDER BY n FORMAT " + format)
		s.post("TRUNCATE TABLE t")
		s.must(question{query: words{"query": "INSERT INTO t FORMAT " + format}, body: rows})
		if got := s.post("SELECT n, s FROM t ORDER BY n FORMAT CSV"); got != want {
			t.Errorf("%s: got %q", format, got)
		}
	}
}

func TestInsertDefaults(t *testing.T) {
	s := withTable(t)
	s.post("INSERT INTO t (n) FORMAT CSV\n1\n")
	s.post("INSERT INTO t FORMAT JSONEachRow {\"n\":2}")
	s.must(question{query: words{"query": "INSERT INTO t FORMAT Native"},
		body: s.post("SELECT toInt64(3) AS n FORMAT Native")})
	if got := s.drain(); got != "1,\"none\"\n2,\"none\"\n3,\"none\"\n" {
		t.Error(got)
	}
}

func TestInsertErrors(t *testing.T) {
	s := withTable(t)
	f := func(query, body string, status int, code, text string) {
		t.Helper()
		s.expectError(question{query: words{"query": query}, body: body}, status, code, text)
	}
	f("INSERT INTO absent FORMAT CSV", "1\n", 404, "60", "absent")
	f("INSERT INTO t FORMAT JSONEachRow", "{\"n\":\"x\"}", 400, "27", "x")
	f("INSERT INTO t (absent) FORMAT CSV", "1\n", 500, "16", "absent")
	f("INSERT INTO t FORMAT Absent", "1\n", 404, "73", "Absent")
	f("INSERT INTO t FORMAT Native", "\x01\x02garbage", 500, "33",
		"Cannot read all data. Bytes read: 6. Bytes expected: 103. (")
	f("INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV", "", 404, "78", "infile")
	if got := s.drain(); got != "" {
		t.Errorf("a refused insert left %q", got)
	}
	s.expectError(question{method: "GET", query: words{"query": "INSERT INTO t VALUES (1, 'a')"}},
		500, "164", "readonly")
}

// VALUES longer than what goes with the statement, and many rows in one block.
func TestInsertLong(t *testing.T) {
	s := withTable(t)
	var values, csv strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&values, "(%d, 'some text'),", i)
		fmt.Fprintf(&csv, "%d,some text\n", i)
	}
	s.post("INSERT INTO t VALUES " + strings.TrimSuffix(values.String(), ","))
	s.expect(question{body: "SELECT count(), uniqExact(n) FROM t"}, "200000\t200000\n")
	for range 2 {
		s.must(question{body: csv.String(),
			query: words{"query": "INSERT INTO t FORMAT CSV", "insert_deduplication_token": "x"}})
	}
	s.expect(question{body: "SELECT count() FROM t"}, "400000\n")
}

func TestCompressedBodies(t *testing.T) {
	s := withTable(t)
	plain := []byte("1,a\n2,b\n")
	f := func(encoding string, body []byte) {
		t.Helper()
		s.must(question{query: words{"query": "INSERT INTO t FORMAT CSV"},
			headers: words{"Content-Encoding": encoding}, body: string(body)})
		if got := s.drain(); got != "1,\"a\"\n2,\"b\"\n" {
			t.Errorf("%s: got %q", encoding, got)
		}
		a := s.ask(question{query: words{"query": "INSERT INTO t FORMAT CSV"},
			headers: words{"Content-Encoding": encoding}, body: string(body[:len(body)-1])})
		if a.status == http.StatusOK && encoding != "br" {
			t.Errorf("%s: a body that is cut was taken", encoding)
		}
		s.post("TRUNCATE TABLE t")
	}
	for encoding, make := range encoders() {
		var b bytes.Buffer
		w := make(&b)
		if _, err := w.Write(plain); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		f(encoding, b.Bytes())
	}
}

func encoders() map[string]func(io.Writer) io.WriteCloser {
	return map[string]func(io.Writer) io.WriteCloser{
		"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
		"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
		"lz4":     func(w io.Writer) io.WriteCloser { return lz4.NewWriter(w) },
		"zstd": func(w io.Writer) io.WriteCloser {
			z, err := zstd.NewWriter(w)
			if err != nil {
				panic("BUG: " + err.Error())
			}
			return z
		},
	}
}

func TestCompressedAnswers(t *testing.T) {
	s := newServer(t)
	decoders := map[string]func(io.Reader) (io.Reader, error){
		"gzip":    func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"deflate": func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
		"br":      func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"lz4":     func(r io.Reader) (io.Reader, error) { return lz4.NewReader(r), nil },
		"zstd":    func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	}
	for encoding, decoder := range decoders {
		a := s.ask(question{body: "SELECT number FROM numbers(100000)",
			headers: words{"Accept-Encoding": encoding}, query: words{"enable_http_compression": "1"}})
		if a.header.Get("Content-Encoding") != encoding {
			t.Errorf("%s: got %q", encoding, a.header.Get("Content-Encoding"))
			continue
		}
		r, err := decoder(bytes.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil || bytes.Count(plain, []byte("\n")) != 100_000 {
			t.Errorf("%s: %d bytes, %v", encoding, len(plain), err)
		}
	}
	a := s.ask(question{body: "SELECT 1", headers: words{"Accept-Encoding": "gzip"},
		query: words{"enable_http_compression": "0"}})
	if a.header.Get("Content-Encoding") != "" || string(a.body) != "1\n" {
		t.Errorf("asked for none: %q", a.body)
	}
	s.expectError(question{body: "SELECT absent", headers: words{"Accept-Encoding": "gzip"}},
		404, "47", "absent")
}

// ClickHouse's own compressed blocks, both ways.
func TestCompressedBlocks(t *testing.T) {
	s := withTable(t)
	for _, method := range []chcompress.Method{chcompress.LZ4, chcompress.ZSTD, chcompress.None} {
		w := chcompress.NewWriter(0, method)
		if err := w.Compress([]byte("1,a\n")); err != nil {
			t.Fatal(err)
		}
		body := string(w.Data)
		if err := w.Compress([]byte("2,b\n")); err != nil {
			t.Fatal(err)
		}
		body += string(w.Data)
		insert := question{query: words{"query": "INSERT INTO t FORMAT CSV", "decompress": "1"}, body: body}
		s.must(insert)
		if got := s.drain(); got != "1,\"a\"\n2,\"b\"\n" {
			t.Errorf("%v: got %q", method, got)
		}
		for _, cut := range []int{1, len(w.Data) - 25, len(w.Data) - 24, len(w.Data) - 1} {
			insert.body = body[:len(body)-cut]
			s.expectError(insert, 500, "271", "Cannot decompress")
		}
		insert.body = body[:len(body)-1] + "x"
		s.expectError(insert, 500, "271", "hecksum")
		if got := s.drain(); got != "" {
			t.Errorf("%v: a damaged body left %q", method, got)
		}
	}
	for _, method := range []string{"LZ4", "ZSTD"} {
		a := s.ask(question{body: "SELECT number FROM numbers(300000)", query: words{"compress": "1",
			"network_compression_method": method}})
		plain, err := io.ReadAll(chcompress.NewReader(bytes.NewReader(a.body)))
		if n := bytes.Count(plain, []byte("\n")); n != 300_000 {
			t.Errorf("%s: %d lines, %v", method, n, err)
		}
	}
}
