package console

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/warehouse"
)

// Question is the part of a request that says what is asked.
type Question struct {
	Metrics []string `query:"metrics" required:"true" doc:"Names from /v1/metrics-catalogue." example:"net_sales,orders"`
	By      []string `query:"by" doc:"At most three of store, region, city, category, brand, sku, channel, campaign, minute, hour, day, week, month." example:"store"`
	From    string   `query:"from" doc:"First business day (2017-01-01) or instant (RFC 3339). Without from and to: today."`
	To      string   `query:"to" doc:"The first day or instant that is no longer included."`
	Grain   string   `query:"grain" doc:"Adds a time bucket: minute, hour, day, week or month."`
	Compare string   `query:"compare" doc:"previous, weekday, weekday-year, year, lunar-year or promotion: adds <metric>__compare and <metric>__change, and says in compared which days were meant."`
	Sort    string   `query:"sort" doc:"A column to order by, descending after a minus sign." example:"-net_sales"`
	Limit   int      `query:"limit" minimum:"0" doc:"The largest number of rows."`
	Names   bool     `query:"names" doc:"Adds name columns for store, region, category, sku and campaign."`
	Filters
}

// Filters narrow what is asked; what is named in several of them must hold in all.
type Filters struct {
	Stores     []string `query:"stores" doc:"Store codes to narrow the answer to."`
	Regions    []string `query:"regions" doc:"Codes of regions."`
	Cities     []string `query:"cities" doc:"Names of cities."`
	Categories []string `query:"categories" doc:"Codes of categories."`
	Brands     []string `query:"brands" doc:"Names of brands."`
	SKUs       []string `query:"skus" doc:"Codes of SKUs."`
	Channels   []string `query:"channels" doc:"till, mini_program, web or phone."`
	Campaigns  []string `query:"campaigns" doc:"Codes of campaigns."`
	Hours      []string `query:"hours" doc:"Hours of the day at the stores, 0 to 23."`
}

func (q *Question) query() warehouse.Query {
	return warehouse.Query{Metrics: filled(q.Metrics), By: filled(q.By), From: q.From, To: q.To,
		Grain: q.Grain, Compare: q.Compare, Sort: q.Sort, Limit: q.Limit, Names: q.Names,
		Stores: filled(q.Stores), Regions: filled(q.Regions), Cities: filled(q.Cities),
		Categories: filled(q.Categories), Brands: filled(q.Brands), SKUs: filled(q.SKUs),
		Channels: filled(q.Channels), Campaigns: filled(q.Campaigns), Hours: filled(q.Hours)}
}

// filled drops the empty texts that "by=" and trailing commas leave.
func filled(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

type tableOutput struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	AsOf         string `header:"X-As-Of"`
	Body         []byte
}

func (s *Server) kpis(ctx context.Context, in *struct{ Question }) (*tableOutput, error) {
	who := principal(ctx)
	a, err := s.answers.find(ctx, who.Scope, in.query())
	if err != nil {
		return nil, err
	}
	return &tableOutput{ContentType: "application/json", CacheControl: "private, no-cache",
		AsOf: a.asOf, Body: a.body}, nil
}

func (s *Server) kpiOperation() huma.Operation {
	return huma.Operation{
		OperationID: "kpis", Method: http.MethodGet, Path: "/v1/kpis", Tags: []string{"figures"},
		Summary: "Key figures by store, goods and time",
		Description: "Rows are objects keyed by dimension and metric. Money is a decimal number with two " +
			"places, counts are integers, ratios numbers; an undefined metric is null.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The figures.",
			Content:     map[string]*huma.MediaType{"application/json": {Schema: tableSchema()}},
		}},
	}
}

func tableSchema() *huma.Schema {
	column := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
		"name": {Type: huma.TypeString},
		"unit": {Type: huma.TypeString,
			Description: "money, count, ratio, code, name, hour, day or time"},
		"dimension": {Type: huma.TypeBoolean},
	}}
	text := &huma.Schema{Type: huma.TypeString}
	compared := &huma.Schema{Type: huma.TypeObject,
		Description: "Which days were compared: from is included, to is not.",
		Properties: map[string]*huma.Schema{"with": text, "from": text, "to": text,
			"compare_from": text, "compare_to": text, "anchor": {Type: huma.TypeString,
				Description: "The festival or the two campaigns that were laid upon each other."}}}
	return &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
		"compared":  compared,
		"columns":   {Type: huma.TypeArray, Items: column},
		"rows":      {Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeObject}},
		"as_of":     {Type: huma.TypeString, Format: "date-time"},
		"truncated": {Type: huma.TypeBoolean},
	}, Required: []string{"columns", "rows", "as_of", "truncated"}}
}

// slot takes one of the places for queries; the caller gives it back by calling release.
func (s *Server) slot() (release func(), err error) {
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, nil
	default:
		return nil, newProblem(http.StatusServiceUnavailable,
			"more than "+strconv.Itoa(s.cfg.MaxQueries)+" queries are running: try again in a moment")
	}
}
