package nearby

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/tillstream/tillstream/retail"
)

// MapLink opens a store on somebody's map.
type MapLink struct {
	// Provider is amap, baidu, tencent, apple or google.
	Provider string
	// Coordinates is what the link's degrees are in.
	Coordinates retail.Coordinates
	URL         string
}

// MapLinks links to a store on five maps. All of them are given GCJ-02: Amap calls it gaode, Baidu takes it
// where coord_type says so, Tencent's coord_type 2 is it, and the street maps of mainland China that Apple
// and Google show are drawn in it. Outside of China it is the same as WGS 84.
func MapLinks(s *retail.Store) []MapLink {
	p := s.Given.GCJ02()
	if s.Given.System == 0 {
		p = s.Location.ToGCJ02()
	}
	lat, lon := degrees(p.Latitude), degrees(p.Longitude)
	link := func(provider, base string, pairs ...string) MapLink {
		q := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
		}
		// A plus for a blank is understood by forms only.
		text := strings.ReplaceAll(q.Encode(), "+", "%20")
		return MapLink{Provider: provider, Coordinates: retail.GCJ02, URL: base + "?" + text}
	}
	address := s.City + s.Address
	if address == "" {
		address = s.Name
	}
	// Tencent parts the properties of a marker by signs that a name must not hold.
	plain := strings.NewReplacer(";", " ", ":", " ", "|", " ")
	return []MapLink{
		link("amap", "https://uri.amap.com/marker", "position", lon+","+lat, "name", s.Name,
			"src", "tillstream", "coordinate", "gaode", "callnative", "1"),
		link("baidu", "https://api.map.baidu.com/marker", "location", lat+","+lon, "title", s.Name,
			"content", address, "output", "html", "coord_type", "gcj02", "src", "webapp.tillstream.stores"),
		link("tencent", "https://apis.map.qq.com/uri/v1/marker", "marker", "coord:"+lat+","+lon+
			";title:"+plain.Replace(s.Name)+";addr:"+plain.Replace(address), "coord_type", "2",
			"referer", "tillstream"),
		link("apple", "https://maps.apple.com/", "ll", lat+","+lon, "q", s.Name),
		link("google", "https://www.google.com/maps/search/", "api", "1", "query", lat+","+lon),
	}
}

func degrees(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }
