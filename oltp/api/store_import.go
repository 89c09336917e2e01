package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/sheet"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

const (
	typeCSV  = "text/csv"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	// maxImports bounds the spreadsheets that are read at the same time: each may cost some 100 MB.
	maxImports = 2
)

func (a *API) importRoute() {
	binary := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	op := huma.Operation{OperationID: "import-stores", Method: http.MethodPost,
		Path: "/v1/stores/import", Tags: []string{"catalogue"},
		Summary: "Import stores from a spreadsheet",
		Description: "Takes CSV (UTF-8, UTF-16 or GBK/GB18030, separated by commas, semicolons or tabs) or " +
			"XLSX (its first sheet), at most " + strconv.Itoa(catalogue.MaxBulk) + " rows. The first row " +
			"names the columns, in any order: " + columnNames() + ". Rows are merged by code; a column " +
			"that is absent leaves its field, a blank cell sets the default. Each row succeeds or fails " +
			"alone; importing a file again changes nothing. Whoever runs regions changes the stores of " +
			"these, and opens stores in them. With dry_run=true nothing is changed, and the report is " +
			"the one that the import would give.",
		Parameters: []*huma.Param{{Name: "dry_run", In: "query",
			Schema: &huma.Schema{Type: huma.TypeBoolean}, Description: "True to change nothing."}},
		RequestBody: &huma.RequestBody{Required: true,
			Description: fmt.Sprintf("At most %d bytes.", a.cfg.Limits.BulkBytes),
			Content: map[string]*huma.MediaType{typeCSV: binary, typeXLSX: binary,
				"application/octet-stream": binary,
				"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject,
					Properties: map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary",
						Description: "The spreadsheet."}}}}}},
		Errors: []int{400, 401, 403, 408, 413, 415, 422, 429, 503}}
	a.returns(&op, reflect.TypeFor[wire.ImportReport](), http.StatusOK)
	a.openapi.AddOperation(&op)
	busy := make(chan struct{}, maxImports)
	a.mux.HandleFunc("POST /v1/stores/import", func(w http.ResponseWriter, r *http.Request) {
		c := &call{w: w, r: r, who: staff.From(r.Context())}
		select {
		case busy <- struct{}{}:
			defer func() { <-busy }()
		default:
			c.refuse(unavailable("The service is busy",
				"Nothing was imported: other spreadsheets are being read.", retryBusyS))
			return
		}
		report, problem := a.importStores(c)
		if problem != nil {
			c.refuse(problem)
			return
		}
		c.reply(http.StatusOK, report)
	})
}

// importStores reads a spreadsheet and merges its rows, or rehearses that.
func (a *API) importStores(c *call) (*wire.ImportReport, *wire.Problem) {
	if !c.who.May(staff.EditStores) {
		return nil, forbidden(fmt.Sprintf("The role %s does not cover this.", c.who.Role))
	}
	dry, problem := dryRun(c.r.URL.Query())
	if problem != nil {
		return nil, problem
	}
	data, problem := upload(c, a.cfg.Limits.BulkBytes)
	if problem != nil {
		return nil, problem
	}
	table, err := sheet.Read(data, sheet.Limits{Rows: catalogue.MaxBulk})
	if err != nil {
		return nil, invalid(wire.Fault{Location: "file", Reason: err.Error()})
	}
	at, faults := layout(table.Header)
	if len(faults) > 0 {
		return nil, invalid(faults...)
	}
	if problem := a.admit(c, len(table.Rows)); problem != nil {
		return nil, problem
	}
	report := &wire.ImportReport{DryRun: dry, Format: table.Format, Encoding: table.Encoding,
		Rows: len(table.Rows), Report: make([]wire.ImportRow, len(table.Rows))}
	rows, indexes, problem := a.storesOf(c, table, at, report.Report)
	if problem != nil {
		return nil, problem
	}
	put := a.cfg.Editor.PutStores
	if dry {
		put = a.cfg.Editor.RehearseStores
	}
	if problem := a.putRows(c.r.Context(), put, rows, indexes, report.Report); problem != nil {
		return nil, problem
	}
	count(report)
	return report, nil
}

// storesOf translates the rows of a table. Rows that cannot be translated are told in the report.
func (a *API) storesOf(c *call, table *sheet.Table, at map[string]int, report []wire.ImportRow) (
	rows []retail.Store, indexes []int, problem *wire.Problem) {
	known := &codes{}
	for i := range table.Rows {
		known.add(table.Rows[i].Cell(at["code"]), "")
	}
	if problem := a.prefetch(c.r.Context(), known); problem != nil {
		return nil, nil, problem
	}
	columns := storeColumns()
	for i := range table.Rows {
		row := &table.Rows[i]
		out := &report[i]
		out.Line, out.Code = row.Line, row.Cell(at["code"])
		if row.Fault != "" {
			refuseRow(out, "", "", row.Fault)
			continue
		}
		w := a.storeNow(out.Code)
		for _, column := range columns {
			k, present := at[column.name]
			if !present {
				continue
			}
			if reason := column.read(&w, row.Cell(k)); reason != "" {
				refuseRow(out, column.name, row.Cell(k), reason)
			}
		}
		t := translation{look: a.cfg.Lookup, who: c.who}
		_, store := storeRow(&t, &w)
		for _, f := range t.faults {
			field := strings.TrimPrefix(f.Location, "body.")
			refuseRow(out, field, row.Cell(columnAt(at, field)), f.Reason)
		}
		if out.Reason == "" {
			rows, indexes = append(rows, store), append(indexes, i)
		}
	}
	return rows, indexes, nil
}

// storeNow is the store as it stands, on which the cells of a row are laid.
func (a *API) storeNow(code string) wire.Store {
	if id, _, known := a.cfg.Lookup.Store(code); known {
		if s, found := a.cfg.Lookup.StoreByID(id); found {
			_, w := storeShown(nil, &s.Store)
			return w
		}
	}
	return wire.Store{}
}

// refuseRow tells why a row is refused; the first reason stands in the row itself.
func refuseRow(out *wire.ImportRow, field, found, reason string) {
	if out.Outcome = catalogue.Refused.String(); out.Reason != "" {
		out.More = append(out.More, wire.ImportFault{Field: field, Value: shortened(found), Reason: reason})
		return
	}
	out.Field, out.Value, out.Reason = field, shortened(found), reason
}

// shortened cuts a cell to what a report shows of it.
func shortened(text string) string {
	const longest = 100
	if len(text) <= longest {
		return text
	}
	return strings.ToValidUTF8(text[:longest], "") + "…"
}

func columnAt(at map[string]int, field string) int {
	if k, found := at[field]; found {
		return k
	}
	return -1
}

// putRows merges or rehearses the sound rows and tells their outcomes.
func (a *API) putRows(ctx context.Context,
	put func(context.Context, []retail.Store) ([]catalogue.Result, error), rows []retail.Store,
	indexes []int, report []wire.ImportRow) *wire.Problem {
	if len(rows) == 0 {
		return nil
	}
	results, err := put(ctx, rows)
	if err != nil {
		return a.outage(err, true)
	}
	for k, res := range results {
		out := &report[indexes[k]]
		if out.Outcome = res.Outcome.String(); res.Err == nil {
			continue
		}
		var bad *catalogue.Invalid
		if !errors.As(res.Err, &bad) {
			return a.outage(res.Err, true)
		}
		refuseRow(out, bad.Field, bad.Value, bad.Reason)
	}
	return nil
}

func count(r *wire.ImportReport) {
	for i := range r.Report {
		switch r.Report[i].Outcome {
		case catalogue.Created.String():
			r.Created++
		case catalogue.Updated.String():
			r.Updated++
		case catalogue.Unchanged.String():
			r.Unchanged++
		default:
			r.Refused++
		}
	}
}

// dryRun reads the query, in which nothing else may stand.
func dryRun(q url.Values) (bool, *wire.Problem) {
	for name := range q {
		if name != "dry_run" {
			return false, invalid(wire.Fault{Location: "query." + name, Reason: "unknown query parameter"})
		}
	}
	text := q.Get("dry_run")
	if text == "" {
		return false, nil
	}
	dry, err := strconv.ParseBool(text)
	if err != nil {
		return false, invalid(wire.Fault{Location: "query.dry_run", Value: value(text),
			Reason: "must be true or false"})
	}
	return dry, nil
}

// upload reads the file of a request: the body itself, or the first file of a form.
func upload(c *call, limit int64) ([]byte, *wire.Problem) {
	if c.r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	kind := c.r.Header.Get("Content-Type")
	media, _, err := mime.ParseMediaType(kind)
	if kind != "" && err != nil {
		return nil, unsupported("header.Content-Type", kind, "cannot be understood")
	}
	if coding := c.r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return nil, unsupported("header.Content-Encoding", coding, "must be identity")
	}
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, limit)
	body := io.Reader(c.r.Body)
	switch media {
	case "", typeCSV, typeXLSX, "application/octet-stream", "text/plain", "application/vnd.ms-excel":
	case "multipart/form-data":
		var problem *wire.Problem
		if body, problem = firstFile(c.r, limit); problem != nil {
			return nil, problem
		}
	default:
		return nil, unsupported("header.Content-Type", kind,
			"must be "+typeCSV+", "+typeXLSX+" or multipart/form-data")
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, unreadable(err, limit)
	}
	return data, nil
}

func firstFile(r *http.Request, limit int64) (io.Reader, *wire.Problem) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, unreadable(err, limit)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, invalid(wire.Fault{Location: "body.file", Reason: "is missing: the form has no file"})
		}
		if err != nil {
			return nil, unreadable(err, limit)
		}
		if part.FileName() != "" || part.FormName() == "file" {
			return part, nil
		}
	}
}
