package console

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/warehouse/metric"
)

// MetricBrief describes one key figure.
type MetricBrief struct {
	Name    string `json:"name"`
	Unit    string `json:"unit" enum:"money,count,ratio,minutes,hours,days"`
	Owner   string `json:"owner" doc:"Who answers for the definition."`
	Meaning string `json:"meaning"`
	Formula string `json:"formula"`
}

type catalogueOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Metrics []MetricBrief `json:"metrics"`
	}
}

func (s *Server) catalogueOperation() huma.Operation {
	return huma.Operation{
		OperationID: "metrics-catalogue", Method: http.MethodGet, Path: "/v1/metrics-catalogue",
		Tags: []string{"figures"}, Summary: "What can be measured, and what each figure means",
	}
}

func (s *Server) catalogue(context.Context, *struct{}) (*catalogueOutput, error) {
	out := &catalogueOutput{CacheControl: "private, max-age=300"}
	for _, m := range metric.All() {
		out.Body.Metrics = append(out.Body.Metrics, MetricBrief{Name: m.Name, Unit: string(m.Unit),
			Owner: string(m.Owner), Meaning: m.Meaning, Formula: m.Formula()})
	}
	return out, nil
}
