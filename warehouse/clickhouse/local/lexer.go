package local

import "strings"

// tokenKind says what a token of SQL is.
type tokenKind uint8

const (
	tokenEnd    tokenKind = iota
	tokenWord             // keyword or bare name
	tokenQuoted           // `name` or "name"
	tokenString           // 'text' or $tag$text$tag$
	tokenNumber
	tokenMark // any other byte
)

// token is a piece of SQL: text[start:end].
type token struct {
	kind       tokenKind
	start, end int
	depth      int // of parentheses around it; a parenthesis has the depth outside of it
}

// lexer cuts SQL into tokens, far enough to find clauses; the engine does the parsing.
type lexer struct {
	text  string
	pos   int
	depth int
}

func (l *lexer) next() token {
	l.skipSpace()
	t := token{start: l.pos, depth: l.depth}
	if l.pos >= len(l.text) {
		t.end = l.pos
		return t
	}
	switch c := l.text[l.pos]; {
	case c == '\'':
		t.kind = tokenString
		l.quoted(c)
	case c == '`' || c == '"':
		t.kind = tokenQuoted
		l.quoted(c)
	case c == '$' && l.heredoc():
		t.kind = tokenString
	case isDigit(c):
		t.kind = tokenNumber
		l.while(func(c byte) bool { return isWord(c) || c == '.' })
	case isWord(c):
		t.kind = tokenWord
		l.while(isWord)
	default:
		t.kind = tokenMark
		l.pos++
		switch c {
		case '(', '[', '{':
			l.depth++
		case ')', ']', '}':
			l.depth = max(0, l.depth-1)
			t.depth = l.depth
		}
	}
	t.end = l.pos
	return t
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c >= 0x80
}

func (l *lexer) while(in func(byte) bool) {
	for l.pos < len(l.text) && in(l.text[l.pos]) {
		l.pos++
	}
}

// skipSpace passes white space and comments.
func (l *lexer) skipSpace() {
	for l.pos < len(l.text) {
		rest := l.text[l.pos:]
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

func (l *lexer) until(mark string) {
	if i := strings.Index(l.text[l.pos:], mark); i >= 0 {
		l.pos += i + len(mark)
		return
	}
	l.pos = len(l.text)
}

// quoted passes a quoted piece; a backslash or a doubled quote escapes.
func (l *lexer) quoted(quote byte) {
	for l.pos++; l.pos < len(l.text); l.pos++ {
		switch l.text[l.pos] {
		case '\\':
			l.pos++
		case quote:
			if l.pos+1 >= len(l.text) || l.text[l.pos+1] != quote {
				l.pos++
				return
			}
			l.pos++
		}
	}
	l.pos = len(l.text)
}

// heredoc passes $tag$…$tag$ and reports whether there was one.
func (l *lexer) heredoc() bool {
	rest := l.text[l.pos+1:]
	n := 0
	for n < len(rest) && isWord(rest[n]) {
		n++
	}
	if n >= len(rest) || rest[n] != '$' {
		return false
	}
	tag := l.text[l.pos : l.pos+n+2]
	end := strings.Index(l.text[l.pos+len(tag):], tag)
	if end < 0 {
		return false
	}
	l.pos += len(tag) + end + len(tag)
	return true
}

func (l *lexer) word(t token) string {
	if t.kind != tokenWord {
		return ""
	}
	return strings.ToUpper(l.text[t.start:t.end])
}

func (l *lexer) mark(t token) byte {
	if t.kind != tokenMark {
		return 0
	}
	return l.text[t.start]
}
