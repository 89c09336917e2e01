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

// Read reads a bulk of categories; each row's faults carry its index.
func (b *Categories) Read(r *scan.Reader, bounds Bounds) {
	b.Categories = readRows(r, bounds, "categories", (*Category).read)
}

// Read reads a bulk of products; each row's faults carry its index.
func (b *Products) Read(r *scan.Reader, bounds Bounds) {
	b.Products = readRows(r, bounds, "products", (*Product).read)
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

func (c *Category) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool { return named(r, name, &c.Code, &c.Name, &c.NameEN) }) {
		return
	}
	need(r, "code", c.Code)
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

func (p *Product) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "category":
			p.Category = r.String(MaxCode)
		case "brand":
			p.Brand = r.String(MaxName)
		case "price":
			p.Price = readMoney(r)
		case "cost":
			p.Cost = readMoney(r)
		case "inactive":
			p.Inactive = r.Bool()
		case "simulated":
			p.Simulated = r.Bool()
		default:
			return named(r, name, &p.Code, &p.Name, &p.NameEN)
		}
		return true
	}) {
		return
	}
	need(r, "code", p.Code)
	need(r, "category", p.Category)
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
