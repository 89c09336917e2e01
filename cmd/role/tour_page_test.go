package role_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// stop is one block of a tour: a request and what must come back.
type stop struct {
	line              int
	method, path, who string
	headers           [][2]string
	body              string
	status            int
	soon              bool
	want              string
}

var (
	requestLine = regexp.MustCompile(`^(GET|POST|PUT|PATCH|DELETE) (\S+)(?: as (\w+))?$`)
	answerLine  = regexp.MustCompile(`^→ (soon )?(\d{3})$`)
	headerLine  = regexp.MustCompile(`^([A-Z][A-Za-z-]+): (.+)$`)
	variable    = regexp.MustCompile(`\$[a-z_0-9]+`)
)

// readTour finds the blocks of a page that are marked http.
func readTour(t *testing.T, page string) []*stop {
	t.Helper()
	var stops []*stop
	lines := strings.Split(page, "\n")
	for i := 0; i < len(lines); i++ {
		if lines[i] != "```http" {
			continue
		}
		first := i + 1
		for i++; i < len(lines) && lines[i] != "```"; i++ {
		}
		s, err := readStop(lines[first:i])
		if err != nil {
			t.Fatalf("line %d of the tour: %v", first+1, err)
		}
		s.line = first + 1
		stops = append(stops, s)
	}
	return stops
}

func readStop(lines []string) (*stop, error) {
	m := requestLine.FindStringSubmatch(lines[0])
	if m == nil {
		return nil, fmt.Errorf("%q is no request", lines[0])
	}
	s := &stop{method: m[1], path: m[2], who: m[3]}
	i := 1
	for ; i < len(lines); i++ {
		h := headerLine.FindStringSubmatch(lines[i])
		if h == nil {
			break
		}
		s.headers = append(s.headers, [2]string{h[1], h[2]})
	}
	into := &s.body
	for ; i < len(lines); i++ {
		a := answerLine.FindStringSubmatch(lines[i])
		if a == nil {
			*into += lines[i] + "\n"
			continue
		}
		s.soon = a[1] != ""
		fmt.Sscan(a[2], &s.status)
		into = &s.want
	}
	if s.status == 0 {
		return nil, fmt.Errorf("%s has no answer", lines[0])
	}
	s.body, s.want = strings.TrimSpace(s.body), strings.TrimSpace(s.want)
	return s, nil
}

// memory holds what $names stand for.
type memory map[string]any

// fill puts values in the place of $names. A quoted "$name" becomes the value as JSON.
func (m memory) fill(text string) (string, error) {
	var missing error
	text = regexp.MustCompile(`"\$[a-z_0-9]+"`).ReplaceAllStringFunc(text, func(q string) string {
		v, ok := m[q[2:len(q)-1]]
		if !ok {
			missing = fmt.Errorf("nothing was remembered as %s", q)
		}
		b, _ := json.Marshal(v)
		return string(b)
	})
	text = variable.ReplaceAllStringFunc(text, func(name string) string {
		v, ok := m[name[1:]]
		if !ok {
			missing = fmt.Errorf("nothing was remembered as %s", name)
		}
		return plain(v)
	})
	return text, missing
}

func plain(v any) string {
	if n, ok := v.(json.Number); ok {
		return n.String()
	}
	return fmt.Sprint(v)
}

// differs says where an answer is not what the page wants. Fields that the page leaves out may be
// anything, "*" is anything, "…" within a text is any text, at the end of a list any further elements,
// and "$name" is remembered.
func (m memory) differs(want, got any, at string) string {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s is %v, want an object", at, got)
		}
		for name, w := range want {
			g, ok := object[name]
			if !ok && w != nil {
				return fmt.Sprintf("%s.%s is missing", at, name)
			}
			if d := m.differs(w, g, at+"."+name); d != "" {
				return d
			}
		}
		return ""
	case []any:
		return m.listDiffers(want, got, at)
	case string:
		return m.textDiffers(want, got, at)
	}
	if fmt.Sprint(want) != fmt.Sprint(got) {
		return fmt.Sprintf("%s is %v, want %v", at, got, want)
	}
	return ""
}

func (m memory) listDiffers(want []any, got any, at string) string {
	items, ok := got.([]any)
	if !ok {
		return fmt.Sprintf("%s is %v, want a list", at, got)
	}
	if n := len(want); n > 0 && want[n-1] == "…" && len(items) >= n-1 {
		want, items = want[:n-1], items[:n-1]
	}
	if len(items) != len(want) {
		return fmt.Sprintf("%s has %d elements, want %d: %v", at, len(items), len(want), items)
	}
	for i := range want {
		if d := m.differs(want[i], items[i], fmt.Sprintf("%s[%d]", at, i)); d != "" {
			return d
		}
	}
	return ""
}

func (m memory) textDiffers(want string, got any, at string) string {
	switch {
	case want == "*":
		return ""
	case variable.FindString(want) == want && want != "":
		if known, ok := m[want[1:]]; ok && plain(known) != plain(got) {
			return fmt.Sprintf("%s is %v, want %s, which is %v", at, got, want, known)
		}
		m[want[1:]] = got
		return ""
	case strings.Contains(want, "…"):
		parts := strings.Split(want, "…")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		if regexp.MustCompile("(?s)^" + strings.Join(parts, ".*") + "$").MatchString(fmt.Sprint(got)) {
			return ""
		}
	}
	if got != any(want) {
		return fmt.Sprintf("%s is %v, want %q", at, got, want)
	}
	return ""
}
