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

// AppendReview appends the framed ReviewPosted of a review to a packet; its words stay behind.
func AppendReview(packet []byte, r *retail.Review, zone *time.Location) ([]byte, error) {
	return frame(packet, event.KindReviewPosted, int64(r.SKU), &event.ReviewPosted{
		ReviewId: int64(r.ID), SkuId: int64(r.SKU), StyleId: int64(r.Style), StoreId: int32(r.Store),
		MemberId: int64(r.Member), OrderId: int64(r.Order), Rating: int32(r.Stars),
		PostedAt: event.At(r.Posted, zone), State: event.ReviewState(r.State), Version: r.Version,
	})
}

// AppendListing appends the framed ListingChanged of a listing to a packet.
func AppendListing(packet []byte, l *retail.Listing) ([]byte, error) {
	m := &event.ListingChanged{StoreId: int32(l.Store), SkuId: int64(l.SKU), Listed: l.Listed,
		FromUnixUs: unixUS(l.From), UntilUnixUs: unixUS(l.Until), Version: l.Version}
	if l.Priced {
		fen := int64(l.Price)
		m.PriceFen = &fen
	}
	return frame(packet, event.KindListingChanged, int64(l.Store), m)
}

// unixUS is 0 for the zero time.
func unixUS(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
