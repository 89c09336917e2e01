package api

import (
	"context"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// maxRequestID bounds what is kept of an X-Request-Id, in bytes.
const maxRequestID = 64

// requestID is what is kept of an X-Request-Id: the printable part of ASCII.
func requestID(id string) string {
	return strings.Map(func(r rune) rune {
		if r < '!' || r > '~' {
			return -1
		}
		return r
	}, id[:min(len(id), maxRequestID)])
}

func (a *API) auditRoutes() {
	huma.Register(a.huma, huma.Operation{OperationID: "list-audit", Method: http.MethodGet,
		Path: "/v1/audit", Tags: []string{"staff"}, Summary: "Show who changed what",
		Description: "The newest first, a page at a time: changes of what people edit, stock that they " +
			"moved by hand, and looks at everything personal of a member. Whoever is bound to stores " +
			"sees what was changed about those stores. Send X-Request-Id with a change to find it here.",
		Responses: a.reads(reflect.TypeFor[wire.Page[wire.AuditEntry]]()),
	}, a.listAudit)
}

type auditQuery struct {
	Thing string `query:"thing" maxLength:"64" doc:"Kind of what changed." example:"store"`
	Key   string `query:"key" maxLength:"129" doc:"Its code or number." example:"367"`
	Actor string `query:"actor" maxLength:"64" doc:"Who changed it." example:"hq"`
	Store string `query:"store" maxLength:"64" doc:"Code of the store that it is about." example:"367"`
	// The rest is a pageQuery, which huma cannot fill as an embedded type of this package's own.
	Cursor string `query:"cursor" maxLength:"200" doc:"What next of the page before said."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Rows of one page."`
}

func (q *auditQuery) sound() *wire.Problem {
	for name, text := range map[string]string{"thing": q.Thing, "key": q.Key, "actor": q.Actor} {
		if strings.ContainsRune(text, 0) || strings.ToValidUTF8(text, "") != text {
			return invalid(wire.Fault{Location: "query." + name, Reason: "is not text"})
		}
	}
	return nil
}

func (a *API) listAudit(ctx context.Context, q *auditQuery) (*pageAnswer[wire.AuditEntry], error) {
	who := staff.From(ctx)
	if !who.May(staff.ReadAudit) {
		return nil, forbidden("The role " + string(who.Role) + " does not read the audit trail.")
	}
	if problem := q.sound(); problem != nil {
		return nil, problem
	}
	below, problem := a.cursors.number("audit", q.Cursor, math.MaxInt64)
	if problem != nil {
		return nil, problem
	}
	t := staff.Trail{Below: below, Thing: q.Thing, Key: q.Key, Actor: q.Actor}
	if q.Store != "" {
		id, _, known := a.cfg.Lookup.Store(q.Store)
		if !known || !who.Scope.Sees(id) {
			return nil, notFound("Store " + q.Store)
		}
		t.Store = id
	}
	n := min(q.Limit, a.cfg.Limits.Page)
	t.Limit = n + 1
	rows, err := a.cfg.Staff.Audit(ctx, who.Scope, t)
	if err != nil {
		return nil, a.outage(err, true)
	}
	page := &wire.Page[wire.AuditEntry]{Items: make([]wire.AuditEntry, 0, min(n, len(rows)))}
	for i := range rows[:min(n, len(rows))] {
		page.Items = append(page.Items, a.audited(&rows[i]))
	}
	if len(rows) > n {
		page.Next = a.cursors.next("audit", strconv.FormatInt(rows[n-1].ID, 10))
	}
	return &pageAnswer[wire.AuditEntry]{Body: page}, nil
}

func (a *API) audited(e *staff.Entry) wire.AuditEntry {
	w := wire.AuditEntry{ID: e.ID, At: e.At.UTC(), Actor: e.Actor, Request: e.Request, Action: e.Action,
		Thing: e.Thing, Key: e.Key, Before: e.Before, After: e.After}
	if e.Store != 0 {
		w.Store = a.storeCode(e.Store)
	}
	return w
}
