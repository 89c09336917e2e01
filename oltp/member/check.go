package member

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tillstream/tillstream/retail"
)

// The bounds of single fields, in bytes.
const (
	// MaxUnionID bounds a unionid.
	MaxUnionID = 64
	// MaxName bounds a name.
	MaxName = 128
	// MaxSize bounds a clothing or shoe size.
	MaxSize = 16
	// MaxCode bounds a member's code.
	MaxCode = 64
	// MaxVersion bounds the name of a text's version.
	MaxVersion = 64
)

// genders are the words for a gender that are understood.
var genders = [...]string{"", "female", "male", "other"}

// check collects the first broken rule.
type check struct{ err error }

func (c *check) rule(ok bool, field, reason string) {
	if !ok && c.err == nil {
		c.err = &Invalid{Field: field, Reason: reason}
	}
}

func (c *check) text(field, text string, limit int) {
	c.rule(len(text) <= limit, field, "is too long")
	c.rule(clean(text), field, "holds invalid UTF-8 or control characters")
}

func (c *check) unionID(id string) {
	c.rule(id != "", "unionid", "is missing")
	c.text("unionid", id, MaxUnionID)
}

func (c *check) phone(phone string) {
	digits := Digits(phone)
	c.rule(strings.Trim(digits, "0123456789") == "" && len(digits) <= 20, "phone",
		"is not a number of at most 20 digits")
	c.rule(phone == "" || len(digits) >= 5, "phone", "is too short")
}

func (c *check) birthday(day string, now time.Time) {
	if day == "" {
		return
	}
	d, err := retail.ParseDay(day)
	c.rule(err == nil, "birthday", "is not a date such as 1990-05-31")
	c.rule(err != nil || d <= retail.DayOf(now), "birthday", "lies in the future")
	c.rule(err != nil || d.Midnight().Year() >= 1900, "birthday", "lies before 1900")
}

func (c *check) gender(g string) {
	known := false
	for _, word := range genders {
		known = known || g == word
	}
	c.rule(known, "gender", "must be one of female, male, other")
}

func (c *check) body(b Body) {
	c.rule(b.HeightCM >= 0 && b.HeightCM <= 300, "body.height_cm", "must lie within 0 to 300")
	c.rule(b.WeightKG >= 0 && b.WeightKG <= 500, "body.weight_kg", "must lie within 0 to 500")
	c.text("body.top", b.Top, MaxSize)
	c.text("body.bottom", b.Bottom, MaxSize)
	c.text("body.shoe", b.Shoe, MaxSize)
}

func (c *check) person(p *Person, now time.Time) {
	c.text("name", p.Name, MaxName)
	c.phone(p.Phone)
	c.birthday(p.Birthday, now)
	c.gender(p.Gender)
	c.body(p.Body)
}

func (c *check) consent(k *Consent, now time.Time) {
	c.rule(k.Purpose.String() != "", "purpose", "must be one of "+PurposeNames)
	c.rule(k.Version != "", "version", "is missing: name the text that the member saw")
	c.text("version", k.Version, MaxVersion)
	c.rule(k.Channel != 0, "channel", "is missing")
	c.rule(!k.At.After(now.Add(futureLimit)), "at", "lies in the future")
}

// futureLimit is how far a clock may go wrong.
const futureLimit = 5 * time.Minute

func clean(s string) bool {
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return false
		}
	}
	return utf8.ValidString(s)
}

// possible reports whether a member may have this code, which may hold anything a path can hold.
func possible(code string) bool { return code != "" && len(code) <= MaxCode && clean(code) }

func checkCode(c *check, code string) {
	c.text("code", code, MaxCode)
	c.rule(!strings.HasPrefix(code, PseudonymPrefix), "code",
		"begins with "+PseudonymPrefix+", which is kept for those who were erased")
}
