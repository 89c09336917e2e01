package catalogue

import (
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// AppendSKU appends the framed ProductChanged of a SKU to a packet.
func AppendSKU(packet []byte, s *retail.SKU) ([]byte, error) {
	m := &event.ProductChanged{
		SkuId: int64(s.ID), Code: s.Code, Name: s.Name, NameEn: s.NameEN,
		CategoryId: int32(s.Category.ID), CategoryCode: s.Category.Code, CategoryName: s.Category.Name,
		CategoryNameEn: s.Category.NameEN, Brand: s.Brand, PriceFen: int64(s.Price),
		CostFen: int64(s.Cost), Active: s.Active, Simulated: s.Simulated, Version: s.Version,
		StyleId: int64(s.StyleID), StyleCode: s.Style, Colour: s.Colour, Size: s.Size,
		SizeSystem: s.SizeSystem, SizeOrder: s.SizeOrder, Season: s.Season, OnlineOnly: s.OnlineOnly,
		OffSeason: s.OffSeason, Pack: s.Pack, Barcode: s.Barcode, ImageUrl: s.Image,
	}
	for _, t := range s.Tags {
		m.Tags = append(m.Tags, &event.ProductTag{Tag: t.Tag.String(), FromUnixUs: unixUS(t.From),
			UntilUnixUs: unixUS(t.Until)})
	}
	return frame(packet, event.KindProductChanged, int64(s.ID), m)
}

// AppendStyle appends the framed StyleChanged of a style to a packet.
func AppendStyle(packet []byte, s *retail.Style) ([]byte, error) {
	return frame(packet, event.KindStyleChanged, int64(s.ID), &event.StyleChanged{
		StyleId: int64(s.ID), Code: s.Code, Name: s.Name, NameEn: s.NameEN,
		CategoryId: int32(s.Category.ID), CategoryCode: s.Category.Code, Brand: s.Brand,
		Season: s.Season, Active: s.Active, Simulated: s.Simulated, Version: s.Version,
		ImageUrl: s.Image,
	})
}

// AppendCategory appends the framed CategoryChanged of a category to a packet.
func AppendCategory(packet []byte, k *retail.Category, parent retail.CategoryID) ([]byte, error) {
	return frame(packet, event.KindCategoryChanged, int64(k.ID), &event.CategoryChanged{
		CategoryId: int32(k.ID), Code: k.Code, Name: k.Name, NameEn: k.NameEN, ParentId: int32(parent),
		ParentCode: k.Parent, Version: k.Version,
	})
}

// unixUS is 0 for the zero time.
func unixUS(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
