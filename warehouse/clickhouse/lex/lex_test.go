package lex_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/warehouse/clickhouse/lex"
)

func TestSplit(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		if got := lex.Split(text); !slices.Equal(got, want) {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	f("")
	f(" ; ;; -- nothing\n")
	f("SELECT 1", "SELECT 1")
	f("SELECT 1;", "SELECT 1")
	f("SELECT ';' ; SELECT 2 -- ;\n", "SELECT ';'", "SELECT 2 -- ;")
	f("SELECT 'it''s; \\'x;' ; SELECT `a;``b`", "SELECT 'it''s; \\'x;'", "SELECT `a;``b`")
	f("/* a; b */ SELECT $x$ ; $x$; SELECT 2", "/* a; b */ SELECT $x$ ; $x$", "SELECT 2")
	f("SELECT 'open; SELECT 2", "SELECT 'open; SELECT 2")
	f("SELECT 'end\\", "SELECT 'end\\")
	f("\ufeffSELECT 1\u00a0;", "\ufeffSELECT 1")
}

func TestTokens(t *testing.T) {
	var got []string
	l := &lex.Lexer{Text: "sum(a.b, 1.5e3) # x\n['q']"}
	for token := l.Next(); token.Kind != lex.End; token = l.Next() {
		got = append(got, l.Text[token.Start:token.End])
	}
	want := "sum ( a . b , 1.5e3 ) [ 'q' ]"
	if strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Tokens follow each other, for any input.
func FuzzNext(f *testing.F) {
	f.Add("SELECT 'a' -- b\n, `c` /* d */ FROM $e$ f $e$ WHERE (g)")
	f.Fuzz(func(t *testing.T, text string) {
		l := &lex.Lexer{Text: text}
		at := 0
		for {
			token := l.Next()
			if token.Kind == lex.End {
				break
			}
			if token.Start < at || token.End <= token.Start || token.End > len(text) || token.Depth < 0 {
				t.Fatalf("%q: %+v behind %d", text, token, at)
			}
			at = token.End
		}
		_ = lex.Split(text)
	})
}
