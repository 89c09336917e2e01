package world

import (
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tillstream/tillstream/retail"
)

//go:embed data/*.csv
var tables embed.FS

// place is a district with room for a store, at its real coordinates.
type place struct {
	region              [3]string // code, zh, en
	cityCode, city      string
	cityEN              string
	district, districtE string
	point               retail.Point
}

// kind is a category of goods.
type kind struct {
	code, zh, en string
	// low and high bound the prices, in units of currency.
	low, high float64
	// margin is the share of the price that is not cost, share the category's part of demand.
	margin, share float64
	reviewDays    int
	// elasticity e answers a price change by price^-e; summer is the swing of demand over the year.
	elasticity, summer float64
	variants, items    [][2]string
}

func readTable(name string) ([][]string, error) {
	f, err := tables.Open("data/" + name + ".csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("cannot read built-in table %s: %w", name, err)
	}
	return rows[1:], nil
}

func readPlaces() ([]place, error) {
	rows, err := readTable("places")
	if err != nil {
		return nil, err
	}
	out := make([]place, len(rows))
	for i, r := range rows {
		v, err := floats(r[8:10])
		if err != nil {
			return nil, err
		}
		out[i] = place{region: [3]string{r[0], r[1], r[2]}, cityCode: r[3], city: r[4], cityEN: r[5],
			district: r[6], districtE: r[7], point: retail.Point{Latitude: v[0], Longitude: v[1]}}
	}
	return out, nil
}

func readKinds() ([]kind, error) {
	rows, err := readTable("categories")
	if err != nil {
		return nil, err
	}
	out := make([]kind, len(rows))
	for i, r := range rows {
		v, err := floats(r[3:10])
		if err != nil {
			return nil, err
		}
		out[i] = kind{code: r[0], zh: r[1], en: r[2], low: v[0], high: v[1], margin: v[2],
			share: v[3], reviewDays: int(v[4]), elasticity: v[5], summer: v[6],
			variants: pairs(r[10]), items: pairs(r[11])}
	}
	return out, nil
}

func floats(fields []string) ([]float64, error) {
	out := make([]float64, len(fields))
	for i, f := range fields {
		var err error
		if out[i], err = strconv.ParseFloat(f, 64); err != nil {
			return nil, fmt.Errorf("cannot read built-in table: %w", err)
		}
	}
	return out, nil
}

// pairs reads "甲:A/乙:B"; a part without a colon stands for both languages.
func pairs(s string) [][2]string {
	var out [][2]string
	for part := range strings.SplitSeq(s, "/") {
		zh, en, found := strings.Cut(part, ":")
		if !found {
			en = zh
		}
		out = append(out, [2]string{zh, en})
	}
	return out
}

func kindIndex(kinds []kind, code string) int {
	return slices.IndexFunc(kinds, func(k kind) bool { return k.code == code })
}
