package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"reflect"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/oltp/wire/scan"
)

// body is a body of oltp/wire.
type body[T any] interface {
	*T
	Read(*scan.Reader, wire.Bounds)
}

// call is one request whose body was read.
type call struct {
	w http.ResponseWriter
	r *http.Request
	// who makes the request; nil on open routes.
	who *staff.Principal
	// faults are those of rows, by row. Faults that concern the whole body never reach a handler.
	faults map[int][]wire.Fault
}

// route is an operation with a body.
type route struct {
	huma.Operation
	// answer is the body of a success, statuses what it is answered with.
	answer   reflect.Type
	statuses []int
	// list is the field that holds the rows of a bulk, "" for a single request.
	list string
	// may is what the principal's role must cover, unless the route is for anyone.
	may staff.Action
	// open needs no principal, anyone any one.
	open, anyone bool
}

// handle registers an operation whose body is a T: it is documented through huma, bounded, read and
// checked here, and served once it is sound.
func handle[T any, B body[T]](a *API, op route, serve func(*call, B)) {
	limit := a.cfg.Limits.BodyBytes
	if op.list != "" {
		limit = a.cfg.Limits.BulkBytes
	}
	a.documentBody(&op, reflect.TypeFor[T](), limit)
	bounds := wire.Bounds{Rows: a.cfg.Limits.Rows, Lines: a.cfg.Limits.Lines}
	a.mux.HandleFunc(op.Method+" "+op.Path, func(w http.ResponseWriter, r *http.Request) {
		c := &call{w: w, r: r, who: staff.From(r.Context())}
		if !op.open && !op.anyone && !c.who.May(op.may) {
			c.refuse(forbidden(fmt.Sprintf("The role %s does not cover this.", c.who.Role)))
			return
		}
		var b T
		if problem := a.read(c, limit, op.list, B(&b), bounds); problem != nil {
			c.refuse(problem)
			return
		}
		serve(c, &b)
	})
}

// documentBody adds the operation to the OpenAPI document.
func (a *API) documentBody(op *route, t reflect.Type, limit int64) {
	op.RequestBody = &huma.RequestBody{Required: true,
		Description: fmt.Sprintf("At most %d bytes.", limit),
		Content:     map[string]*huma.MediaType{"application/json": {Schema: a.schema(t)}}}
	op.Errors = append(op.Errors, 400, 408, 413, 415, 422, 429, 503)
	if op.open {
		op.Security = []map[string][]string{}
	} else {
		op.Errors = append(op.Errors, 401, 403)
	}
	a.returns(&op.Operation, op.answer, op.statuses...)
	a.openapi.AddOperation(&op.Operation)
}

// read reads the body of a request into b.
func (a *API) read(c *call, limit int64, list string, b interface {
	Read(*scan.Reader, wire.Bounds)
}, bounds wire.Bounds) *wire.Problem {
	if problem := acceptable(c.r, limit); problem != nil {
		return problem
	}
	buf := a.buffers.get()
	defer a.buffers.put(buf)
	if c.r.ContentLength > 0 {
		buf.Grow(int(c.r.ContentLength) + bytes.MinRead)
	}
	if _, err := buf.ReadFrom(http.MaxBytesReader(c.w, c.r.Body, limit)); err != nil {
		return unreadable(err, limit)
	}
	r := scan.New(buf.Bytes())
	b.Read(r, bounds)
	r.End()
	if r.OK() {
		return nil
	}
	return c.sort(r, list)
}

// sort keeps the faults of rows for their rows, and makes a problem of those of the whole body.
func (c *call) sort(r *scan.Reader, list string) *wire.Problem {
	var whole []wire.Fault
	for _, f := range r.Faults() {
		fault := wire.Fault{Location: "body", Reason: f.Reason}
		if f.Path != "" {
			fault.Location += "." + f.Path
		}
		if f.Value != "" {
			fault.Value = shown(f.Value)
		}
		if f.Row < 0 || list == "" {
			whole = append(whole, fault)
			continue
		}
		if c.faults == nil {
			c.faults = map[int][]wire.Fault{}
		}
		c.faults[f.Row] = append(c.faults[f.Row], fault)
	}
	switch {
	case r.Broken():
		p := invalid(whole[len(whole)-1])
		p.Type, p.Title, p.Status = "/problems/malformed", "The body cannot be read as JSON", 400
		return p
	case len(whole) > 0:
		return invalid(whole...)
	}
	return nil
}

// acceptable refuses what need not be read.
func acceptable(r *http.Request, limit int64) *wire.Problem {
	if r.ContentLength > limit {
		return tooLarge(limit)
	}
	kind := r.Header.Get("Content-Type")
	media, _, err := mime.ParseMediaType(kind)
	if kind != "" && (err != nil || media != "application/json") {
		return unsupported("header.Content-Type", kind, "must be application/json")
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return unsupported("header.Content-Encoding", coding, "must be identity")
	}
	return nil
}

func unsupported(header, found, reason string) *wire.Problem {
	return &wire.Problem{Type: "/problems/unsupported", Title: "The body's form is not understood",
		Status: http.StatusUnsupportedMediaType,
		Errors: []wire.Fault{{Location: header, Value: value(found), Reason: reason}}}
}

func tooLarge(limit int64) *wire.Problem {
	return &wire.Problem{Type: "/problems/too-large", Title: "The body is too large",
		Status: http.StatusRequestEntityTooLarge,
		Detail: fmt.Sprintf("At most %d bytes are taken; send more in several requests.", limit)}
}

func unreadable(err error, limit int64) *wire.Problem {
	var large *http.MaxBytesError
	var timeout net.Error
	switch {
	case errors.As(err, &large):
		return tooLarge(limit)
	case errors.As(err, &timeout) && timeout.Timeout():
		return &wire.Problem{Type: "/problems/slow", Title: "The body took too long to arrive",
			Status: http.StatusRequestTimeout}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &wire.Problem{Type: "/problems/malformed", Title: "The body ended early",
			Status: http.StatusBadRequest}
	}
	return &wire.Problem{Type: "/problems/malformed", Title: "The body cannot be read",
		Status: http.StatusBadRequest, Detail: err.Error()}
}

// buffers keeps the buffers of bodies for further requests.
type buffers struct{ pool sync.Pool }

// maxKept bounds the size of a buffer that is kept, in bytes.
const maxKept = 1 << 20

func (b *buffers) get() *bytes.Buffer {
	if buf, ok := b.pool.Get().(*bytes.Buffer); ok {
		return buf
	}
	return &bytes.Buffer{}
}

func (b *buffers) put(buf *bytes.Buffer) {
	if buf.Cap() <= maxKept {
		buf.Reset()
		b.pool.Put(buf)
	}
}
