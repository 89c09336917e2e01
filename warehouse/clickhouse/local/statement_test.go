package local

import "testing"

func TestParseStatement(t *testing.T) {
	f := func(text, verb, format string) {
		t.Helper()
		s, err := parseStatement(text)
		if err != nil || s.verb != verb || s.format != format || s.insert != nil {
			t.Errorf("%q: %+v, %v; want verb %q, format %q", text, s, err, verb, format)
		}
	}
	f("select 1", "SELECT", "")
	f("-- x\n/* FORMAT CSV */ SELECT 1 FORMAT JSON", "SELECT", "JSON")
	f("SELECT 1 FORMAT JSON SETTINGS a = 1;", "SELECT", "JSON")
	f("SELECT 1 SETTINGS a = 1 FORMAT CSV", "SELECT", "CSV")
	f("SELECT ' FORMAT CSV'", "SELECT", "")
	f("SELECT (SELECT 1 FORMAT x)", "SELECT", "")
	f("SELECT format('{}', 1)", "SELECT", "")
	f("SELECT $a$ ; $a$", "SELECT", "")
	f("INSERT INTO t SELECT 1", "INSERT", "")
	f("INSERT INTO t (a, b) WITH 1 AS x SELECT x", "INSERT", "")
	f("(SELECT 1)", "", "")
	f("", "", "")
	f("INSERT", "INSERT", "")
	f("INSERT INTO", "INSERT", "")
	f("INSERT INTO t", "INSERT", "")
}

func TestParseInsert(t *testing.T) {
	f := func(text, format, rows, rewritten string) {
		t.Helper()
		s, err := parseStatement(text)
		if err != nil || s.insert == nil {
			t.Errorf("%q: %+v, %v", text, s, err)
			return
		}
		if got := s.fromFile("/f", "x = '1'"); s.insert.format != format ||
			text[s.insert.rows:] != rows || got != rewritten {
			t.Errorf("%q: format %q, rows %q, %q", text, s.insert.format, text[s.insert.rows:], got)
		}
	}
	const from = " FROM INFILE '/f' COMPRESSION 'none' SETTINGS x = '1'"
	f("INSERT INTO t FORMAT Native\n\x00;SELECT", "Native", "\x00;SELECT",
		"INSERT INTO t "+from+" FORMAT Native")
	f("INSERT INTO TABLE a.`b c` (x, `y)`) FORMAT CSV 1", "CSV", "1",
		"INSERT INTO TABLE a.`b c` (x, `y)`) "+from+" FORMAT CSV")
	f("insert into t settings a = 'FORMAT', b = 2 format TSV\r\n1", "TSV", "1",
		"insert into t "+from+", a = 'FORMAT', b = 2 FORMAT TSV")
	f("INSERT INTO values VALUES (1)", "Values", " (1)", "INSERT INTO values "+from+" FORMAT Values")
	f("INSERT INTO FUNCTION file('x', 'CSV') FORMAT CSV\n1", "CSV", "1",
		"INSERT INTO FUNCTION file('x', 'CSV') "+from+" FORMAT CSV")
	f("INSERT INTO t FORMAT CSV;\n1", "CSV", "1", "INSERT INTO t "+from+" FORMAT CSV")
	for _, text := range []string{"SELECT 1; SELECT 2", "INSERT INTO t FORMAT", "SELECT 1 INTO OUTFILE 'x'",
		"INSERT INTO t FROM INFILE 'x' FORMAT CSV"} {
		if _, err := parseStatement(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestKeepsSession(t *testing.T) {
	f := func(text string, want bool) {
		t.Helper()
		s, err := parseStatement(text)
		if err != nil || s.keepsSession() != want {
			t.Errorf("%q: %v, %v", text, s.keepsSession(), err)
		}
	}
	f("SELECT 1", true)
	f("CREATE TABLE t (a Int8) ENGINE = Memory", true)
	f("CREATE OR REPLACE TEMPORARY TABLE t (a Int8) ENGINE = Memory", false)
	f("CREATE TEMPORARY TABLE t (a Int8)", false)
	f("SET a = 1", false)
	f("USE x", false)
}

func FuzzParseStatement(f *testing.F) {
	f.Add("INSERT INTO t (a) SETTINGS b = 1 FORMAT CSV\n1")
	f.Add("SELECT 'a''b', `c`, $x$y$x$ -- z\n FORMAT JSON")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseStatement(text)
		if err != nil {
			return
		}
		if h := s.insert; h != nil {
			if h.rows > len(text) || h.source > h.rows || h.settings[0] > h.settings[1] {
				t.Fatalf("%q: %+v", text, h)
			}
			_ = s.fromFile("f", "")
		}
	})
}
