package experiment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
)

// The bounds of names, in bytes, and of how long an experiment may last.
const (
	MaxName = 64
	MaxDays = 366
)

// Check says what of an experiment cannot be, as a *catalogue.Invalid, whatever else there is.
func Check(e *retail.Experiment) error {
	switch {
	case !sound(e.Name):
		return &catalogue.Invalid{Field: "name", Value: e.Name,
			Reason: fmt.Sprintf("must have 1 to %d bytes of text without surrounding blanks", MaxName)}
	case e.From.IsZero():
		return &catalogue.Invalid{Field: "from", Reason: "is missing"}
	case e.Until.IsZero():
		return &catalogue.Invalid{Field: "until", Reason: "is missing"}
	case !e.Until.After(e.From):
		return &catalogue.Invalid{Field: "until", Value: e.Until.Format(time.RFC3339),
			Reason: "must be after from, " + e.From.Format(time.RFC3339)}
	case e.Until.Sub(e.From) > MaxDays*24*time.Hour:
		return &catalogue.Invalid{Field: "until", Value: e.Until.Format(time.RFC3339),
			Reason: fmt.Sprintf("must be at most %d days after from", MaxDays)}
	case !(e.Holdout >= 0 && e.Holdout < 1):
		return &catalogue.Invalid{Field: "holdout", Value: number(e.Holdout),
			Reason: "must be a share from 0 to below 1"}
	}
	return checkVariants(e.Variants)
}

func sound(name string) bool {
	return name != "" && len(name) <= MaxName && strings.TrimSpace(name) == name &&
		!strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f })
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func checkVariants(list []retail.Variant) error {
	if n := len(list); n < 1 || n > retail.MaxVariants {
		return &catalogue.Invalid{Field: "variants", Value: strconv.Itoa(n),
			Reason: fmt.Sprintf("there must be 1 to %d", retail.MaxVariants)}
	}
	sum := 0.
	for i := range list {
		v := &list[i]
		at := func(field, value, reason string) error {
			return &catalogue.Invalid{Field: fmt.Sprintf("variants[%d].%s", i, field), Value: value,
				Reason: reason}
		}
		switch {
		case !sound(v.Name):
			return at("name", v.Name, fmt.Sprintf(
				"must have 1 to %d bytes of text without surrounding blanks", MaxName))
		case slices.ContainsFunc(list[:i], func(o retail.Variant) bool { return o.Name == v.Name }):
			return at("name", v.Name, "stands twice")
		case !(v.Weight >= 0 && v.Weight <= retail.MaxBlendWeight):
			return at("weight", number(v.Weight), fmt.Sprintf("must be from 0 to %d", retail.MaxBlendWeight))
		}
		if field, value, reason := checkBlend(&v.Blend); reason != "" {
			return at("blend."+field, value, reason)
		}
		sum += v.Weight
	}
	if sum == 0 {
		return &catalogue.Invalid{Field: "variants", Reason: "one of them must weigh more than 0"}
	}
	return nil
}

// checkBlend returns an empty reason for a good one.
func checkBlend(b *retail.Blend) (field, value, reason string) {
	weigh := func(path string, of map[string]float64, known []string) bool {
		for _, name := range sorted(of) {
			field, value = path+"."+name, number(of[name])
			if !slices.Contains(known, name) {
				reason = "is not one of " + strings.Join(known, ", ")
			} else if v := of[name]; !(v >= 0 && v <= retail.MaxBlendWeight) {
				reason = fmt.Sprintf("must be from 0 to %d", retail.MaxBlendWeight)
			}
			if reason != "" {
				return false
			}
		}
		return true
	}
	for _, scene := range sorted(b.Weights) {
		if _, known := retail.ParseScene(scene); !known {
			return "weights." + scene, "", "is not one of " + strings.Trim(fmt.Sprint(retail.Scenes()), "[]")
		}
		if !weigh("weights."+scene, b.Weights[scene], retail.Rungs()) {
			return field, value, reason
		}
	}
	if !weigh("acts", b.Acts, retail.Acts()) {
		return field, value, reason
	}
	if d := b.Decay; d != nil && !(*d >= 0 && *d <= 1) {
		return "decay", number(*d), "must be from 0 to 1"
	}
	if n := b.PerStyle; n != nil && (*n < 1 || *n > 50) {
		return "per_style", strconv.Itoa(int(*n)), "must be from 1 to 50"
	}
	if s := b.PerCategory; s != nil && !(*s > 0 && *s <= 1) {
		return "per_category", number(*s), "must be a share above 0 to 1"
	}
	if s := b.PerBrand; s != nil && !(*s > 0 && *s <= 1) {
		return "per_brand", number(*s), "must be a share above 0 to 1"
	}
	return "", "", ""
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// CheckAmong says why an experiment cannot take its place among those that there are, which may hold an
// earlier version of it, at a moment.
func CheckAmong(e *retail.Experiment, others []retail.Experiment, now time.Time) error {
	for i := range others {
		o := &others[i]
		if o.Name == e.Name {
			if err := checkChange(e, o, now); err != nil {
				return err
			}
			continue
		}
		if e.From.Before(o.Until) && o.From.Before(e.Until) {
			return &catalogue.Invalid{Field: "from", Value: e.From.Format(time.RFC3339), Reason: fmt.Sprintf(
				"one experiment is in force at a time, and %s is from %s until %s", o.Name,
				o.From.Format(time.RFC3339), o.Until.Format(time.RFC3339))}
		}
	}
	return nil
}

// checkChange lets an experiment that has begun end at another time, and nothing else.
func checkChange(e, was *retail.Experiment, now time.Time) error {
	if now.Before(was.From) {
		return nil
	}
	frozen := func(field string) error {
		return &catalogue.Invalid{Field: field, Reason: "cannot be changed: the experiment has begun, and " +
			"what was counted before could not be compared any more; end it and begin another one"}
	}
	switch {
	case !e.From.Equal(was.From):
		return frozen("from")
	case e.Holdout != was.Holdout:
		return frozen("holdout")
	case !same(e.Variants, was.Variants):
		return frozen("variants")
	case e.Until.Equal(was.Until):
		return nil
	case !now.Before(was.Until):
		return &catalogue.Invalid{Field: "until", Value: e.Until.Format(time.RFC3339),
			Reason: "cannot be changed: the experiment is over"}
	case e.Until.Before(now.Add(-time.Minute)):
		return &catalogue.Invalid{Field: "until", Value: e.Until.Format(time.RFC3339),
			Reason: "lies in the past, when the experiment was in force; it is " + now.UTC().Format(
				time.RFC3339) + " now"}
	}
	return nil
}

// same compares what is kept: an empty map and none are the same.
func same(a, b []retail.Variant) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
