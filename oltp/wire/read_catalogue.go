package wire

import (
	"github.com/tillstream/tillstream/oltp/wire/scan"
)

// Read reads a bulk of regions; each row's faults carry its index.
func (b *Regions) Read(r *scan.Reader, bounds Bounds) {
	b.Regions = readRows(r, bounds, "regions", (*Region).read)
}

// Read reads a bulk of stores; each row's faults carry its index.
func (b *Stores) Read(r *scan.Reader, bounds Bounds) {
	b.Stores = readRows(r, bounds, "stores", (*Store).read)
}

// Read reads a bulk of members; each row's faults carry its index.
func (b *Members) Read(r *scan.Reader, bounds Bounds) {
	b.Members = readRows(r, bounds, "members", (*Member).read)
}

func readRows[T any](r *scan.Reader, b Bounds, field string, read func(*T, *scan.Reader)) []T {
	var rows []T
	if !r.Object(func(name []byte) bool {
		if string(name) != field {
			return false
		}
		r.Rows(b.Rows, func(int) {
			var row T
			read(&row, r)
			rows = append(rows, row)
		})
		return true
	}) {
		return rows
	}
	needRows(r, field, len(rows))
	return rows
}

func (g *Region) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool { return named(r, name, &g.Code, &g.Name, &g.NameEN) }) {
		return
	}
	need(r, "code", g.Code)
}

// named reads the fields that everything with a name has.
func named(r *scan.Reader, field []byte, code, name, nameEN *string) bool {
	switch string(field) {
	case "code":
		*code = r.String(MaxCode)
	case "name":
		*name = r.String(MaxName)
	case "name_en":
		*nameEN = r.String(MaxName)
	default:
		return false
	}
	return true
}

func (m *Member) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "code":
			m.Code = r.String(MaxCode)
		case "origin":
			m.Origin = r.String(MaxCode)
		case "phone":
			m.Phone = r.Secret(MaxPhone)
		case "opt_out":
			m.OptOut = r.Bool()
		case "simulated":
			m.Simulated = r.Bool()
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "code", m.Code)
}
