package local

import (
	"strings"

	"github.com/tillstream/tillstream/warehouse/clickhouse/lex"
)

// statement is what must be known of a query before the engine sees it.
type statement struct {
	text string
	// verb is the first keyword in capitals.
	verb string
	// format is the name in the FORMAT clause of a query with a result.
	format string
	// temporary marks a statement that leaves something in its session.
	temporary bool
	insert    *insertHead
}

// insertHead is an INSERT whose rows follow the statement.
type insertHead struct {
	// source is where a FROM INFILE clause goes: behind the table and its columns.
	source int
	// settings are the positions of what stands between SETTINGS and the next clause.
	settings [2]int
	// format of the rows; "Values" for VALUES.
	format string
	// rows is where the rows begin in the text.
	rows int
}

func (h *insertHead) values() bool { return h.format == "Values" }

// parseStatement reads the text of one query. Of an INSERT with rows it reads only the head: the rows
// may be anything.
func parseStatement(text string) (*statement, error) {
	l := &lex.Lexer{Text: text}
	first := l.Next()
	s := &statement{text: text, verb: l.Word(first)}
	if s.verb == "INSERT" {
		head, done, err := parseInsert(l)
		if err != nil || done {
			s.insert = head
			return s, err
		}
	}
	return s, s.scan(l)
}

// scan finds the clauses that end a query, and refuses what a server refuses.
func (s *statement) scan(l *lex.Lexer) error {
	var previous string
	for t := l.Next(); t.Kind != lex.End; t = l.Next() {
		if l.Mark(t) == ';' {
			if rest := l.Next(); rest.Kind != lex.End && l.Mark(rest) != ';' {
				return syntaxError("Multi-statements are not allowed")
			}
			s.text = l.Text[:t.Start]
			return nil
		}
		word := l.Word(t)
		if t.Depth > 0 {
			previous = ""
			continue
		}
		switch {
		case previous == "FORMAT" && word != "" && word != "SETTINGS":
			s.format = l.Text[t.Start:t.End]
			word = ""
		case previous == "INTO" && word == "OUTFILE":
			return newException(codeIntoOutfile, "INTO OUTFILE is not allowed", "INTO_OUTFILE_NOT_ALLOWED")
		case word == "TEMPORARY" && (previous == "" || previous == "REPLACE"):
			s.temporary = true
		}
		previous = word
	}
	return nil
}

// parseInsert reads the head of an INSERT; done says that rows follow it. Without rows, as in INSERT …
// SELECT, the caller scans on from the clause that was met.
func parseInsert(l *lex.Lexer) (head *insertHead, done bool, err error) {
	if !skipTarget(l) {
		return nil, false, nil
	}
	head = &insertHead{source: -1}
	for {
		before := *l
		t := l.Next()
		if t.Kind == lex.End {
			*l = before
			return nil, false, nil
		}
		if t.Depth > 0 {
			continue
		}
		switch l.Word(t) {
		case "SETTINGS":
			head.at(t)
			head.settings = [2]int{t.End, t.End}
		case "FORMAT":
			head.at(t)
			head.close(t)
			name := l.Next()
			if name.Kind != lex.Word {
				return nil, false, syntaxError("failed at FORMAT: expected the name of a format")
			}
			head.format, head.rows = l.Text[name.Start:name.End], rowsAfter(l.Text, name.End)
			return head, true, nil
		case "VALUES":
			head.at(t)
			head.close(t)
			head.format, head.rows = "Values", t.End
			return head, true, nil
		case "FROM":
			next := l.Next()
			if l.Word(next) == "INFILE" {
				return nil, false, newException(codeUnknownQueryType,
					"Query has infile and was send directly to server", "UNKNOWN_TYPE_OF_QUERY")
			}
			*l = before
			return nil, false, nil
		case "SELECT", "WITH":
			*l = before
			return nil, false, nil
		}
	}
}

func (h *insertHead) at(t lex.Token) {
	if h.source < 0 {
		h.source = t.Start
	}
}

func (h *insertHead) close(t lex.Token) {
	if h.settings[0] > 0 {
		h.settings[1] = t.Start
	}
}

// skipTarget passes INTO [TABLE] name, or INTO FUNCTION name(…), and reports whether it was there.
func skipTarget(l *lex.Lexer) bool {
	t := l.Next()
	if l.Word(t) != "INTO" {
		return false
	}
	t = l.Next()
	switch l.Word(t) {
	case "TABLE":
		t = l.Next()
		if l.Word(t) == "FUNCTION" {
			t = l.Next()
		}
	case "FUNCTION":
		t = l.Next()
	}
	if t.Kind != lex.Word && t.Kind != lex.Quoted {
		return false
	}
	for {
		before := *l
		if l.Mark(l.Next()) != '.' {
			*l = before
			return true
		}
		l.Next()
	}
}

// rowsAfter passes what may stand between the name of the format and the rows: blanks and one line end.
func rowsAfter(text string, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t' || text[at] == '\f') {
		at++
	}
	if at < len(text) && text[at] == ';' {
		at++
	}
	if at < len(text) && text[at] == '\r' {
		at++
	}
	if at < len(text) && text[at] == '\n' {
		at++
	}
	return at
}

// fromFile is the INSERT with its rows in a file and with more settings.
func (s *statement) fromFile(file string, settings string) string {
	h := s.insert
	var b strings.Builder
	b.WriteString(s.text[:h.source])
	b.WriteString(" FROM INFILE " + quote(file) + " COMPRESSION 'none'")
	own := strings.TrimSpace(s.text[h.settings[0]:h.settings[1]])
	switch {
	case own != "" && settings != "":
		// The statement's own settings come last: they win over those of the request.
		b.WriteString(" SETTINGS " + settings + ", " + own)
	case own+settings != "":
		b.WriteString(" SETTINGS " + own + settings)
	}
	b.WriteString(" FORMAT " + h.format)
	return b.String()
}

// quote writes a string literal.
func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// quoteName writes an identifier.
func quoteName(s string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(s) + "`"
}

// streams says whether the statement gives rows that the engine can hand over in pieces.
func (s *statement) streams() bool { return s.verb == "SELECT" || s.verb == "WITH" || s.verb == "" }

// keepsSession says whether the session is as before when the statement has run.
func (s *statement) keepsSession() bool {
	if s.temporary {
		return false
	}
	switch s.verb {
	case "SELECT", "WITH", "INSERT", "SHOW", "DESCRIBE", "DESC", "EXISTS", "EXPLAIN", "ALTER", "DROP",
		"CREATE", "OPTIMIZE", "TRUNCATE", "RENAME", "SYSTEM", "KILL", "CHECK", "DELETE", "UPDATE":
		return true
	}
	return false
}
