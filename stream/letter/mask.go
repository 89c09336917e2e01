package letter

import (
	"regexp"
	"strings"

	"github.com/tillstream/tillstream/retail/event"
)

// quoted finds what an error quotes of a record; foreign bytes may be anything.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?`)

// typeName is the form of a type: its dotted words with a version, or one of this program's own.
var typeName = regexp.MustCompile(`^(tillstream\.[a-z0-9_.]+|[a-z][a-z0-9_.]*\.v[0-9]{1,4})$`)

// name is the form of topics and headers, which operators choose.
var name = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,248}$`)

// mediaType is the form of a content type.
var mediaType = regexp.MustCompile(`^application/[a-z.+-]{1,40}$`)

// digits are as many in a row as a telephone number has.
var digits = regexp.MustCompile(`[0-9]{7,}`)

// only returns s if it is empty or has the form, else event.Hidden.
func only(form *regexp.Regexp, s string) string {
	if s == "" || form.MatchString(s) && !digits.MatchString(s) {
		return s
	}
	return event.Hidden
}

// discreetText hides what a text quotes, unless it is a type.
func discreetText(s string) string {
	return quoted.ReplaceAllStringFunc(s, func(q string) string {
		if inner := strings.Trim(q, `"`); only(typeName, inner) == inner {
			return q
		}
		return event.Hidden
	})
}

// ours is the form of this program's own sources.
var ours = regexp.MustCompile(
	`^/tillstream/(oltp/[0-9]+/[0-9]+(/[0-9]+)?|gateway/[0-9A-Za-z_.-]{1,64}|letters/[0-9a-f]{32})$`)

func discreetSource(s string) string {
	if s == "" || ours.MatchString(s) {
		return s
	}
	return event.Hidden
}

func discreetPosition(s string) string {
	if _, err := event.ParsePosition([]byte(s)); err != nil && s != "" {
		return event.Hidden
	}
	return s
}

// discreet returns the letter as it may be shown.
func discreet(l Letter) Letter {
	l.Topic, l.Stage = only(name, l.Topic), only(name, l.Stage)
	l.Source, l.Position = discreetSource(l.Source), discreetPosition(l.Position)
	l.Type, l.Reason = only(typeName, l.Type), discreetText(l.Reason)
	return l
}
