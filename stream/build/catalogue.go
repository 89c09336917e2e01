package build

import (
	"encoding/json"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
)

func store(b *fact.Batch, p Place, m *event.StoreChanged) int {
	t := &b.Stores
	p.origin(&t.Origin, 0)
	t.ID = append(t.ID, m.StoreId)
	t.Version = append(t.Version, m.Version)
	t.Code = append(t.Code, m.Code)
	t.Name = append(t.Name, m.Name)
	t.NameEN = append(t.NameEN, m.NameEn)
	t.Region = append(t.Region, m.RegionId)
	t.RegionCode = append(t.RegionCode, m.RegionCode)
	t.RegionName = append(t.RegionName, m.RegionName)
	t.RegionNameEN = append(t.RegionNameEN, m.RegionNameEn)
	t.City = append(t.City, m.City)
	t.Latitude = append(t.Latitude, m.Latitude)
	t.Longitude = append(t.Longitude, m.Longitude)
	t.TimeZone = append(t.TimeZone, m.TimeZone)
	t.Opens = append(t.Opens, m.OpensMinute)
	t.Closes = append(t.Closes, m.ClosesMinute)
	t.Active = append(t.Active, m.Active)
	t.Simulated = append(t.Simulated, m.Simulated)
	return 1
}

func sku(b *fact.Batch, p Place, m *event.ProductChanged) int {
	t := &b.SKUs
	p.origin(&t.Origin, 0)
	t.ID = append(t.ID, m.SkuId)
	t.Version = append(t.Version, m.Version)
	t.Code = append(t.Code, m.Code)
	t.Name = append(t.Name, m.Name)
	t.NameEN = append(t.NameEN, m.NameEn)
	t.Category = append(t.Category, m.CategoryId)
	t.CategoryCode = append(t.CategoryCode, m.CategoryCode)
	t.CategoryName = append(t.CategoryName, m.CategoryName)
	t.CategoryNameEN = append(t.CategoryNameEN, m.CategoryNameEn)
	t.Brand = append(t.Brand, m.Brand)
	t.Style = append(t.Style, m.StyleId)
	t.StyleCode = append(t.StyleCode, m.StyleCode)
	t.Colour = append(t.Colour, m.Colour)
	t.Size = append(t.Size, m.Size)
	t.SizeSystem = append(t.SizeSystem, m.SizeSystem)
	t.SizeOrder = append(t.SizeOrder, m.SizeOrder)
	t.Season = append(t.Season, m.Season)
	tags(t, m.Tags)
	t.Price = append(t.Price, m.PriceFen)
	t.Cost = append(t.Cost, m.CostFen)
	t.Active = append(t.Active, m.Active)
	t.Simulated = append(t.Simulated, m.Simulated)
	return 1
}

// tags appends those of one SKU.
func tags(t *fact.SKUs, of []*event.ProductTag) {
	names, from, until := make([]string, len(of)), make([]int64, len(of)), make([]int64, len(of))
	for i, tag := range of {
		names[i], from[i], until[i] = tag.Tag, tag.FromUnixUs, tag.UntilUnixUs
	}
	t.Tags, t.TagsFrom, t.TagsUntil = append(t.Tags, names), append(t.TagsFrom, from),
		append(t.TagsUntil, until)
}

func campaign(b *fact.Batch, p Place, m *event.CampaignChanged) int {
	t := &b.Campaigns
	p.origin(&t.Origin, 0)
	t.ID = append(t.ID, m.CampaignId)
	t.Version = append(t.Version, m.Version)
	t.Code = append(t.Code, m.Code)
	t.Name = append(t.Name, m.Name)
	t.NameEN = append(t.NameEN, m.NameEn)
	t.Kind = append(t.Kind, m.Kind)
	t.FirstDay = append(t.FirstDay, m.FirstDay)
	t.LastDay = append(t.LastDay, m.LastDay)
	t.Simulated = append(t.Simulated, m.Simulated)
	return 1
}

// split is a variant of an experiment in the text of dim_experiment.
type split struct {
	Name   string  `json:"name"`
	Weight float64 `json:"weight"`
}

func experiment(b *fact.Batch, p Place, m *event.ExperimentChanged) int {
	t := &b.Experiments
	p.origin(&t.Origin, 0)
	t.ID = append(t.ID, m.ExperimentId)
	t.Version = append(t.Version, m.Version)
	t.Name = append(t.Name, m.Name)
	t.From = append(t.From, m.FromUnixUs)
	t.Until = append(t.Until, m.UntilUnixUs)
	t.Holdout = append(t.Holdout, m.Holdout)
	list := make([]split, len(m.Variants))
	for i, v := range m.Variants {
		list[i] = split{v.Name, v.Weight}
	}
	text, err := json.Marshal(list)
	if err != nil {
		text = []byte("[]") // a weight that is no number; the event says more than the table can
	}
	t.Variants = append(t.Variants, string(text))
	return 1
}
