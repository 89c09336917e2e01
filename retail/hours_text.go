package retail

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The bounds of opening hours.
const (
	// MaxSpans bounds the spans of one day.
	MaxSpans = 8
	// MaxSpecialDays bounds the special days of a store: two years of them.
	MaxSpecialDays = 732
	// MaxHoursText bounds the text of weekly hours, MaxSpecialText that of special days, in bytes.
	MaxHoursText, MaxSpecialText = 2_048, 65_536
)

// weekdays are the names in the order of time.Weekday.
var weekdays = [...]string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"}

// chinese turns hours as Chinese spreadsheets write them into the words of the text form.
func chinese(text string) string {
	return strings.NewReplacer("：", ":", "；", ";", "，", ",", "、", ",", "至", "-", "～", "-",
		"~", "-", "—", "-", "–", "-", "每天", "Mo-Su ", "全天", "00:00-24:00", "休息", " off", "关门", " off",
		"次日", "+", "周一", "Mo", "周二", "Tu", "周三", "We", "周四", "Th", "周五", "Fr", "周六", "Sa", "周日", "Su",
		"周天", "Su", "\n", ";").Replace(strings.ReplaceAll(text, "星期", "周"))
}

// ParseWeek reads weekly hours such as "Mo-Fr 09:00-12:00,14:00-21:00; Sa,Su 10:00-26:00", a part of what
// OpenStreetMap's opening_hours can say. A weekday that is not named, or is "off", is closed. Chinese
// weekdays (周一至周五) are understood, too. The empty text is nil: nothing is told.
func ParseWeek(text string) ([][]Span, error) {
	if len(text) > MaxHoursText {
		return nil, fmt.Errorf("has %d bytes, at most %d are allowed", len(text), MaxHoursText)
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	week := make([][]Span, 7)
	named := [7]bool{}
	for rule := range strings.SplitSeq(chinese(text), ";") {
		if strings.TrimSpace(rule) == "" {
			continue
		}
		days, times := cutRule(rule)
		list, err := parseWeekdays(days)
		if err != nil {
			return nil, err
		}
		spans, err := parseSpans(times)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			if named[d] {
				return nil, fmt.Errorf("names %s twice", weekdays[d])
			}
			named[d], week[d] = true, spans
		}
	}
	return week, nil
}

// cutRule parts the days of a rule from its times: the times begin at the first digit or "off".
func cutRule(rule string) (days, times string) {
	rule = strings.ReplaceAll(strings.TrimSpace(rule), " ", "")
	at := strings.IndexAny(rule, "0123456789")
	if off := strings.Index(rule, "off"); off >= 0 && (at < 0 || off < at) {
		at = off
	}
	if at < 0 {
		return rule, ""
	}
	return strings.TrimSuffix(rule[:at], ":"), rule[at:]
}

func parseWeekdays(text string) (days []int, err error) {
	if text == "" {
		return []int{0, 1, 2, 3, 4, 5, 6}, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		from, to, ranged := strings.Cut(part, "-")
		if !ranged {
			to = from
		}
		a, b := slices.Index(weekdays[:], from), slices.Index(weekdays[:], to)
		if a < 0 || b < 0 {
			return nil, fmt.Errorf("holds %q, want weekdays such as Mo-Fr or Sa,Su", part)
		}
		for d := a; ; d = (d + 1) % 7 {
			days = append(days, d)
			if d == b {
				break
			}
		}
	}
	return days, nil
}

func parseSpans(text string) ([]Span, error) {
	if text == "off" || text == "closed" {
		return nil, nil
	}
	var spans []Span
	for part := range strings.SplitSeq(text, ",") {
		from, to, _ := strings.Cut(part, "-")
		opens, ok := parseMinute(from)
		closes, ok2 := parseMinute(to)
		if !ok || !ok2 {
			return nil, fmt.Errorf("holds %q, want times such as 09:00-21:00, or off", part)
		}
		if closes < opens || closes == 0 {
			closes += 1440 // 18:00-02:00 ends on the next day
		}
		spans = append(spans, Span{opens, closes})
	}
	return spans, checkSpans(spans)
}

func parseMinute(text string) (int, bool) {
	text, next := strings.CutPrefix(text, "+")
	h, m, ok := strings.Cut(text, ":")
	hours, err := strconv.ParseUint(h, 10, 8)
	minutes, err2 := strconv.ParseUint(m, 10, 8)
	if !ok || err != nil || err2 != nil || len(m) != 2 || len(h) > 2 || minutes > 59 {
		return 0, false
	}
	if next {
		hours += 24
	}
	return int(hours*60 + minutes), true
}

func checkSpans(spans []Span) error {
	if len(spans) > MaxSpans {
		return fmt.Errorf("has %d times on one day, at most %d are allowed", len(spans), MaxSpans)
	}
	for i, s := range spans {
		switch {
		case s.Opens < 0 || s.Opens >= 1440:
			return fmt.Errorf("opens at %s, want 00:00 to 23:59", clock(s.Opens))
		case s.Closes <= s.Opens || s.Closes > 2880:
			return fmt.Errorf("closes at %s after opening at %s", clock(s.Closes), clock(s.Opens))
		case i > 0 && s.Opens < spans[i-1].Closes:
			return fmt.Errorf("opens at %s before it has closed at %s", clock(s.Opens),
				clock(spans[i-1].Closes))
		}
	}
	return nil
}

// ParseSpecial reads special days such as "2026-02-17 off; 2026-02-18 10:00-16:00", in any order.
func ParseSpecial(text string) ([]SpecialDay, error) {
	if len(text) > MaxSpecialText {
		return nil, fmt.Errorf("has %d bytes, at most %d are allowed", len(text), MaxSpecialText)
	}
	var days []SpecialDay
	for rule := range strings.SplitSeq(chinese(text), ";") {
		rule = strings.TrimSpace(rule)
		if rule == "" {
			continue
		}
		if len(rule) < len("2026-02-17") {
			return nil, fmt.Errorf("holds %q, want a day such as 2026-02-17 off", rule)
		}
		day, err := ParseDay(strings.ReplaceAll(rule[:10], "/", "-"))
		if err != nil {
			return nil, err
		}
		spans, err := parseSpans(strings.ReplaceAll(rule[10:], " ", ""))
		if err != nil {
			return nil, err
		}
		days = append(days, SpecialDay{Day: day, Spans: spans})
	}
	slices.SortStableFunc(days, func(a, b SpecialDay) int { return int(a.Day) - int(b.Day) })
	return days, checkSpecial(days)
}

func checkSpecial(days []SpecialDay) error {
	if len(days) > MaxSpecialDays {
		return fmt.Errorf("has %d days, at most %d are allowed", len(days), MaxSpecialDays)
	}
	for i := range days {
		if i > 0 && days[i].Day <= days[i-1].Day {
			return fmt.Errorf("names %s twice", days[i].Day)
		}
	}
	return nil
}

// Validate says what is wrong with hours that were not read from text.
func (h *Hours) Validate() error {
	if len(h.Week) != 0 && len(h.Week) != 7 {
		return errors.New("names other than seven weekdays")
	}
	for _, spans := range h.Week {
		if err := checkSpans(spans); err != nil {
			return err
		}
	}
	for _, d := range h.Special {
		if err := checkSpans(d.Spans); err != nil {
			return err
		}
	}
	return checkSpecial(h.Special)
}

// WeekText writes the weekly hours as ParseWeek reads them, weekdays of equal hours together, from Monday.
func (h *Hours) WeekText() string {
	if len(h.Week) != 7 {
		return ""
	}
	var rules []string
	for from := 1; from <= 7; {
		to := from
		for to < 7 && slices.Equal(h.Week[(to+1)%7], h.Week[from%7]) {
			to++
		}
		days := weekdays[from%7]
		if to > from {
			days += "-" + weekdays[to%7]
		}
		rules = append(rules, days+" "+spansText(h.Week[from%7]))
		from = to + 1
	}
	return strings.Join(rules, "; ")
}

// SpecialText writes the special days as ParseSpecial reads them.
func (h *Hours) SpecialText() string {
	rules := make([]string, len(h.Special))
	for i, d := range h.Special {
		rules[i] = d.Day.String() + " " + spansText(d.Spans)
	}
	return strings.Join(rules, "; ")
}

func spansText(spans []Span) string {
	if len(spans) == 0 {
		return "off"
	}
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = clock(s.Opens) + "-" + clock(s.Closes)
	}
	return strings.Join(parts, ",")
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
