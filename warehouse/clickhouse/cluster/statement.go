package cluster

import (
	"strings"

	"github.com/tillstream/tillstream/warehouse/clickhouse/lex"
)

type kind int

const (
	unknown kind = iota
	createTable
	createMaterialized
	createView
	alterTable
	dropTable
	insert
)

// statement is SQL with the tokens that matter, and what is to stand in their place.
type statement struct {
	sql    string
	kind   kind
	tokens []lex.Token
	// name is the object that the statement makes or changes, target what a view fills.
	name, target string
	nameToken    lex.Token
	edits        map[int]edit
}

// edit replaces the text up to an end.
type edit struct {
	end  int
	text string
}

func parse(sql string) *statement {
	st := &statement{sql: sql, edits: map[int]edit{}}
	l := &lex.Lexer{Text: sql}
	for t := l.Next(); t.Kind != lex.End; t = l.Next() {
		st.tokens = append(st.tokens, t)
	}
	rest := st.tokens
	for _, form := range []struct {
		words string
		kind  kind
	}{
		{"CREATE TABLE", createTable}, {"CREATE MATERIALIZED VIEW", createMaterialized},
		{"CREATE VIEW", createView}, {"ALTER TABLE", alterTable}, {"DROP TABLE", dropTable},
		{"INSERT INTO", insert},
	} {
		if after, ok := st.skip(rest, form.words); ok {
			st.kind, rest = form.kind, after
			break
		}
	}
	for _, guard := range []string{"IF NOT EXISTS", "IF EXISTS"} {
		rest, _ = st.skip(rest, guard)
	}
	if st.kind == unknown || len(rest) == 0 {
		return &statement{sql: sql}
	}
	st.nameToken, st.name = rest[0], st.text(rest[0])
	if after, ok := st.skip(rest[1:], "TO"); ok && st.kind == createMaterialized && len(after) > 0 {
		st.target = st.text(after[0])
	}
	return st
}

func (st *statement) text(t lex.Token) string { return st.sql[t.Start:t.End] }

// skip passes some words, in capitals or not.
func (st *statement) skip(tokens []lex.Token, words string) ([]lex.Token, bool) {
	list := strings.Fields(words)
	if len(tokens) < len(list) {
		return tokens, false
	}
	for i, word := range list {
		if !strings.EqualFold(st.text(tokens[i]), word) {
			return tokens, false
		}
	}
	return tokens[len(list):], true
}

// has reports whether the table has a column: a name at the start of its list or behind a comma.
func (st *statement) has(column string) bool {
	for i := 1; i < len(st.tokens); i++ {
		before := st.tokens[i-1]
		starts := before.Kind == lex.Mark && (st.text(before) == "(" && before.Depth == 0 ||
			st.text(before) == "," && before.Depth == 1)
		if starts && st.tokens[i].Depth == 1 && st.text(st.tokens[i]) == column {
			return true
		}
	}
	return false
}

// engineAt is the place of the engine's name among the tokens, 0 for none.
func (st *statement) engineAt() int {
	for i := 0; i+2 < len(st.tokens); i++ {
		if t := st.tokens[i]; t.Depth == 0 && strings.EqualFold(st.text(t), "ENGINE") {
			if st.text(st.tokens[i+1]) == "=" {
				return i + 2
			}
			return i + 1
		}
	}
	return 0
}

// engine is the token of the engine's name and the text of its arguments.
func (st *statement) engine() (name lex.Token, args string, ok bool) {
	i := st.engineAt()
	if i == 0 {
		return name, "", false
	}
	if open, shut := st.parentheses(i + 1); shut > 0 {
		args = strings.TrimSpace(st.sql[open:shut])
	}
	return st.tokens[i], args, true
}

// parentheses is the text between the pair that opens at a token, or nothing.
func (st *statement) parentheses(i int) (open, shut int) {
	if i >= len(st.tokens) || st.text(st.tokens[i]) != "(" {
		return 0, 0
	}
	for _, t := range st.tokens[i+1:] {
		if t.Depth == st.tokens[i].Depth && st.text(t) == ")" {
			return st.tokens[i].End, t.Start
		}
	}
	return 0, 0
}

func (st *statement) replaceEngine(text string) {
	i := st.engineAt()
	t := st.tokens[i]
	if _, shut := st.parentheses(i + 1); shut > 0 {
		t.End = shut + 1
	}
	st.replace(t, text)
}

// alterations counts the commands of an ALTER that concern columns, and the others.
func (st *statement) alterations() (columns, others int) {
	starts := true
	for i, t := range st.tokens {
		if t.Start <= st.nameToken.Start {
			continue
		}
		if starts {
			if i+1 < len(st.tokens) && strings.EqualFold(st.text(st.tokens[i+1]), "COLUMN") {
				columns++
			} else {
				others++
			}
		}
		starts = t.Depth == 0 && st.text(t) == ","
	}
	return columns, others
}

func (st *statement) replace(t lex.Token, text string) { st.edits[t.Start] = edit{t.End, text} }

// String is the statement with everything replaced.
func (st *statement) String() string {
	var b strings.Builder
	for i := 0; i < len(st.sql); {
		if e, ok := st.edits[i]; ok {
			b.WriteString(e.text)
			i = e.end
			continue
		}
		b.WriteByte(st.sql[i])
		i++
	}
	return b.String()
}
