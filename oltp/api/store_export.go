package api

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/sheet"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

type exportQuery struct {
	Format string `query:"format" enum:"csv,xlsx" default:"csv" doc:"Form of the file."`
}

type exportAnswer struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (a *API) exportRoute() {
	binary := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	op := huma.Operation{OperationID: "export-stores", Method: http.MethodGet,
		Path: "/v1/stores/export", Tags: []string{"catalogue"}, Summary: "Export stores as a spreadsheet",
		Description: "All stores that may be seen, in ascending order of code, with the columns that an " +
			"import understands: importing the file unchanged changes nothing.",
		Errors: []int{401, 403, 422, 429, 503}}
	a.returns(&op, nil, http.StatusOK)
	op.Responses["200"].Content = map[string]*huma.MediaType{typeCSV: binary, typeXLSX: binary}
	huma.Register(a.huma, op, func(ctx context.Context, q *exportQuery) (*exportAnswer, error) {
		who := staff.From(ctx)
		if !who.May(staff.ReadCatalogue) {
			return nil, forbidden("The role " + string(who.Role) + " does not list stores.")
		}
		header, rows, err := a.storeTable(ctx, who)
		if err != nil {
			return nil, a.outage(err, true)
		}
		var file bytes.Buffer
		out := &exportAnswer{ContentType: typeCSV + "; charset=utf-8"}
		if q.Format == "xlsx" {
			out.ContentType = typeXLSX
			err = sheet.WriteXLSX(&file, "stores", header, rows)
		} else {
			err = sheet.WriteCSV(&file, header, rows)
		}
		if err != nil {
			return nil, a.outage(err, true)
		}
		out.Disposition = `attachment; filename="stores.` + q.Format + `"`
		out.Body = file.Bytes()
		return out, nil
	})
}

// storeTable reads all stores of a scope, a page at a time.
func (a *API) storeTable(ctx context.Context, who *staff.Principal) (header []string, rows [][]sheet.Cell,
	err error) {
	columns := storeColumns()
	for _, c := range columns {
		header = append(header, c.name)
	}
	for after, more := "", true; more; {
		var page []retail.Store
		if page, err = a.cfg.Lister.Stores(ctx, who.Scope, after, a.cfg.Limits.Page); err != nil {
			return nil, nil, err
		}
		for i := range page {
			_, w := storeShown(who, &page[i])
			cells := make([]sheet.Cell, len(columns))
			for k, c := range columns {
				cells[k] = c.show(&w)
			}
			rows, after = append(rows, cells), page[i].Code
		}
		more = len(page) == a.cfg.Limits.Page
	}
	return header, rows, nil
}
