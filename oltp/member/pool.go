package member

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/retail"
)

// Config says what a Pool needs.
type Config struct {
	// Book stores the members. Required.
	Book Book
	// Vault seals what is personal. Required.
	Vault *vault.Vault
	// Key keys the hashes by which members are looked up. Required.
	Key []byte
	// MaxFound bounds the members that one phone number finds. Default 20.
	MaxFound int
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Pool is the chain's members.
type Pool struct{ cfg Config }

// New returns a pool.
func New(cfg Config) *Pool {
	if cfg.MaxFound <= 0 {
		cfg.MaxFound = 20
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Pool{cfg}
}

// Register makes a member of a person. Whoever is registered under the unionid already is returned as it
// is, and nothing changes: then created is false.
func (p *Pool) Register(ctx context.Context, r *Registration) (m *Member, created bool, err error) {
	now := p.cfg.Now()
	if err := p.checkRegistration(r, now); err != nil {
		return nil, false, err
	}
	hash := UnionHash(p.cfg.Key, r.UnionID)
	for attempt := 0; ; attempt++ {
		row, err := p.cfg.Book.ByUnion(ctx, retail.HQScope(), hash)
		if err == nil {
			return p.masked(ctx, row)
		}
		if !errors.Is(err, ErrNotFound) {
			return nil, false, err
		}
		code, err := p.add(ctx, r, hash, now)
		var taken *Taken
		// Somebody else registered the same person, or drew the same code, meanwhile.
		if errors.As(err, &taken) && (taken.Field == "unionid" || r.Code == "") && attempt < 3 {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		m, err := p.Show(ctx, retail.HQScope(), code)
		return m, true, err
	}
}

func (p *Pool) checkRegistration(r *Registration, now time.Time) error {
	var c check
	c.unionID(r.UnionID)
	checkCode(&c, r.Code)
	c.person(&r.Person, now)
	for i := range r.Consents {
		before := c.err
		if c.consent(&r.Consents[i], now); c.err != before {
			var bad *Invalid
			if errors.As(c.err, &bad) {
				c.err = &Invalid{fmt.Sprintf("consents[%d].%s", i, bad.Field), bad.Reason}
			}
		}
	}
	if c.err == nil && r.Body != (Body{}) && !granted(r.Consents, BodyData) {
		c.err = &Invalid{"body", "needs a consent to " + BodyData.String()}
	}
	return c.err
}

func granted(consents []Consent, p Purpose) bool {
	ok := false
	for _, c := range consents {
		if c.Purpose == p {
			ok = c.Granted
		}
	}
	return ok
}

// add stores a new member and returns its code. A key that was made in vain is destroyed.
func (p *Pool) add(ctx context.Context, r *Registration, hash []byte, now time.Time) (string, error) {
	id, err := p.cfg.Book.NextID(ctx)
	if err != nil {
		return "", err
	}
	code := r.Code
	if code == "" {
		code = "M" + rand.Text()[:12]
	}
	e := &Entry{Member: retail.Member{ID: id, Code: code, Origin: r.Origin, Personalized: !r.OptOut,
		Simulated: r.Simulated}, UnionHash: hash, CodeHash: CodeHash(p.cfg.Key, code),
		PhoneHash: PhoneHash(p.cfg.Key, r.Phone), LastFour: LastFour(r.Phone), At: now, By: r.By}
	for _, c := range r.Consents {
		if c.By = r.By; c.At.IsZero() {
			c.At = now
		}
		e.Consents = append(e.Consents, c)
	}
	if e.Sealed, err = p.seal(ctx, id, r.UnionID, &r.Person); err != nil {
		return "", err
	}
	if err := p.cfg.Book.Add(ctx, e); err != nil {
		return "", errors.Join(err, p.cfg.Vault.Destroy(ctx, vault.Member(id)))
	}
	return code, nil
}

// Show returns a member, masked.
func (p *Pool) Show(ctx context.Context, s retail.Scope, code string) (*Member, error) {
	row, err := p.find(ctx, s, code)
	if err != nil {
		return nil, err
	}
	return p.shown(ctx, row, false)
}

// Reveal returns everything personal of a member, once it is on record who looks.
func (p *Pool) Reveal(ctx context.Context, s retail.Scope, code, by string) (*Member, error) {
	row, err := p.find(ctx, s, code)
	if err != nil {
		return nil, err
	}
	if err := p.cfg.Book.NoteLook(ctx, s, row.ID, by); err != nil {
		return nil, err
	}
	return p.shown(ctx, row, true)
}

// Looks lists who saw everything personal of a member, newest first, those before an id; 0 means from
// the newest.
func (p *Pool) Looks(ctx context.Context, s retail.Scope, code string, before int64, limit int) ([]Look,
	error) {
	if !possible(code) {
		return nil, ErrNotFound
	}
	return p.cfg.Book.Looks(ctx, s, code, before, limit)
}

func (p *Pool) find(ctx context.Context, s retail.Scope, code string) (*Row, error) {
	if !possible(code) {
		return nil, ErrNotFound
	}
	return p.cfg.Book.ByCode(ctx, s, code)
}

// FindByPhone returns the members with a phone number, masked.
func (p *Pool) FindByPhone(ctx context.Context, s retail.Scope, phone string) ([]Member, error) {
	var c check
	if c.phone(phone); c.err != nil {
		return nil, c.err
	}
	rows, err := p.cfg.Book.ByPhone(ctx, s, PhoneHash(p.cfg.Key, phone), p.cfg.MaxFound)
	if err != nil {
		return nil, err
	}
	found := make([]Member, 0, len(rows))
	for i := range rows {
		m, err := p.shown(ctx, &rows[i], false)
		if err != nil {
			return nil, err
		}
		found = append(found, *m)
	}
	return found, nil
}

// FindByUnion returns the member that is registered under a unionid, masked, if any.
func (p *Pool) FindByUnion(ctx context.Context, s retail.Scope, unionID string) ([]Member, error) {
	var c check
	if c.unionID(unionID); c.err != nil {
		return nil, c.err
	}
	row, err := p.cfg.Book.ByUnion(ctx, s, UnionHash(p.cfg.Key, unionID))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := p.shown(ctx, row, false)
	if err != nil {
		return nil, err
	}
	return []Member{*m}, nil
}

// Change changes what is known of a member and returns it, masked.
func (p *Pool) Change(ctx context.Context, s retail.Scope, code string, c *Change, by string) (*Member,
	error) {
	now := p.cfg.Now()
	if err := checkChange(c, now); err != nil {
		return nil, err
	}
	row, err := p.find(ctx, s, code)
	if err != nil {
		return nil, err
	}
	if c.Body != nil && *c.Body != (Body{}) && !Agrees(row.Agrees, BodyData) {
		return nil, &Invalid{"body", "needs a consent to " + BodyData.String()}
	}
	e, err := p.edit(ctx, row.ID, c)
	if err != nil {
		return nil, notFoundIfErased(err)
	}
	e.At, e.By = now, by
	if err := p.cfg.Book.Change(ctx, s, row.ID, code, e); err != nil {
		return nil, err
	}
	if c.Origin != nil { // the member may have left the scope with it
		s = retail.HQScope()
	}
	return p.Show(ctx, s, code)
}

func checkChange(c *Change, now time.Time) error {
	var k check
	if c.UnionID != nil {
		k.unionID(*c.UnionID)
	}
	person := Person{Name: value(c.Name), Phone: value(c.Phone), Birthday: value(c.Birthday),
		Gender: value(c.Gender)}
	if c.Body != nil {
		person.Body = *c.Body
	}
	k.person(&person, now)
	return k.err
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Consent records a decision of a member. The same key records once.
func (p *Pool) Consent(ctx context.Context, s retail.Scope, code string, key order.Key, c *Consent) (
	replayed bool, err error) {
	now := p.cfg.Now()
	var k check
	if k.consent(c, now); k.err != nil {
		return false, k.err
	}
	if !possible(code) {
		return false, ErrNotFound
	}
	if c.At.IsZero() {
		c.At = now
	}
	return p.cfg.Book.Consent(ctx, s, code, key, c)
}

// Consents lists the decisions of a member, newest first, those before an id; 0 means from the newest.
func (p *Pool) Consents(ctx context.Context, s retail.Scope, code string, before int64, limit int) (
	[]Consent, error) {
	if !possible(code) {
		return nil, ErrNotFound
	}
	return p.cfg.Book.Consents(ctx, s, code, before, limit)
}

// Erase removes everything personal of a member for ever.
func (p *Pool) Erase(ctx context.Context, code, by string) (*Erasure, error) {
	if !possible(code) {
		return nil, ErrNotFound
	}
	gone, err := p.cfg.Book.Erase(ctx, code, CodeHash(p.cfg.Key, code), by)
	if err == nil {
		p.cfg.Vault.Forget(vault.Member(gone.ID))
	}
	return gone, err
}
