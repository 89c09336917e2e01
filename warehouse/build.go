package warehouse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/metric"
)

// statement is SQL with its parameters, which the engine binds.
type statement struct {
	sql    string
	params map[string]string
}

// builder puts a plan into SQL:
//
//	SELECT keys shown, formulas over atoms          one row per group
//	FROM (SELECT keys, sum of atoms by period       asked and compared side by side
//	      FROM (one SELECT per source and period)   each atom from the smallest source that knows it
//	      GROUP BY keys)
type builder struct {
	plan   *plan
	scope  retail.Scope
	atoms  []metric.Atom
	parts  []part
	params map[string]string
}

// part is what is read from one source.
type part struct {
	source metric.Source
	// reads maps an atom to the aggregate that reads it here.
	reads map[string]string
	// seen are the aggregates that count the rows behind the atoms.
	seen []string
}

// build is the only way from a plan to SQL, and it takes a scope.
func build(scope retail.Scope, p *plan) (statement, error) {
	b := &builder{plan: p, scope: scope.Narrow(p.stores), params: map[string]string{}}
	if err := b.choose(); err != nil {
		return statement{}, err
	}
	var sql strings.Builder
	fmt.Fprintf(&sql, "SELECT\n    %s\nFROM\n(\n    SELECT\n        %s\n    FROM\n    (\n%s\n    )",
		strings.Join(b.shown(), ",\n    "), strings.Join(b.sums(), ",\n        "), b.union())
	if keys := b.keys(); len(keys) > 0 {
		fmt.Fprintf(&sql, "\n    GROUP BY %s\n    HAVING sum(seen) > 0", strings.Join(keys, ", "))
	}
	sql.WriteString("\n) AS g")
	for i, d := range p.dims {
		if d.names != "" {
			fmt.Fprintf(&sql, "\nLEFT ANY JOIN (%s) AS n_k%d ON n_k%d.id = g.k%d", d.names, i, i, i)
		}
	}
	if order := b.order(); len(order) > 0 {
		fmt.Fprintf(&sql, "\nORDER BY %s", strings.Join(order, ", "))
	}
	fmt.Fprintf(&sql, "\nLIMIT %d", p.limit+1)
	return statement{sql.String(), b.params}, nil
}

// choose finds the smallest source of every atom and gathers the atoms of one source.
func (b *builder) choose() error {
	need, by := b.plan.needs()
	for _, m := range b.plan.metrics {
		for _, name := range m.Atoms() {
			if slices.ContainsFunc(b.atoms, func(a metric.Atom) bool { return a.Name == name }) {
				continue
			}
			atom, ok := metric.FindAtom(name)
			if !ok {
				panic("BUG: metric " + m.Name + " names the unknown atom " + name)
			}
			source, sql, ok := metric.Smallest(atom, need, by)
			if !ok {
				return b.plan.refuse(m, atom)
			}
			b.atoms = append(b.atoms, atom)
			b.add(source, atom, sql, by)
		}
	}
	return nil
}

func (b *builder) add(source metric.Source, atom metric.Atom, sql string, by metric.Keys) {
	i := slices.IndexFunc(b.parts, func(p part) bool { return p.source.Table == source.Table })
	if i < 0 {
		i = len(b.parts)
		b.parts = append(b.parts, part{source: source, reads: map[string]string{}})
	}
	p := &b.parts[i]
	p.reads[atom.Name] = sql
	if seen := source.Seen(atom.Origin, by); !slices.Contains(p.seen, seen) {
		p.seen = append(p.seen, seen)
	}
}

func (b *builder) keys() []string {
	keys := make([]string, len(b.plan.dims))
	for i := range keys {
		keys[i] = "k" + strconv.Itoa(i)
	}
	return keys
}

// shown lists the columns of the answer in the order of plan.columns.
func (b *builder) shown() []string {
	var list []string
	for i, d := range b.plan.dims {
		k := "k" + strconv.Itoa(i)
		list = append(list, d.outer(k)+" AS `"+d.name+"`")
		if b.plan.names && d.names != "" {
			list = append(list, "n_"+k+".name AS `"+d.name+"_name`",
				"n_"+k+".name_en AS `"+d.name+"_name_en`")
		}
	}
	for _, m := range b.plan.metrics {
		now := m.SQL(func(atom string) string { return "now_" + atom })
		list = append(list, typed(m.Unit, now)+" AS `"+m.Name+"`")
		if b.plan.earlier == nil {
			continue
		}
		then := m.SQL(func(atom string) string { return "then_" + atom })
		list = append(list, typed(m.Unit, then)+" AS `"+m.Name+"__compare`",
			change("("+now+")", "("+then+")")+" AS `"+m.Name+"__change`")
	}
	return append(list, b.dates()...)
}

// dates are the bounds of the compared span, the same in each row.
func (b *builder) dates() []string {
	p := b.plan
	if !p.dated || p.compared == nil {
		return nil
	}
	var list []string
	for i, v := range []int64{p.earlier.from, p.earlier.to} {
		name := [...]string{"compare_from", "compare_to"}[i]
		b.params[name] = strconv.FormatInt(v, 10)
		sql := "toDate32({" + name + ":Int64})"
		if p.span.instants {
			sql = "toDateTime64({" + name + ":Int64}, 0, 'UTC')"
		}
		list = append(list, sql+" AS `"+name+"`")
	}
	return list
}

func typed(unit metric.Unit, sql string) string {
	if unit.Whole() {
		return "CAST(" + sql + ", 'Nullable(Int64)')"
	}
	return "CAST(" + sql + ", 'Nullable(Float64)')"
}

// change is how much more now is than then, in parts of then; undefined against nothing.
func change(now, then string) string {
	return fmt.Sprintf("CAST(if(%[2]s = 0, NULL, (%[1]s - %[2]s) / abs(%[2]s)), 'Nullable(Float64)')",
		now, then)
}

// sums lists the columns of the middle level: the keys, and each atom for either period.
func (b *builder) sums() []string {
	list := b.keys()
	for _, a := range b.atoms {
		list = append(list, fmt.Sprintf("sumIf(a_%s, period = 0) AS now_%s", a.Name, a.Name))
		if b.plan.earlier != nil {
			list = append(list, fmt.Sprintf("sumIf(a_%s, period = 1) AS then_%s", a.Name, a.Name))
		}
	}
	return list
}

func (b *builder) union() string {
	var all []string
	for _, p := range b.parts {
		all = append(all, b.read(p, 0, b.plan.span, func(sql string) string { return sql }))
		if b.plan.earlier != nil {
			all = append(all, b.read(p, 1, *b.plan.earlier, b.forward))
		}
	}
	return strings.Join(all, "\n        UNION ALL\n")
}

// forward moves a date or time of the compared span onto the asked one.
func (b *builder) forward(sql string) string {
	by := b.plan.shift
	unit, amount := "Day", by.amount
	switch {
	case by.months != 0:
		unit, amount = "Month", by.months
	case b.plan.span.instants:
		unit = "Second"
	}
	if unit == "Second" && sql == "day" {
		unit, amount = "Day", amount/secondsADay
	}
	b.params["shift"+unit] = strconv.FormatInt(amount, 10)
	return fmt.Sprintf("(%s + toInterval%s({shift%s:Int64}))", sql, unit, unit)
}

// idList writes IDs as the engine reads an array.
func idList[T ~int32 | ~int64](ids []T) string {
	b := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(id), 10)
	}
	return string(append(b, ']'))
}

func (b *builder) order() []string {
	var list []string
	if b.plan.sort != "" {
		direction := " ASC NULLS LAST"
		if b.plan.desc {
			direction = " DESC NULLS LAST"
		}
		list = append(list, "`"+b.plan.sort+"`"+direction)
	}
	for _, d := range b.plan.dims {
		list = append(list, "`"+d.name+"`")
	}
	return list
}
