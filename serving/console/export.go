package console

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// exportTypes are the media types of the formats.
func exportType(format string) string {
	if format == "parquet" {
		return "application/vnd.apache.parquet"
	}
	return "text/csv; charset=utf-8"
}

type exportInput struct {
	Question
	Format string `query:"format" enum:"csv,parquet" default:"csv"`
}

func (s *Server) exportOperation() huma.Operation {
	file := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	return huma.Operation{
		OperationID: "export-kpis", Method: http.MethodGet, Path: "/v1/kpis/export",
		Tags: []string{"figures"}, Summary: "The same figures as a CSV or Parquet file",
		Responses: map[string]*huma.Response{"200": {Description: "The file.",
			Content: map[string]*huma.MediaType{"text/csv": {Schema: file},
				"application/vnd.apache.parquet": {Schema: file}}}},
	}
}

func (s *Server) export(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
	release, err := s.slot()
	if err != nil {
		return nil, err
	}
	who := principal(ctx)
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		defer release()
		_, w := humago.Unwrap(hctx)
		ctx, cancel := context.WithTimeout(ctx, s.cfg.ExportTimeout)
		defer cancel()
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.cfg.ExportTimeout))
		late := &lateWriter{w: w, format: in.Format}
		err := s.cfg.KPIs.Export(ctx, who.Scope, in.query(), in.Format, late)
		switch {
		case err == nil:
			late.begin()
		case late.begun:
			// Half a file has gone out: the client must see a broken transfer, not a short file.
			s.cfg.Logger.Warn("export broke off", "user", who.User, "error", err)
			panic(http.ErrAbortHandler)
		default:
			s.cfg.refusal(err).write(w)
		}
	}}, nil
}

// lateWriter sends the headers with the first bytes, so that an error before them is a problem.
type lateWriter struct {
	w      http.ResponseWriter
	format string
	begun  bool
}

func (l *lateWriter) begin() {
	if l.begun {
		return
	}
	l.begun = true
	l.w.Header().Set("Content-Type", exportType(l.format))
	l.w.Header().Set("Content-Disposition", `attachment; filename="tillstream-kpis.`+l.format+`"`)
	l.w.Header().Set("Cache-Control", "no-store")
	l.w.WriteHeader(http.StatusOK)
}

// Write passes bytes on.
func (l *lateWriter) Write(b []byte) (int, error) {
	l.begin()
	n, err := l.w.Write(b)
	if err != nil {
		return n, errors.Join(errClientGone, err)
	}
	return n, nil
}

var errClientGone = errors.New("the client went away")
