package scan_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/wire/scan"
)

// tree reads any JSON value through the Reader, the way a decoder would walk it.
func tree(r *scan.Reader, body string) (out map[string]string) {
	out = map[string]string{}
	r.Object(func(name []byte) bool {
		switch string(name) {
		case "text":
			out["text"] = r.String(40)
		case "int":
			out["int"] = fmt.Sprint(r.Int(-10, 1_000))
		case "float":
			out["float"] = fmt.Sprint(r.Float())
		case "bool":
			out["bool"] = fmt.Sprint(r.Bool())
		case "money":
			m, given := r.Money()
			out["money"] = fmt.Sprint(m, given)
		case "time":
			out["time"] = r.Time().String()
		case "list":
			r.Array(3, func(i int) { out[fmt.Sprint("list", i)] = fmt.Sprint(r.Int(0, 9)) })
		case "child":
			r.Object(func(name []byte) bool { out["child."+string(name)] = r.String(9); return true })
		default:
			return false
		}
		return true
	})
	r.End()
	return out
}

func TestValues(t *testing.T) {
	f := func(body, field, want string) {
		t.Helper()
		r := scan.New([]byte(body))
		got := tree(r, body)
		if !r.OK() || got[field] != want {
			t.Errorf("%s: got %s = %q (faults %v), want %q", body, field, got[field], r.Faults(), want)
		}
	}
	f(`{"text":"a"}`, "text", "a")
	f(` { "text" : "a\"\\\/\b\f\n\r\té😀中" } `, "text", "a\"\\/\b\f\n\r\té😀中")
	f(`{"text":null}`, "text", "")
	f(`{"int":-10}`, "int", "-10")
	f(`{"int":0}`, "int", "0")
	f(`{"int":1000,"bool":true}`, "int", "1000")
	f(`{"bool":false}`, "bool", "false")
	f(`{"float":-1.5e1}`, "float", "-15")
	f(`{"money":3.8}`, "money", "3.80 true")
	f(`{"money":3.860}`, "money", "3.86 true")
	f(`{"money":-0.05}`, "money", "-0.05 true")
	f(`{"money":12}`, "money", "12.00 true")
	f(`{"money":null}`, "money", "0.00 false")
	f(`{"money":10000000000.00}`, "money", "10000000000.00 true")
	f(`{"time":"2026-11-24T08:00:00+08:00"}`, "time", "2026-11-24 00:00:00 +0000 UTC")
	f(`{"list":[1,2,3]}`, "list2", "3")
	f(`{"child":{"x":"y"},"list":[]}`, "child.x", "y")
	f(`{"child":{}}`, "child.x", "")
	f(`{}`, "x", "")
	f(`null`, "x", "")
}

func TestFaults(t *testing.T) {
	f := func(body string, want ...string) {
		t.Helper()
		r := scan.New([]byte(body))
		tree(r, body)
		var got []string
		for _, fault := range r.Faults() {
			line := fault.Path + " " + fault.Value + " " + fault.Reason
			got = append(got, strings.TrimSpace(strings.ReplaceAll(line, "  ", " ")))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", body, got, want)
		}
	}
	f(`{"txt":1,"int":5,"nested":{"a":[1,{"b":null}]}}`, "txt 1 is not a known field",
		`nested {"a":[1,{"b":null}]} is not a known field`)
	f(`{"int":5,"int":6}`, "int 6 is given twice")
	f(`{"int":"5","bool":1}`, `int "5" must be an integer`, "bool 1 must be true or false")
	f(`{"int":5.5}`, "int 5.5 must be an integer from -10 to 1000")
	f(`{"int":99999999999999999999}`, "int 99999999999999999999 must be an integer from -10 to 1000")
	f(`{"float":1e999}`, "float 1e999 must be a number of moderate size")
	f(`{"text":[1]}`, "text [1] must be a string")
	f(`{"text":"0123456789012345678901234567890123456789x"}`,
		`text "0123456789012345678901234567890123456789x" has 41 bytes, at most 40 are allowed`)
	f(`{"money":0.001}`, "money 0.001 must have at most two decimal places")
	f(`{"money":1e2}`, "money 1e2 must be an amount without an exponent")
	f(`{"money":"1.50"}`, `money "1.50" must be an amount such as 12.50`)
	f(`{"money":10000000000.01}`,
		"money 10000000000.01 is out of range: amount is beyond ±10,000,000,000.00")
	f(`{"money":99999999999999999999999999}`, "money 99999999999999999999999999 "+
		"is out of range: amount is beyond ±10,000,000,000.00")
	f(`{"time":"1970-01-01T00:00:00Z"}`,
		`time "1970-01-01T00:00:00Z" must lie within the years 2000 to 2099`)
	f(`{"time":"2100-01-01T00:00:00Z"}`,
		`time "2100-01-01T00:00:00Z" must lie within the years 2000 to 2099`)
	f(`{"time":"yesterday"}`,
		`time "yesterday" must be an RFC 3339 time such as 2026-11-24T08:30:00+08:00`)
	f(`{"list":[1,2,3,4,5]}`, "list has 5 elements, at most 3 are allowed")
	f(`{"list":[1,"b",77]}`, `list[1] "b" must be an integer`, "list[2] 77 must be an integer from 0 to 9")
	f(`{"child":7,"list":{}}`, "child 7 must be an object", "list {} must be an array")
	f("{\"text\":\"a\xffb\"}", "text \"a\uFFFDb\" is not valid UTF-8: byte 1 of the text is 0xff")
	f(`{"text":"\ud800"}`, `text "\ud800" holds half of a surrogate pair`)
	f(`{"text":"a\u0000b"}`, `text "a\u0000b" must not hold the character U+0000`)
	f(`[]`, "[] must be an object")
}

func TestBrokenGrammar(t *testing.T) {
	f := func(body, want string) {
		t.Helper()
		r := scan.New([]byte(body))
		tree(r, body)
		if !r.Broken() || len(r.Faults()) == 0 {
			t.Fatalf("%s: accepted", body)
		}
		if got := r.Faults()[len(r.Faults())-1].Reason; got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
	f(``, "expected a value at byte 0, found the end of the body")
	f(`{"int":5`, "expected a comma or '}' at byte 8, found the end of the body")
	f(`{"int":5}x`, "expected the end of the body at byte 9, found 'x'")
	f(`{"int":05}`, "expected a comma or '}' at byte 8, found '5'")
	f(`{"int":-}`, "expected a digit at byte 8, found '}'")
	f(`{"int" 5}`, "expected a colon at byte 7, found '5'")
	f(`{int:5}`, "expected a field name in quotes at byte 1, found 'i'")
	f(`{"int":5,}`, "expected a field name in quotes at byte 9, found '}'")
	f(`{"list":[1,]}`, "expected a value at byte 11, found ']'")
	f(`{"bool":tru}`, "expected true at byte 8, found 't'")
	f("{\"text\":\"a\nb\"}", `expected no bare control character in a string at byte 10, found '\n'`)
	f(`{"text":"a\x"}`, "expected a known escape sequence at byte 11, found 'x'")
	f(`{"text":"\u12"}`, "expected four hexadecimal digits at byte 13, found '\"'")
	f(`{"x":`+strings.Repeat("[", 1_000), "expected at most 16 levels of nesting at byte 20, found '['")
	f(`{"x":{"y":1]}`, "expected a comma or '}' at byte 11, found ']'")
}

func TestFaultsOfOneRowAreBounded(t *testing.T) {
	body := `[` + strings.Repeat(`"x",`, 49) + `"x"]`
	r := scan.New([]byte(`[` + body + `,` + body + `]`))
	r.Rows(2, func(int) { r.Array(50, func(int) { r.Int(0, 9) }) })
	perRow := map[int]int{}
	for _, f := range r.Faults() {
		perRow[f.Row]++
	}
	if want := map[int]int{0: scan.MaxFaults, 1: scan.MaxFaults}; !reflect.DeepEqual(perRow, want) {
		t.Fatalf("got %v faults per row, want %v", perRow, want)
	}
}

// FuzzGrammar holds the Reader against encoding/json: what one calls JSON the other does too, except
// for nesting, repeated fields, broken UTF-8 and half surrogates, which only the Reader refuses.
func FuzzGrammar(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e-3,true,null,"x\u00e9"]}`, `[]`, `{"a":{"a":1}}`, `-0`,
		`"\ud83d\ude00"`, "\"\xff\"", ` [ {} , [ ] ] `, `{"a" : "b"}x`, `[1,]`, `tru`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := scan.New(body)
		r.Skip()
		r.End()
		if got, want := !r.Broken(), json.Valid(body); got && !want {
			t.Fatalf("%q: accepted, encoding/json refuses it", body)
		} else if !got && want && !tooDeep(r) {
			t.Fatalf("%q: refused with %v, encoding/json accepts it", body, r.Faults())
		}
	})
}

func tooDeep(r *scan.Reader) bool {
	reason := r.Faults()[len(r.Faults())-1].Reason
	return strings.Contains(reason, "nesting") || strings.Contains(reason, "readable field name")
}
