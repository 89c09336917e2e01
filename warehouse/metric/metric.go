// Package metric is the catalogue of what the warehouse measures. A Metric is a formula over atoms, and
// an Atom says how one additive or countable thing is read from a rollup or from the facts. The query
// builder puts them together; docs/metrics.md is printed from here, so that the page and the figures
// cannot disagree.
package metric

import (
	"slices"
	"strings"
)

// Unit is what a metric is measured in.
type Unit string

// The units. Money is computed in fen and shown as a decimal number with two places.
const (
	Money Unit = "money"
	Count Unit = "count"
	Ratio Unit = "ratio"
)

// Owner is who answers for the definition of a metric.
type Owner string

// The owners.
const (
	Finance       Owner = "finance"
	Merchandising Owner = "merchandising"
	Marketing     Owner = "marketing"
)

// Metric is one key figure.
type Metric struct {
	Name  string
	Unit  Unit
	Owner Owner
	// Meaning says in a sentence what is counted and what is not.
	Meaning string
	// Expr is SQL over atoms, each written in braces: "{gross} - {discounts}".
	Expr string
}

// Formula is Expr in the notation of the documentation: atoms by name, without braces.
func (m Metric) Formula() string {
	return strings.NewReplacer("{", "", "}", "").Replace(m.Expr)
}

// Atoms lists the atoms in the formula, each once, in order of appearance.
func (m Metric) Atoms() []string {
	var names []string
	for part := range strings.SplitSeq(m.Expr, "{") {
		name, _, ok := strings.Cut(part, "}")
		if ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// SQL is the formula with each atom replaced by the column name(atom).
func (m Metric) SQL(column func(atom string) string) string {
	var b strings.Builder
	for i, part := range strings.Split(m.Expr, "{") {
		name, rest, ok := strings.Cut(part, "}")
		if i == 0 || !ok {
			b.WriteString(part)
			continue
		}
		b.WriteString(column(name))
		b.WriteString(rest)
	}
	return b.String()
}

// Find returns the metric of that name.
func Find(name string) (Metric, bool) {
	i := slices.IndexFunc(metrics, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		return Metric{}, false
	}
	return metrics[i], true
}

// All lists the catalogue in its order of presentation.
func All() []Metric { return slices.Clone(metrics) }

// Names lists the names of the catalogue.
func Names() []string {
	names := make([]string, len(metrics))
	for i, m := range metrics {
		names[i] = m.Name
	}
	return names
}
