package wire

import (
	"math"

	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// Read reads a bulk of categories; each row's faults carry its index.
func (b *Categories) Read(r *scan.Reader, bounds Bounds) {
	b.Categories = readRows(r, bounds, "categories", (*Category).read)
}

// Read reads a bulk of styles; each row's faults carry its index.
func (b *Styles) Read(r *scan.Reader, bounds Bounds) {
	b.Styles = readRows(r, bounds, "styles", (*Style).read)
}

// Read reads a bulk of products; each row's faults carry its index.
func (b *Products) Read(r *scan.Reader, bounds Bounds) {
	b.Products = readRows(r, bounds, "products", (*Product).read)
}

func (c *Category) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		if string(name) == "parent" {
			c.Parent = r.String(MaxCode)
			return true
		}
		return named(r, name, &c.Code, &c.Name, &c.NameEN)
	}) {
		return
	}
	need(r, "code", c.Code)
}

func (s *Style) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "category":
			s.Category = r.String(MaxCode)
		case "brand":
			s.Brand = r.String(MaxName)
		case "season":
			s.Season = r.String(MaxWord)
		case "inactive":
			s.Inactive = r.Bool()
		case "simulated":
			s.Simulated = r.Bool()
		default:
			return named(r, name, &s.Code, &s.Name, &s.NameEN)
		}
		return true
	}) {
		return
	}
	need(r, "code", s.Code)
	need(r, "category", s.Category)
}

func (p *Product) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		return p.field(r, name) || p.variant(r, name) || named(r, name, &p.Code, &p.Name, &p.NameEN)
	}) {
		return
	}
	need(r, "code", p.Code)
	need(r, "category", p.Category)
}

func (p *Product) field(r *scan.Reader, name []byte) bool {
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
	case "online_only":
		p.OnlineOnly = r.Bool()
	case "off_season":
		p.OffSeason = r.Bool()
	case "pack":
		p.Pack = int32(r.Int(0, MaxPack))
	case "barcode":
		p.Barcode = r.String(MaxBarcode)
	case "tags":
		r.Array(MaxTags, func(int) {
			var t Tag
			t.read(r)
			p.Tags = append(p.Tags, t)
		})
	default:
		return false
	}
	return true
}

// variant reads what a SKU is within its style.
func (p *Product) variant(r *scan.Reader, name []byte) bool {
	switch string(name) {
	case "style":
		p.Style = r.String(MaxCode)
	case "colour":
		p.Colour = r.String(MaxWord)
	case "size":
		p.Size = r.String(MaxWord)
	case "size_system":
		p.SizeSystem = r.String(MaxWord)
	case "size_order":
		p.SizeOrder = int32(r.Int(math.MinInt32, math.MaxInt32))
	case "season":
		p.Season = r.String(MaxWord)
	default:
		return false
	}
	return true
}

func (t *Tag) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "tag":
			t.Tag = scan.Name(r, retail.ParseTag, Tags)
		case "from":
			t.From = r.Time()
		case "until":
			t.Until = r.Time()
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "tag", t.Tag)
}
