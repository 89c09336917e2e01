package api

import (
	"context"
	"errors"
	"math"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) mediaRoutes() {
	a.mediaOf("style", "styles")
	a.mediaOf("product", "products")
}

func (a *API) mediaOf(one, many string) {
	style := one == "style"
	limit := wire.MaxCode
	path := "/v1/" + many + "/{code}/media"
	handle(a, route{
		Operation: huma.Operation{OperationID: "put-" + one + "-media", Method: http.MethodPut, Path: path,
			Tags: []string{"catalogue"}, Summary: "Replace the media of a " + one,
			Description: "Sets all pictures, films and models in the order in which they are shown. They " +
				"are kept elsewhere, at the hosts that the service allows.",
			Parameters: []*huma.Param{{Name: "code", In: "path", Required: true,
				Description: "Code of the " + one + ".",
				Schema:      &huma.Schema{Type: huma.TypeString, MaxLength: &limit}}},
			Errors: []int{http.StatusNotFound}},
		answer: reflect.TypeFor[wire.Media](), statuses: []int{200}, may: staff.EditCatalogue,
	}, func(c *call, b *wire.Media) {
		a.putMedia(c, catalogue.Subject{Style: style, Code: c.r.PathValue("code")}, b)
	})
	huma.Register(a.huma, huma.Operation{OperationID: one + "-media", Method: http.MethodGet, Path: path,
		Tags: []string{"catalogue"}, Summary: "Show the media of a " + one,
		Responses: a.reads(reflect.TypeFor[wire.Media]()),
	}, func(ctx context.Context, in *mediaPath) (*mediaAnswer, error) {
		of := catalogue.Subject{Style: style, Code: in.Code}
		if problem := readable("code", in.Code); problem != nil {
			return nil, problem
		}
		found, err := a.cfg.Gallery.Media(ctx, of)
		if err != nil {
			return nil, a.goodsRefusal(err, of.Code)
		}
		return &mediaAnswer{Body: mediaShown(found)}, nil
	})
}

type mediaPath struct {
	Code string `path:"code" maxLength:"64" doc:"Code of the goods."`
}

type mediaAnswer struct{ Body *wire.Media }

func (a *API) putMedia(c *call, of catalogue.Subject, b *wire.Media) {
	if problem := readable("code", of.Code); problem != nil {
		c.refuse(problem)
		return
	}
	media := make([]retail.Media, len(b.Media))
	for i, m := range b.Media {
		kind, _ := retail.ParseMediaKind(m.Kind)
		media[i] = retail.Media{Kind: kind, URL: m.URL, SHA256: m.SHA256, Width: m.Width, Height: m.Height,
			Alt: m.Alt, AltEN: m.AltEN}
		if err := catalogue.CheckMedia(&media[i], a.cfg.MediaHosts); err != nil {
			c.refuse(a.rowRefused(err, spot{"media", i}))
			return
		}
	}
	if err := a.cfg.Gallery.PutMedia(c.r.Context(), of, media); err != nil {
		c.refuse(a.goodsRefusal(err, of.Code))
		return
	}
	c.reply(http.StatusOK, b)
}

// goodsRefusal says why something about goods had no effect.
func (a *API) goodsRefusal(err error, what string) *wire.Problem {
	var bad *catalogue.Invalid
	switch {
	case errors.As(err, &bad):
		f := wire.Fault{Location: "body." + bad.Field, Reason: bad.Reason}
		if bad.Value != "" {
			f.Value = value(bad.Value)
		}
		return invalid(f)
	case errors.Is(err, catalogue.ErrUnknown):
		return &wire.Problem{Type: "/problems/not-found", Title: "There is no such thing",
			Status: http.StatusNotFound, Detail: what + " does not exist."}
	case errors.Is(err, catalogue.ErrReviewed):
		return conflict("reviewed", "The purchase was reviewed before",
			"A line of an order has one review.")
	case errors.Is(err, catalogue.ErrKeyReused):
		return conflict("key-reused", "The Idempotency-Key was used before",
			"The key was used for another review, which stands.")
	}
	return a.outage(err, true)
}

func mediaShown(found []retail.Media) *wire.Media {
	out := &wire.Media{Media: make([]wire.Medium, len(found))}
	for i, m := range found {
		out.Media[i] = wire.Medium{Kind: m.Kind.String(), URL: m.URL, SHA256: m.SHA256, Width: m.Width,
			Height: m.Height, Alt: m.Alt, AltEN: m.AltEN}
	}
	return out
}

func styleShown(_ *staff.Principal, s *retail.Style) (string, wire.ShownStyle) {
	return s.Code, wire.ShownStyle{Image: s.Image, Rating: ratingShown(s.Rating),
		Style: wire.Style{Code: s.Code, Name: s.Name, NameEN: s.NameEN, Category: s.Category.Code,
			Brand: s.Brand, Season: s.Season, Inactive: !s.Active, Simulated: s.Simulated}}
}

// productShown leaves the cost to headquarters.
func productShown(who *staff.Principal, s *retail.SKU) (string, wire.ShownProduct) {
	p := wire.Product{Code: s.Code, Name: s.Name, NameEN: s.NameEN, Category: s.Category.Code,
		Brand: s.Brand, Price: s.Price, Inactive: !s.Active, Simulated: s.Simulated, Style: s.Style,
		Colour: s.Colour, Size: s.Size, SizeSystem: s.SizeSystem, SizeOrder: s.SizeOrder,
		Season: s.Season, OnlineOnly: s.OnlineOnly, OffSeason: s.OffSeason, Pack: s.Pack,
		Barcode: s.Barcode}
	for _, t := range s.Tags {
		p.Tags = append(p.Tags, wire.Tag{Tag: t.Tag.String(), From: t.From, Until: t.Until})
	}
	if who.Role.Chainwide() {
		p.Cost = s.Cost
	}
	return s.Code, wire.ShownProduct{Product: p, Image: s.Image, Rating: ratingShown(s.Rating)}
}

// ratingShown is nil as long as nobody has given one.
func ratingShown(r retail.Rating) *wire.Rating {
	if r.Count == 0 {
		return nil
	}
	return &wire.Rating{Count: r.Count, Stars: r.Stars,
		Average: math.Round(float64(r.Stars)/float64(r.Count)*100) / 100}
}

func reviewID(text string) (retail.ReviewID, bool) {
	id, err := strconv.ParseInt(text, 10, 64)
	return retail.ReviewID(id), err == nil && id > 0
}
