package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

func (a *API) accountRoutes() {
	put := putRoute("staff", "A new account needs a password, which an existing one keeps. Whatever "+
		"changes voids every token of the account at once. The last HQ admin stays one.")
	put.Tags, put.may = []string{"staff"}, staff.ManageStaff
	handle(a, put, func(c *call, b *wire.Accounts) {
		merge(a, c, "staff", b.Staff, accountRow, a.putAccounts)
	})
	name := &huma.Param{Name: "name", In: "path", Required: true, Description: "Name of the account.",
		Example: "store-367", Schema: &huma.Schema{Type: huma.TypeString}}
	handle(a, route{
		Operation: huma.Operation{OperationID: "reset-password", Method: http.MethodPost,
			Path: "/v1/staff/{name}/password", Tags: []string{"staff"}, Summary: "Reset a password",
			Description: "All sessions of the account end.", Parameters: []*huma.Param{name},
			Errors: []int{http.StatusNotFound}},
		statuses: []int{204}, may: staff.ManageStaff,
	}, a.resetPassword)
	handle(a, route{
		Operation: huma.Operation{OperationID: "deactivate-account", Method: http.MethodPost,
			Path: "/v1/staff/{name}/deactivate", Tags: []string{"staff"}, Summary: "Deactivate an account",
			Description: "Its tokens stop working at once, on every instance. Doing it again is harmless. " +
				"The last HQ admin stays.",
			Parameters: []*huma.Param{name}, Errors: []int{http.StatusNotFound, http.StatusConflict}},
		statuses: []int{204}, may: staff.ManageStaff,
	}, a.deactivate)
	list(a, "staff", staff.ManageStaff,
		func(ctx context.Context, _ *staff.Principal, after string, n int) ([]staff.User, error) {
			return a.cfg.Staff.Users(ctx, after, n)
		}, func(_ *staff.Principal, u *staff.User) (string, wire.Account) {
			return u.Name, wire.Account{Name: u.Name, Role: string(u.Role), Stores: u.Stores,
				Regions: u.Regions, Inactive: u.Inactive, Version: u.Version}
		})
}

// newAccount is an account with the password that it shall have.
type newAccount struct {
	staff.User
	password string
}

func accountRow(t *translation, w *wire.Account) (string, newAccount) {
	if w.Password != "" {
		if err := staff.CheckPassword(w.Password); err != nil {
			t.fault(http.StatusUnprocessableEntity, "password", nil, err.(*staff.Fault).Reason)
		}
	}
	for i, code := range w.Stores {
		if _, _, known := t.look.Store(code); !known {
			t.fault(http.StatusUnprocessableEntity, "stores", w.Stores[i], "is not a known store")
		}
	}
	return w.Name, newAccount{staff.User{Name: w.Name, Role: staff.Role(w.Role), Stores: w.Stores,
		Regions: w.Regions, Inactive: w.Inactive}, w.Password}
}

func (a *API) putAccounts(ctx context.Context, rows []newAccount) ([]catalogue.Result, error) {
	users := make([]staff.User, len(rows))
	for i, r := range rows {
		users[i] = r.User
		if r.password == "" {
			continue
		}
		var err error
		if users[i].Hash, err = a.cfg.Desk.Hash(ctx, r.password); err != nil {
			return nil, err
		}
	}
	return a.cfg.Staff.PutStaff(ctx, users)
}

func (a *API) resetPassword(c *call, b *wire.NewPassword) {
	name := c.r.PathValue("name")
	if staff.CheckName(name) != nil {
		c.refuse(notFound("The account"))
		return
	}
	if err := a.cfg.Desk.ResetPassword(c.r.Context(), name, b.New); err != nil {
		c.refuse(a.turnedAway(err))
		return
	}
	c.w.WriteHeader(http.StatusNoContent)
}

func (a *API) deactivate(c *call, _ *wire.Empty) {
	name := c.r.PathValue("name")
	var u staff.User
	var found bool
	var err error
	if staff.CheckName(name) == nil {
		u, found, err = a.cfg.Staff.Account(c.r.Context(), name)
	}
	switch {
	case err != nil:
		c.refuse(a.outage(err, true))
		return
	case !found:
		c.refuse(notFound("The account"))
		return
	}
	u.Inactive, u.Hash = true, ""
	results, err := a.cfg.Staff.PutStaff(c.r.Context(), []staff.User{u})
	if err == nil {
		err = results[0].Err
	}
	var last *staff.LastAdmin
	switch {
	case errors.As(err, &last):
		c.refuse(lastAdmin(last, wire.Fault{Location: "path.name", Value: value(name),
			Reason: "is the last HQ admin"}))
	case err != nil:
		c.refuse(a.outage(err, true))
	default:
		c.w.WriteHeader(http.StatusNoContent)
	}
}

func lastAdmin(err *staff.LastAdmin, f wire.Fault) *wire.Problem {
	return conflict("last-admin", "The chain cannot do without its last HQ admin", err.Error()+".", f)
}
