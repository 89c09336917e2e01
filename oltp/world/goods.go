package world

import (
	"fmt"
	"strings"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// sizeSystem is what the sizes of the world's goods are of.
const sizeSystem = "content"

// colours are those of goods that customers see on themselves or at home.
func colours() [6]string {
	return [6]string{"米白", "海军蓝", "雾灰", "苔绿", "珊瑚粉", "炭黑"}
}

// coloured lists the categories whose goods come in colours.
func coloured(code string) bool { return code == "homeware" }

// makeDepartments puts the categories below departments.
func (w *World) makeDepartments() error {
	rows, err := readTable("departments")
	if err != nil {
		return err
	}
	for _, row := range rows {
		d := retail.Category{Code: "world-" + row[0], Name: row[1], NameEN: row[2]}
		w.Departments = append(w.Departments, d)
		for code := range strings.SplitSeq(row[3], "/") {
			k := kindIndex(w.kinds, code)
			if k < 0 {
				return fmt.Errorf("cannot put category %q below department %s: unknown", code, row[0])
			}
			w.Categories[k].Parent = d.Code
		}
	}
	return nil
}

// style finds the family of the SKU of a category, an item and a brand, and makes it if it is new.
func (w *World) style(kind int, item, brand []string) int {
	key := fmt.Sprint(kind, item, brand)
	if at, ok := w.families[key]; ok {
		return at
	}
	k := &w.kinds[kind]
	s := retail.Style{Code: fmt.Sprintf("F%05d", len(w.Styles)+1), Name: brand[0] + item[0],
		NameEN: brand[1] + " " + item[1], Category: w.Categories[kind], Brand: brand[0], Active: true,
		Simulated: true}
	switch {
	case k.summer >= .4:
		s.Season = "summer"
	case k.summer <= -.2:
		s.Season = "winter"
	}
	w.families[key] = len(w.Styles)
	w.Styles = append(w.Styles, s)
	return w.families[key]
}

// makeTags marks some products: one in twelve is hot, one in twelve new, one in thirty limited, each
// for weeks around the start of the world.
func (c *Config) makeTags(product int) (tags []retail.TimedTag) {
	r := c.stream(forGoods, uint64(product), 0)
	for _, t := range [...]struct {
		tag   retail.Tag
		oneIn int
	}{{retail.Hot, 12}, {retail.New, 12}, {retail.Limited, 30}} {
		lucky, from, length := r.IntN(t.oneIn) == 0, r.IntN(90)-30, 28+r.IntN(90)
		if !lucky {
			continue
		}
		start := msTime(midnight(c.Start + retail.Day(from)))
		tags = append(tags, retail.TimedTag{Tag: t.tag, Window: retail.Window{From: start,
			Until: start.Add(time.Duration(length) * 24 * time.Hour)}})
	}
	return tags
}

// barcode is an EAN-13 of the range 20 that is free for use within a chain.
func barcode(product int) string {
	digits := fmt.Sprintf("20%010d", product+1)
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (1 + 2*(i%2))
	}
	return digits + fmt.Sprint((10-sum%10)%10)
}

func (w *World) wireCategories() []wire.Category {
	out := make([]wire.Category, 0, len(w.Departments)+len(w.Categories))
	for _, list := range [][]retail.Category{w.Departments, w.Categories} {
		for _, c := range list {
			out = append(out, wire.Category{Code: c.Code, Name: c.Name, NameEN: c.NameEN, Parent: c.Parent})
		}
	}
	return out
}

func (w *World) wireStyles() []wire.Style {
	out := make([]wire.Style, len(w.Styles))
	for i, s := range w.Styles {
		out[i] = wire.Style{Code: s.Code, Name: s.Name, NameEN: s.NameEN, Category: s.Category.Code,
			Brand: s.Brand, Season: s.Season, Simulated: true}
	}
	return out
}

func (w *World) wireProducts() []wire.Product {
	out := make([]wire.Product, len(w.Products))
	for i := range w.Products {
		p := &w.Products[i]
		out[i] = wire.Product{Code: p.Code, Name: p.Name, NameEN: p.NameEN, Brand: p.Brand,
			Category: p.Category.Code, Price: p.Price, Cost: p.Cost, Simulated: true,
			Style: p.Style, Colour: p.Colour, Size: p.Size, SizeSystem: p.SizeSystem,
			SizeOrder: p.SizeOrder, Pack: p.Pack, Barcode: p.Barcode}
		for _, t := range p.Tags {
			out[i].Tags = append(out[i].Tags, wire.Tag{Tag: t.Tag.String(), From: t.From, Until: t.Until})
		}
	}
	return out
}
