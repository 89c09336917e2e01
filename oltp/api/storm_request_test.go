package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
)

// vocabulary makes generated bodies mean something to the house of these tests: mostly what exists,
// sometimes what does not.
var vocabulary = map[string][]string{
	"store": {"A", "A", "A", "B", "B", "C", "Z"}, "from": {"A", "A", "B", "Z"}, "to": {"A", "B", "B", "Z"},
	"origin": {"A", "A", "B", "Z"}, "from_store": {"A", "A", "B", "Z"}, "to_store": {"A", "B", "B", "Z"},
	"sku": {"1", "1", "1", "2", "2", "2", "9", "nope"}, "member": {"M1", "M1", "M2", "nobody"},
	"kind":   {"sale", "sale", "sale", "receive", "adjust", "write_off"},
	"region": {"east", "west", "north"}, "category": {"dairy", "none"}, "parent": {"dairy", "none", ""},
	"style": {"S1", "S2", "none"}, "phone": {"13800000000", "+86 139 1111 2222", "12"},
	"unionid": {"u-1", "u-2", "u-3"}, "birthday": {"1990-05-31", "2026-13-01"},
	"code":      {"A", "1", "M1", "M2", "east", "dairy", "S1", "new-1", "new-2"},
	"time_zone": {"Asia/Shanghai", "UTC", "Mars/Phobos"}, "user": {"hq", "west", "storm-1"},
	"password": {"a long enough password", "hq", "west"}, "day": {"2026-11-24", "2026-02-30"},
	"date": {"2026-11-24", "2026-02-30"}, "opens": {"08:00", "25:00"}, "closes": {"22:00", "x"},
}

// oddTexts are strings that break careless code.
var oddTexts = []string{"", " ", "\x00", "a\x00b", "\xff\xfe", "😀", "../../etc/passwd", "' OR 1=1 --",
	"<script>", strings.Repeat("x", 70), strings.Repeat("界", 400), "null", "-1", "NaN", "1e999",
	"\u202egnp.exe", "%00", "{{7*7}}", "${jndi:x}", "2026-11-24T25:61:61Z", "0000-00-00"}

// oddValues replace values of any type; raw ones need not even be JSON.
var oddValues = []any{nil, true, false, raw("0"), raw("-1"), raw("1e308"), raw("-1e308"), raw("1e400"),
	raw("9223372036854775807"), raw("9223372036854775808"), raw("-9223372036854775809"), raw("2147483648"),
	raw("0.001"), raw("1E2"), raw("-0"), raw("01"), raw("99999999999999999999999999"), raw("NaN"),
	raw("Infinity"), raw("undefined"), raw("'x'"), raw(`"\ud800"`), raw(`"\x"`), elements{}, fields{},
	elements{nil, nil}, fields{{"x", 1}}, elements{elements{elements{}}},
	raw(strings.Repeat("[", 40) + strings.Repeat("]", 40)),
	raw(strings.Repeat(`{"a":`, 30) + "1" + strings.Repeat("}", 30)), raw(`"` + strings.Repeat("y", 5000) + `"`)}

// mutate changes one place of a body.
func mutate(r *rand.Rand, v any) any {
	switch v := v.(type) {
	case fields:
		if len(v) > 0 && r.IntN(3) > 0 {
			i := r.IntN(len(v))
			out := append(fields{}, v...)
			out[i].value = mutate(r, v[i].value)
			return out
		}
		return mutateFields(r, v)
	case elements:
		if len(v) > 0 && r.IntN(4) > 0 {
			i := r.IntN(len(v))
			out := append(elements{}, v...)
			out[i] = mutate(r, v[i])
			return out
		}
		if len(v) > 0 && r.IntN(20) == 0 {
			return append(elements{}, repeat(v[0], 1_100)...)
		}
	}
	if r.IntN(3) == 0 {
		return pick(r, oddTexts)
	}
	return pick(r, oddValues)
}

func repeat(v any, n int) elements {
	out := make(elements, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func mutateFields(r *rand.Rand, v fields) any {
	out := append(fields{}, v...)
	switch i := r.IntN(max(1, len(out))); r.IntN(4) {
	case 0:
		return append(out, field{pick(r, oddTexts), pick(r, oddValues)})
	case 1:
		if len(out) > 0 {
			return append(out, out[i])
		}
	case 2:
		if len(out) > 0 {
			return append(out[:i], out[i+1:]...)
		}
	}
	return pick(r, oddValues)
}

// text writes a body. Strings are written as they are, so that bad UTF-8 reaches the service.
func text(v any) string {
	switch v := v.(type) {
	case raw:
		return string(v)
	case fields:
		parts := make([]string, len(v))
		for i, f := range v {
			parts[i] = quote(fmt.Sprint(f.name)) + ":" + text(f.value)
		}
		return "{" + strings.Join(parts, ",") + "}"
	case elements:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = text(v[i])
		}
		return "[" + strings.Join(parts, ",") + "]"
	case string:
		return quote(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(b)
}

func quote(s string) string {
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\x00", `\u0000`, "\n", `\n`).Replace(s)
	return `"` + s + `"`
}

// shot is one request of the storm.
type shot struct {
	method, target, body string
	headers              [][2]string
	// cut makes the body end early.
	cut bool
}

func (s *shot) String() string {
	return fmt.Sprintf("%s %s %v cut=%v\n%.2000s", s.method, s.target, s.headers, s.cut, s.body)
}

// aim makes a request of an operation, a sound one or an odd one. ids are those of things that exist.
func (d *document) aim(r *rand.Rand, op *operation, ids []string, odd bool) *shot {
	s := &shot{method: op.method}
	grow := &sower{d, r, pick(r, []float64{0, 0.1, 0.3, 0.6})}
	path, query := op.path, url.Values{}
	for i := range op.Parameters {
		grow.param(&op.Parameters[i], odd, ids, &path, query, s)
	}
	if odd && r.IntN(20) == 0 {
		query.Add(pick(r, oddTexts), "1")
	}
	s.target = path
	if len(query) > 0 {
		s.target += "?" + query.Encode()
	}
	if odd && r.IntN(30) == 0 {
		s.method = pick(r, []string{"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "X"})
	}
	if op.RequestBody != nil {
		grow.body(op, odd, s)
	}
	return s
}

func (r *sower) body(op *operation, odd bool, s *shot) {
	kind, content := "application/json", op.RequestBody.Content["application/json"]
	if content.Schema == nil {
		for other, c := range op.RequestBody.Content {
			if kind > other {
				kind, content = other, c
			}
		}
	}
	v := r.sow(content.Schema, "", 0)
	for n := r.IntN(3); odd && n > 0; n-- {
		v = mutate(r.Rand, v)
	}
	if s.body = text(v); odd {
		s.body = scramble(r.Rand, s.body)
		s.cut = r.IntN(40) == 0
		if r.IntN(25) == 0 {
			kind = pick(r.Rand, []string{"", "text/xml", "application/json; charset=utf-16", ";;;",
				"text/csv", "multipart/form-data", "application/json;q=\"", "APPLICATION/JSON"})
		}
		if r.IntN(40) == 0 {
			coding := pick(r.Rand, []string{"gzip", "br", "x"})
			s.headers = append(s.headers, [2]string{"Content-Encoding", coding})
		}
	}
	s.headers = append(s.headers, [2]string{"Content-Type", kind})
}

// scramble damages the text of a body now and then.
func scramble(r *rand.Rand, body string) string {
	if body == "" {
		return body
	}
	at := r.IntN(len(body))
	switch r.IntN(12) {
	case 0:
		return body[:at]
	case 1:
		return body[:at] + string(byte(r.IntN(256))) + body[at:]
	case 2:
		return body[:at] + body[min(len(body), at+1+r.IntN(4)):]
	case 3:
		return body + pick(r, []string{"x", "{}", "\x00", ",", "]", " "})
	case 4:
		if r.IntN(20) == 0 {
			return body + strings.Repeat(" ", 9<<20)
		}
	}
	return body
}

func (r *sower) param(p *param, odd bool, ids []string, path *string, query url.Values,
	s *shot) {
	value := ""
	switch {
	case odd && r.IntN(5) == 0:
		value = pick(r.Rand, oddTexts)
	case p.Name == "Idempotency-Key":
		value = "k" + strconv.FormatUint(uint64(r.Uint32()), 36)
	case p.In == "path" && (p.Name == "id" || p.Name == "code") && len(ids) > 0:
		value = pick(r.Rand, ids)
	default:
		value = fmt.Sprint(r.sow(p.Schema, p.Name, 0))
	}
	switch p.In {
	case "path":
		if value == "" || value == "." || value == ".." {
			value = "%20"
		} else {
			value = url.PathEscape(value)
		}
		*path = strings.Replace(*path, "{"+p.Name+"}", value, 1)
	case "query":
		if p.Required || r.IntN(3) == 0 {
			query.Add(p.Name, value)
		}
	case "header":
		value = strings.Map(func(c rune) rune {
			if c < ' ' || c > 0xff {
				return 'x'
			}
			return c
		}, value)
		if r.IntN(2) == 0 {
			s.headers = append(s.headers, [2]string{p.Name, value})
		}
	}
}
