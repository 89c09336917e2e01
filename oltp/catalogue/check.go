package catalogue

import (
	"strings"
	"time"
	_ "time/tzdata" // stores name their zones, and a bare machine has no zone files
	"unicode/utf8"

	"github.com/tillstream/tillstream/retail"
)

// The bounds of single fields, in bytes.
const (
	// MaxCode bounds a code.
	MaxCode = 64
	// MaxName bounds a name, a brand and a city.
	MaxName = 256
	// MaxBulk bounds the rows of one bulk.
	MaxBulk = 10_000
)

// check collects the first broken rule.
type check struct{ err error }

func (c *check) rule(ok bool, field, value, reason string) {
	if !ok && c.err == nil {
		c.err = &Invalid{Field: field, Value: value, Reason: reason}
	}
}

func (c *check) code(field, code string) {
	c.rule(code != "", field, code, "is empty")
	c.rule(len(code) <= MaxCode, field, code[:min(len(code), MaxCode)], "is longer than 64 bytes")
	c.rule(clean(code), field, strings.ToValidUTF8(code, "?"), "holds invalid UTF-8 or control characters")
}

func (c *check) name(field, name string) {
	c.rule(len(name) <= MaxName, field, name[:min(len(name), MaxName)], "is longer than 256 bytes")
	c.rule(clean(name), field, strings.ToValidUTF8(name, "?"), "holds invalid UTF-8 or control characters")
}

func (c *check) amount(field string, m retail.Money) {
	c.rule(m >= 0 && m <= retail.MaxMoney, field, m.String(), "is negative or too large")
}

func clean(s string) bool {
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return false
		}
	}
	return utf8.ValidString(s)
}

// CheckRegion fills in defaults and says which rule a region breaks.
func CheckRegion(r *retail.Region) error {
	var c check
	c.code("code", r.Code)
	r.Name, r.NameEN = names(r.Name, r.NameEN, r.Code)
	c.name("name", r.Name)
	c.name("name_en", r.NameEN)
	return c.err
}

// CheckMember says which rule a member breaks.
func CheckMember(m *Member) error {
	var c check
	c.code("code", m.Code)
	digits := strings.TrimLeft(m.Phone, "+")
	c.rule(strings.Trim(digits, "0123456789") == "" && len(digits) <= 20, "phone", "",
		"is not a number of at most 20 digits")
	c.rule(m.Phone == "" || len(digits) >= 5, "phone", "", "is too short")
	c.rule(m.Origin >= 0, "origin", "", "is negative")
	return c.err
}

// Zone loads a time zone by its IANA name. "Local" is refused: it means something else on each machine.
func Zone(name string) (*time.Location, error) {
	if name == "Local" || name == "" {
		return nil, &Invalid{Field: "time_zone", Value: name, Reason: "is no IANA time zone"}
	}
	return time.LoadLocation(name)
}

func names(name, nameEN, code string) (string, string) {
	if name == "" {
		name = code
	}
	if nameEN == "" {
		nameEN = name
	}
	return name, nameEN
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
