package world

import (
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/retail"
)

// furnish gives a store what its customers see of it. It hangs on the store's number, so that it needs
// no draw of its own. The longer hours are at the edges of the day, where the world places no orders.
func (s *Store) furnish(i int, p *place) {
	streets := [...]string{"中山路", "人民路", "解放路", "建设路", "和平路", "文化路", "新华路"}
	s.Address = fmt.Sprintf("%s区%s%d号", p.district, streets[i%len(streets)], 1+i*37%900)
	s.Phone = fmt.Sprintf("400-555-%04d", (i+1)%10_000)
	s.Services = retail.AllServices
	switch s.Format {
	case Convenience:
		s.RadiusMetres = 2_000
		s.Services = retail.ServicesOf(retail.CarryOut, retail.Pickup, retail.SameCity)
	case Supermarket:
		s.Hours = weekendHours(s.OpensMinute, s.ClosesMinute, 30)
	case Hypermarket:
		s.RadiusMetres = 5_000
		s.Hours = weekendHours(s.OpensMinute, s.ClosesMinute, 60)
	}
}

// weekendHours are open so many minutes longer from Friday to Sunday and on New Year's Eve.
func weekendHours(opens, closes, longer int) retail.Hours {
	week := make([][]retail.Span, 7)
	for d := range week {
		week[d] = []retail.Span{{Opens: opens, Closes: closes}}
		if slices.Contains([]int{0, 5, 6}, d) {
			week[d] = []retail.Span{{Opens: opens, Closes: closes + longer}}
		}
	}
	h := retail.Hours{Week: week}
	for year := 2025; year <= 2030; year++ {
		day, err := retail.ParseDay(fmt.Sprintf("%d-12-31", year))
		if err == nil {
			h.Special = append(h.Special,
				retail.SpecialDay{Day: day, Spans: []retail.Span{{Opens: opens, Closes: 1440 + longer}}})
		}
	}
	return h
}
