package local

import "strings"

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
	l := &lexer{text: text}
	first := l.next()
	s := &statement{text: text, verb: l.word(first)}
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
func (s *statement) scan(l *lexer) error {
	var previous string
	for t := l.next(); t.kind != tokenEnd; t = l.next() {
		if l.mark(t) == ';' {
			if rest := l.next(); rest.kind != tokenEnd && l.mark(rest) != ';' {
				return syntaxError("Multi-statements are not allowed")
			}
			s.text = l.text[:t.start]
			return nil
		}
		word := l.word(t)
		if t.depth > 0 {
			previous = ""
			continue
		}
		switch {
		case previous == "FORMAT" && word != "" && word != "SETTINGS":
			s.format = l.text[t.start:t.end]
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
func parseInsert(l *lexer) (head *insertHead, done bool, err error) {
	if !l.skipTarget() {
		return nil, false, nil
	}
	head = &insertHead{source: -1}
	for {
		before := *l
		t := l.next()
		if t.kind == tokenEnd {
			*l = before
			return nil, false, nil
		}
		if t.depth > 0 {
			continue
		}
		switch l.word(t) {
		case "SETTINGS":
			head.at(t)
			head.settings = [2]int{t.end, t.end}
		case "FORMAT":
			head.at(t)
			head.close(t)
			name := l.next()
			if name.kind != tokenWord {
				return nil, false, syntaxError("failed at FORMAT: expected the name of a format")
			}
			head.format, head.rows = l.text[name.start:name.end], rowsAfter(l.text, name.end)
			return head, true, nil
		case "VALUES":
			head.at(t)
			head.close(t)
			head.format, head.rows = "Values", t.end
			return head, true, nil
		case "FROM":
			next := l.next()
			if l.word(next) == "INFILE" {
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

func (h *insertHead) at(t token) {
	if h.source < 0 {
		h.source = t.start
	}
}

func (h *insertHead) close(t token) {
	if h.settings[0] > 0 {
		h.settings[1] = t.start
	}
}

// skipTarget passes INTO [TABLE] name, or INTO FUNCTION name(…), and reports whether it was there.
func (l *lexer) skipTarget() bool {
	t := l.next()
	if l.word(t) != "INTO" {
		return false
	}
	t = l.next()
	switch l.word(t) {
	case "TABLE":
		t = l.next()
		if l.word(t) == "FUNCTION" {
			t = l.next()
		}
	case "FUNCTION":
		t = l.next()
	}
	if t.kind != tokenWord && t.kind != tokenQuoted {
		return false
	}
	for {
		before := *l
		if l.mark(l.next()) != '.' {
			*l = before
			return true
		}
		l.next()
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
