package local_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
)

type words = map[string]string

func TestPing(t *testing.T) {
	s := newServer(t)
	s.expect(question{method: "GET", path: "ping"}, "Ok.\n")
	s.expect(question{method: "GET", path: "replicas_status"}, "Ok.\n")
	s.database = ""
	s.expect(question{method: "GET"}, "Ok.\n")
	if a := s.ask(question{method: "GET", path: "nowhere"}); a.status != http.StatusNotFound {
		t.Errorf("an unknown path: %d %s", a.status, a.body)
	}
}

func TestQueryByParameterAndBody(t *testing.T) {
	s := newServer(t)
	s.expect(question{method: "GET", query: words{"query": "SELECT 1"}}, "1\n")
	s.expect(question{body: "SELECT 1"}, "1\n")
	s.expect(question{body: "  /* a */ SELECT 1 -- b\n ;\n"}, "1\n")
	s.expect(question{query: words{"query": "SELECT 1 +"}, body: "2"}, "3\n")
	s.expect(question{body: "SELECT currentDatabase()"}, s.database+"\n")
	s.expect(question{body: "SELECT 1", query: words{"database": "system"}}, "1\n")
	s.expect(question{body: "SELECT name FROM databases WHERE name = 'system'",
		query: words{"database": "system"}}, "system\n")
	s.expect(question{body: "SELECT '; SELECT 2'"}, "; SELECT 2\n")
	s.expect(question{body: "WITH 2 AS x SELECT x"}, "2\n")
	s.expect(question{body: "(SELECT 1) UNION ALL (SELECT 1)"}, "1\n1\n")
	s.expect(question{body: "SHOW TABLES"}, "")
	s.expect(question{body: "EXISTS TABLE absent"}, "0\n")
}

func TestGetOnlyReads(t *testing.T) {
	s := newServer(t)
	s.expectError(question{method: "GET", query: words{"query": "CREATE TABLE t (a Int8) ENGINE = Memory"}},
		http.StatusInternalServerError, "164", "readonly")
	s.expect(question{method: "GET", query: words{"query": "SELECT getSetting('readonly')"}}, "2\n")
	s.expect(question{body: "SELECT getSetting('readonly')"}, "0\n")
}

func TestFormats(t *testing.T) {
	s := newServer(t)
	const sql = "SELECT number AS n, toString(number) AS s FROM numbers(2)"
	f := func(format, want string) {
		t.Helper()
		s.expect(question{body: sql + " FORMAT " + format}, want)
		s.expect(question{body: sql, query: words{"default_format": format}}, want)
		s.expect(question{body: sql, headers: words{"X-ClickHouse-Format": format}}, want)
	}
	f("TabSeparated", "0\t0\n1\t1\n")
	f("TSVWithNamesAndTypes", "n\ts\nUInt64\tString\n0\t0\n1\t1\n")
	f("CSV", "0,\"0\"\n1,\"1\"\n")
	f("CSVWithNames", "\"n\",\"s\"\n0,\"0\"\n1,\"1\"\n")
	f("JSONEachRow", "{\"n\":0,\"s\":\"0\"}\n{\"n\":1,\"s\":\"1\"}\n")
	f("JSONCompactEachRow", "[0, \"0\"]\n[1, \"1\"]\n")
	f("Values", "(0,'0'),(1,'1')")
	f("Native", "\x02\x02\x01n\x06UInt64"+strings.Repeat("\x00", 8)+"\x01"+strings.Repeat("\x00", 7)+
		"\x01s\x06String\x010\x011")
	f("Null", "")
	for _, format := range []string{"JSON", "JSONCompact"} {
		var doc struct {
			Meta []struct{ Name, Type string }
			Data []any
			Rows int
		}
		if err := json.Unmarshal([]byte(s.post(sql+" FORMAT "+format)), &doc); err != nil || doc.Rows != 2 ||
			len(doc.Data) != 2 || doc.Meta[1].Type != "String" {
			t.Errorf("%s: %+v, %v", format, doc, err)
		}
	}
	marks := words{"Parquet": "PAR1", "Arrow": "ARROW1", "ArrowStream": "\xff\xff\xff\xff"}
	for format, mark := range marks {
		if got := s.post(sql + " FORMAT " + format); !strings.HasPrefix(got, mark) {
			t.Errorf("%s begins with %.8q", format, got)
		}
	}
}

// A long result comes in many pieces and is still one document.
func TestLongResults(t *testing.T) {
	s := newServer(t)
	const rows = 300_000
	sql := fmt.Sprintf("SELECT number AS n FROM numbers(%d) FORMAT ", rows)
	for format, heads := range map[string]int{"CSV": 0, "CSVWithNames": 1, "TSVWithNamesAndTypes": 2,
		"JSONEachRow": 0, "JSONCompactEachRowWithNamesAndTypes": 2} {
		got := s.post(sql + format)
		if n := strings.Count(got, "\n"); n != rows+heads {
			t.Errorf("%s: %d lines, want %d", format, n, rows+heads)
		}
	}
	s.expect(question{body: "SELECT count() FROM (SELECT 1 FROM numbers(300000))"}, "300000\n")
	if got := s.post("SELECT number AS `a\nb` FROM numbers(200000) FORMAT CSVWithNames"); strings.Count(got,
		"a\nb") != 1 {
		t.Error("a head with a line end comes more than once")
	}
	if got := len(s.post(sql + "RowBinaryWithNamesAndTypes")); got != 1+2+7+8*rows {
		t.Errorf("RowBinaryWithNamesAndTypes: %d bytes", got)
	}
	var doc struct{ Data []any }
	if err := json.Unmarshal([]byte(s.post(sql+"JSONCompact")), &doc); err != nil || len(doc.Data) != rows {
		t.Errorf("JSONCompact: %d rows, %v", len(doc.Data), err)
	}
}

func TestTotalsAndExtremes(t *testing.T) {
	s := newServer(t)
	s.expect(question{body: "SELECT number % 2 AS k, count() FROM numbers(4) GROUP BY k WITH TOTALS " +
		"ORDER BY k"}, "0\t2\n1\t2\n\n0\t4\n")
}

func TestSettings(t *testing.T) {
	s := newServer(t)
	s.expect(question{body: "SELECT getSetting('max_threads')", query: words{"max_threads": "1"}}, "1\n")
	s.expect(question{body: "SELECT getSetting('max_threads') > 0 SETTINGS max_threads = 1"}, "1\n")
	s.expect(question{body: "SELECT '1' FORMAT CSV", query: words{"format_csv_delimiter": ";"}}, "\"1\"\n")
	s.expect(question{body: "SELECT 1, 2 FORMAT CSV", query: words{"format_csv_delimiter": ";"}}, "1;2\n")
	s.expect(question{body: "SELECT 1, 2 FORMAT CSV"}, "1,2\n")
	s.expectError(question{body: "SELECT 1", query: words{"no_such_setting": "1"}},
		404, "115", "no_such_setting")
	s.must(question{body: "SET max_threads = 7"})
	if got := s.post("SELECT getSetting('max_threads')"); got == "7\n" {
		t.Error("a setting outlived its request")
	}
}

func TestQueryParameters(t *testing.T) {
	s := newServer(t)
	f := func(placeholder, value, want string) {
		t.Helper()
		s.expect(question{body: "SELECT " + placeholder, query: words{"param_v": value}}, want)
	}
	f("{v:String}", `it's \\ "x"`, `it\'s \\ "x"`+"\n")
	f("{v:Int32} + 1", "-3", "-2\n")
	f("{v:Date} + 1", "2026-11-24", "2026-11-25\n")
	f("{v:Array(UInt8)}", "[1,2]", "[1,2]\n")
	f("arrayJoin({v:Array(String)})", "['a','b']", "a\nb\n")
	f("{v:Nullable(Int8)}", `\N`, "\\N\n")
	f("{v:UUID}", "61f0c404-5cb3-11e7-907b-a6006ad3dba0", "61f0c404-5cb3-11e7-907b-a6006ad3dba0\n")
	f("{v:Decimal(10, 2)}", "1.50", "1.5\n")
	s.expectError(question{body: "SELECT {v:Int32}", query: words{"param_v": "x"}}, 500, "457", "v")
	s.expectError(question{body: "SELECT {v:Int32}"}, 500, "456", "v")
}

func TestErrors(t *testing.T) {
	s := newServer(t)
	f := func(sql string, status int, code, text string) {
		t.Helper()
		s.expectError(question{body: sql}, status, code, text)
	}
	f("SELEC 1", 400, "62", "Syntax error")
	f("SELECT 1; SELECT 2", 400, "62", "Multi-statements")
	f("", 400, "62", "Empty query")
	f("SELECT * FROM absent", 404, "60", "absent")
	f("SELECT absent", 404, "47", "absent")
	f("SELECT absent()", 404, "46", "absent")
	f("SELECT * FROM absent.t", 404, "81", "absent")
	f("SELECT 1 FORMAT Absent", 404, "73", "Absent")
	f("SELECT toInt8('x')", 400, "6", "Cannot parse")
	f("SELECT throwIf(1)", 500, "395", "throwIf")
	f("SELECT sleep(3) SETTINGS max_execution_time = 1", 408, "159", "Timeout")
	f("SELECT 1 INTO OUTFILE '/tmp/x'", 500, "291", "INTO OUTFILE")
	f("CREATE TABLE t (a Absent) ENGINE = Memory", 404, "50", "Absent")
	s.expectError(question{body: "SELECT 1", query: words{"database": "absent"}}, 404, "81", "absent")
	s.expectError(question{body: "SELECT 1", query: words{"user": "somebody"}}, 403, "516", "somebody")
	s.expectError(question{body: "x", headers: words{"Content-Encoding": "rot13"}}, 500, "89", "rot13")
}

// An error behind the first rows ends the body with a framed exception.
func TestErrorBehindTheFirstRows(t *testing.T) {
	s := newServer(t)
	const sql = "SELECT throwIf(number = 900000) FROM numbers(1000000)"
	a := s.ask(question{body: sql})
	tag := a.header.Get("X-ClickHouse-Exception-Tag")
	if a.status != http.StatusOK || tag == "" ||
		!bytes.Contains(a.body, []byte("\r\n__exception__\r\n"+tag+"\r\nCode: 395. DB::Exception: ")) ||
		!bytes.HasSuffix(a.body, []byte(" "+tag+"\r\n__exception__\r\n")) {
		t.Errorf("status %d, tag %q, end %q", a.status, tag, a.body[max(0, len(a.body)-300):])
	}
	s.expectError(question{body: sql, query: words{"wait_end_of_query": "1"}}, 500, "395", "throwIf")
	for range 20 {
		s.expect(question{body: "SELECT 1"}, "1\n")
	}
}

func TestHeaders(t *testing.T) {
	s := newServer(t)
	a := s.ask(question{body: "SELECT number FROM numbers(3)", query: words{"query_id": "mine-1"}})
	wanted := words{"X-ClickHouse-Query-Id": "mine-1", "X-ClickHouse-Format": "TabSeparated",
		"Content-Type": "text/tab-separated-values; charset=UTF-8"}
	for name, want := range wanted {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"X-ClickHouse-Server-Display-Name", "X-ClickHouse-Timezone"} {
		if a.header.Get(name) == "" {
			t.Errorf("%s is absent", name)
		}
	}
	var summary words
	err := json.Unmarshal([]byte(a.header.Get("X-ClickHouse-Summary")), &summary)
	if err != nil || summary["read_rows"] != "3" {
		t.Errorf("summary %v, %v", summary, err)
	}
	s.post("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
	a = s.ask(question{body: "INSERT INTO t SELECT number FROM numbers(5)"})
	err = json.Unmarshal([]byte(a.header.Get("X-ClickHouse-Summary")), &summary)
	if err != nil || summary["written_rows"] != "5" {
		t.Errorf("summary of an insert %v, %v", summary, err)
	}
	if a = s.ask(question{body: "SELECT 1"}); len(a.header.Get("X-ClickHouse-Query-Id")) != 36 {
		t.Errorf("query id %q", a.header.Get("X-ClickHouse-Query-Id"))
	}
}

func TestSession(t *testing.T) {
	s := newServer(t)
	in := func(id, sql string) question {
		return question{body: sql, query: words{"session_id": s.database + id}}
	}
	s.must(in("a", "CREATE TEMPORARY TABLE mine (a Int8)"))
	s.must(in("a", "INSERT INTO mine VALUES (1), (2)"))
	s.expect(in("a", "SELECT sum(a) FROM mine"), "3\n")
	s.expectError(in("b", "SELECT sum(a) FROM mine"), 404, "60", "mine")
	s.must(in("a", "SET max_threads = 1"))
	s.expect(in("a", "SELECT getSetting('max_threads')"), "1\n")
	s.expectError(question{body: "SELECT sum(a) FROM mine"}, 404, "60", "mine")
	s.must(question{body: "CREATE TEMPORARY TABLE lost (a Int8)"})
	s.expectError(question{body: "SELECT * FROM lost"}, 404, "60", "lost")
	for _, whole := range []string{"0", "1"} {
		failing := in("a", "SELECT throwIf(number = 900000) FROM numbers(1000000)")
		failing.query["wait_end_of_query"] = whole
		s.ask(failing)
		s.expect(in("a", "SELECT sum(a) FROM mine FORMAT Values"), "(3)")
		s.ask(failing)
		s.expect(in("a", "SELECT sum(a) FROM mine"), "3\n")
	}
	s.expectError(question{body: "SELECT 1", query: words{"session_id": "never", "session_check": "1"}},
		500, "372", "never")
	s.expectError(question{body: "SELECT 1", query: words{"session_id": "x", "session_timeout": "no"}},
		400, "36", "no")
}

// What Grafana's data source asks first, and how: clickhouse-go over HTTP with a session of its own.
func TestGrafana(t *testing.T) {
	s := newServer(t)
	s.post("CREATE TABLE sale (at DateTime64(3, 'UTC'), net Int64) ENGINE = MergeTree ORDER BY at")
	s.post("INSERT INTO sale VALUES ('2026-11-24 01:00:00.000', 5), ('2026-11-24 01:00:30.500', 7)")
	s.expect(question{body: "SELECT version() != ''"}, "1\n")
	s.expect(question{body: "SHOW DATABASES LIKE '" + s.database + "'"}, s.database+"\n")
	s.expect(question{body: "SELECT name FROM system.tables WHERE database = '" + s.database + "'"}, "sale\n")
	s.expect(question{body: "SELECT toStartOfInterval(toDateTime(at), INTERVAL 60 second) AS time, " +
		"sum(net) AS net FROM sale WHERE at >= toDateTime(1795482000) AND " +
		"at <= toDateTime(1795485600) GROUP BY time ORDER BY time LIMIT 10000"}, "2026-11-24 01:00:00\t12\n")
	if got := s.post("DESC TABLE sale"); !strings.HasPrefix(got, "at\tDateTime64(3, \\'UTC\\')\t") {
		t.Errorf("DESC: %q", got)
	}
}

func TestManyAtOnce(t *testing.T) {
	s := newServer(t)
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			a := s.ask(question{body: fmt.Sprintf("SELECT %d + sum(number * 0) FROM numbers(1000000)", i)})
			if want := fmt.Sprintln(i); a.status != http.StatusOK || string(a.body) != want {
				t.Errorf("%d: status %d: %s", i, a.status, a.body)
			}
		})
	}
	wg.Wait()
}

// onlyLocal skips a test of the local engine's own ways when another server is tested.
func onlyLocal(t *testing.T) {
	t.Helper()
	if os.Getenv(chtest.Variable) != "" {
		t.Skipf("SKIPPED: %s names a server, and this is about the local engine", chtest.Variable)
	}
}
