package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/tillstream/tillstream/oltp/wire"
)

// Refresh trades a refresh token in, keeps the new token for further requests, and returns the session. It
// must not run beside other calls of the same Client.
func (c *Client) Refresh(ctx context.Context, token string) (*wire.Session, error) {
	return c.session(ctx, "/v1/session/refresh", &wire.Refresh{Refresh: token})
}

// ChangePassword replaces one's own password. All sessions of the account end; the Client goes on with the
// new one that is returned. It must not run beside other calls of the same Client.
func (c *Client) ChangePassword(ctx context.Context, old, password string) (*wire.Session, error) {
	return c.session(ctx, "/v1/session/password", &wire.NewPassword{Old: old, New: password})
}

func (c *Client) session(ctx context.Context, path string, body any) (*wire.Session, error) {
	session, err := post[wire.Session](ctx, c, path, body)
	if err == nil {
		c.Token = session.Token
	}
	return session, err
}

// Logout ends the session of the token.
func (c *Client) Logout(ctx context.Context) error {
	return c.do(ctx, send{method: http.MethodPost, path: "/v1/logout", body: &wire.Refresh{}})
}

// Who tells who is signed in, and which stores that one sees.
func (c *Client) Who(ctx context.Context) (*wire.Who, error) {
	return get[wire.Who](ctx, c, "/v1/session")
}

// PutStaff merges accounts by name, at most 100 at once. Its answer is as that of PlaceOrders.
func (c *Client) PutStaff(ctx context.Context, rows []wire.Account) ([]wire.Merged, error) {
	return put(ctx, c, "/v1/staff", rows, func(part []wire.Account) any {
		return &wire.Accounts{Staff: part}
	})
}

// Deactivate locks an account; its tokens stop working at once.
func (c *Client) Deactivate(ctx context.Context, name string) error {
	return c.do(ctx, send{method: http.MethodPost, path: "/v1/staff/" + url.PathEscape(name) + "/deactivate",
		body: &wire.Empty{}})
}

// RegisterMember registers a person by unionid; one who is a member already is answered as such.
func (c *Client) RegisterMember(ctx context.Context, r *wire.Registration) (*wire.MemberView, error) {
	return post[wire.MemberView](ctx, c, "/v1/members", r)
}

// Member shows a member, masked.
func (c *Client) Member(ctx context.Context, code string) (*wire.MemberView, error) {
	return get[wire.MemberView](ctx, c, memberPath(code, ""))
}

// FindMembers finds members by phone or by unionid.
func (c *Client) FindMembers(ctx context.Context, q wire.MemberQuery) ([]wire.MemberView, error) {
	found, err := post[wire.MembersFound](ctx, c, "/v1/members/find", q)
	if err != nil {
		return nil, err
	}
	return found.Members, nil
}

// ChangeMember changes what is known of a member; what is left out stays.
func (c *Client) ChangeMember(ctx context.Context, code string, m *wire.MemberChange) (*wire.MemberView,
	error) {
	view := &wire.MemberView{}
	return answer(view, c.do(ctx, send{method: http.MethodPatch, path: memberPath(code, ""), body: m,
		into: view}))
}

// Consent records what a member decided. The key makes it safe to record it again.
func (c *Client) Consent(ctx context.Context, key, code string, n *wire.NewConsent) (*wire.ConsentTaken,
	error) {
	taken := &wire.ConsentTaken{}
	return answer(taken, c.do(ctx, send{method: http.MethodPost, path: memberPath(code, "/consents"),
		key: key, body: n, into: taken}))
}

func memberPath(code, part string) string { return "/v1/members/" + url.PathEscape(code) + part }
