package api

import (
	"context"
	"strconv"

	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

type historyQuery struct {
	Code   string `path:"code" maxLength:"64" doc:"The chain's own member number." example:"M0000042"`
	Cursor string `query:"cursor" maxLength:"300" doc:"What next of the page before said."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Rows of one page."`
}

// history answers one page of what happened to a member, newest first.
func history[R, W any](ctx context.Context, a *API, name string, may staff.Action, q *historyQuery,
	read func(context.Context, retail.Scope, string, int64, int) ([]R, error),
	show func(*R) (id int64, shown W)) (*pageAnswer[W], error) {

	who := staff.From(ctx)
	if !who.May(may) {
		return nil, forbidden("The role " + string(who.Role) + " does not see that of members.")
	}
	list := name + "\x00" + q.Code
	before, problem := a.cursors.number(list, q.Cursor, 0)
	if problem != nil {
		return nil, problem
	}
	n := min(q.Limit, a.cfg.Limits.Page)
	found, err := read(ctx, memberScope(who), q.Code, before, n+1)
	if err != nil {
		return nil, a.memberRefused(err, q.Code)
	}
	page := &wire.Page[W]{Items: make([]W, 0, len(found))}
	last := int64(0)
	for i := range found[:min(n, len(found))] {
		id, shown := show(&found[i])
		last, page.Items = id, append(page.Items, shown)
	}
	if len(found) > n {
		page.Next = a.cursors.next(list, strconv.FormatInt(last, 10))
	}
	return &pageAnswer[W]{Body: page}, nil
}

func (a *API) listConsents(ctx context.Context, q *historyQuery) (*pageAnswer[wire.Consent], error) {
	return history(ctx, a, "consents", staff.ViewMembers, q, a.cfg.Members.Consents,
		func(c *member.Consent) (int64, wire.Consent) { return c.ID, consentView(c) })
}

func (a *API) listLooks(ctx context.Context, q *historyQuery) (*pageAnswer[wire.Look], error) {
	return history(ctx, a, "looks", staff.RevealMembers, q, a.cfg.Members.Looks,
		func(l *member.Look) (int64, wire.Look) { return l.ID, wire.Look{At: l.At, By: l.By} })
}
