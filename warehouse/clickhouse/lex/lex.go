// Package lex cuts ClickHouse's SQL into tokens, far enough to find clauses and the ends of statements;
// the engine does the parsing. In: text. Out: tokens that together cover all of it but white space and
// comments, for any input whatever.
package lex

import "strings"

// Kind says what a token of SQL is.
type Kind uint8

// Kinds of tokens.
const (
	End    Kind = iota
	Word        // keyword or bare name
	Quoted      // `name` or "name"
	String      // 'text' or $tag$text$tag$
	Number
	Mark // any other byte
)

// Token is a piece of SQL: Text[Start:End].
type Token struct {
	Kind       Kind
	Start, End int
	Depth      int // of parentheses around it; a parenthesis has the depth outside of it
}

// Lexer cuts Text. A copy of it is a place to return to.
type Lexer struct {
	Text  string
	pos   int
	depth int
}

// Next returns the next token, of kind End at the end of the text.
func (l *Lexer) Next() Token {
	l.skipSpace()
	t := Token{Start: l.pos, Depth: l.depth}
	if l.pos >= len(l.Text) {
		t.End = l.pos
		return t
	}
	switch c := l.Text[l.pos]; {
	case c == '\'':
		t.Kind = String
		l.quoted(c)
	case c == '`' || c == '"':
		t.Kind = Quoted
		l.quoted(c)
	case c == '$' && l.heredoc():
		t.Kind = String
	case isDigit(c):
		t.Kind = Number
		l.while(func(c byte) bool { return isWord(c) || c == '.' })
	case isWord(c):
		t.Kind = Word
		l.while(isWord)
	default:
		t.Kind = Mark
		l.pos++
		switch c {
		case '(', '[', '{':
			l.depth++
		case ')', ']', '}':
			l.depth = max(0, l.depth-1)
			t.Depth = l.depth
		}
	}
	t.End = l.pos
	return t
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c >= 0x80
}

func (l *Lexer) while(in func(byte) bool) {
	for l.pos < len(l.Text) && in(l.Text[l.pos]) {
		l.pos++
	}
}

// skipSpace passes white space and comments.
func (l *Lexer) skipSpace() {
	for l.pos < len(l.Text) {
		rest := l.Text[l.pos:]
		switch {
		case strings.IndexByte(" \t\r\n\f\v\x00", rest[0]) >= 0:
			l.pos++
		case strings.HasPrefix(rest, "\u00a0"), strings.HasPrefix(rest, "\ufeff"):
			l.pos += len(rest) - len(strings.TrimLeft(rest, "\u00a0\ufeff"))
		case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "#!"),
			strings.HasPrefix(rest, "# "):
			l.until("\n")
		case strings.HasPrefix(rest, "/*"):
			l.pos += 2
			l.until("*/")
		default:
			return
		}
	}
}

func (l *Lexer) until(mark string) {
	if i := strings.Index(l.Text[l.pos:], mark); i >= 0 {
		l.pos += i + len(mark)
		return
	}
	l.pos = len(l.Text)
}

// quoted passes a quoted piece; a backslash or a doubled quote escapes.
func (l *Lexer) quoted(quote byte) {
	for l.pos++; l.pos < len(l.Text); l.pos++ {
		switch l.Text[l.pos] {
		case '\\':
			l.pos++
		case quote:
			if l.pos+1 >= len(l.Text) || l.Text[l.pos+1] != quote {
				l.pos++
				return
			}
			l.pos++
		}
	}
	l.pos = len(l.Text)
}

// heredoc passes $tag$…$tag$ and reports whether there was one.
func (l *Lexer) heredoc() bool {
	rest := l.Text[l.pos+1:]
	n := 0
	for n < len(rest) && isWord(rest[n]) {
		n++
	}
	if n >= len(rest) || rest[n] != '$' {
		return false
	}
	tag := l.Text[l.pos : l.pos+n+2]
	end := strings.Index(l.Text[l.pos+len(tag):], tag)
	if end < 0 {
		return false
	}
	l.pos += len(tag) + end + len(tag)
	return true
}

// Word is a bare word in capitals, "" for any other token.
func (l *Lexer) Word(t Token) string {
	if t.Kind != Word {
		return ""
	}
	return strings.ToUpper(l.Text[t.Start:t.End])
}

// Mark is the byte of a Mark, 0 for any other token.
func (l *Lexer) Mark(t Token) byte {
	if t.Kind != Mark {
		return 0
	}
	return l.Text[t.Start]
}

// Split cuts text at the semicolons between statements and drops what holds no token.
func Split(text string) []string {
	l := &Lexer{Text: text}
	var statements []string
	from, empty := 0, true
	for {
		t := l.Next()
		if t.Kind == End || t.Depth == 0 && l.Mark(t) == ';' {
			if !empty {
				statements = append(statements, strings.TrimSpace(text[from:t.Start]))
			}
			from, empty = t.End, true
		} else {
			empty = false
		}
		if t.Kind == End {
			return statements
		}
	}
}
