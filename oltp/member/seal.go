package member

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/retail"
)

// The names of the fields that are sealed in: they never change.
const (
	fieldUnionID  = "unionid"
	fieldName     = "name"
	fieldPhone    = "phone"
	fieldBirthday = "birthday"
	fieldGender   = "gender"
	fieldBody     = "body"
)

// sealer seals the fields of one member until one fails.
type sealer struct {
	ctx   context.Context
	vault *vault.Vault
	owner vault.Owner
	err   error
}

// text seals a text; an empty one is stored as nothing.
func (s *sealer) text(field, text string) []byte {
	if text == "" || s.err != nil {
		return []byte{}
	}
	sealed, err := s.vault.Seal(s.ctx, s.owner, field, []byte(text))
	s.err = err
	return sealed
}

// given is text for a field that may have been left out: nil leaves what is stored.
func (s *sealer) given(field string, text *string) []byte {
	if text == nil {
		return nil
	}
	return s.text(field, *text)
}

func (s *sealer) body(b Body) []byte {
	if b == (Body{}) {
		return []byte{}
	}
	text, err := json.Marshal(b)
	if err != nil {
		s.err = err
		return nil
	}
	return s.text(fieldBody, string(text))
}

func (p *Pool) seal(ctx context.Context, id retail.MemberID, unionID string, who *Person) (Sealed, error) {
	s := &sealer{ctx: ctx, vault: p.cfg.Vault, owner: vault.Member(id)}
	sealed := Sealed{UnionID: s.text(fieldUnionID, unionID), Name: s.text(fieldName, who.Name),
		Phone: s.text(fieldPhone, who.Phone), Birthday: s.text(fieldBirthday, who.Birthday),
		Gender: s.text(fieldGender, who.Gender), Body: s.body(who.Body)}
	return sealed, s.err
}

// edit seals what changes.
func (p *Pool) edit(ctx context.Context, id retail.MemberID, c *Change) (*Edit, error) {
	s := &sealer{ctx: ctx, vault: p.cfg.Vault, owner: vault.Member(id)}
	e := &Edit{Origin: c.Origin, Sealed: Sealed{UnionID: s.given(fieldUnionID, c.UnionID),
		Name: s.given(fieldName, c.Name), Phone: s.given(fieldPhone, c.Phone),
		Birthday: s.given(fieldBirthday, c.Birthday), Gender: s.given(fieldGender, c.Gender)}}
	if c.Body != nil {
		e.Sealed.Body = s.body(*c.Body)
	}
	if c.UnionID != nil {
		e.UnionHash = UnionHash(p.cfg.Key, *c.UnionID)
	}
	if c.Phone != nil {
		e.PhoneHash, e.LastFour = PhoneHash(p.cfg.Key, *c.Phone), LastFour(*c.Phone)
	}
	return e, s.err
}

// opener opens the fields of one member until one fails.
type opener struct {
	ctx   context.Context
	vault *vault.Vault
	owner vault.Owner
	err   error
}

func (o *opener) text(field string, sealed []byte) string {
	if len(sealed) == 0 || o.err != nil {
		return ""
	}
	plain, err := o.vault.Open(o.ctx, o.owner, field, sealed)
	o.err = err
	return string(plain)
}

// shown makes of a row what may be seen: everything, or a masked name.
func (p *Pool) shown(ctx context.Context, r *Row, reveal bool) (*Member, error) {
	m := &Member{Member: r.Member, LastFour: r.LastFour, RegisteredAt: r.RegisteredAt, Agrees: r.Agrees}
	o := &opener{ctx: ctx, vault: p.cfg.Vault, owner: vault.Member(r.ID)}
	m.Name = o.text(fieldName, r.Sealed.Name)
	if !reveal {
		m.Name = mask(m.Name)
		return m, notFoundIfErased(o.err)
	}
	m.Phone = o.text(fieldPhone, r.Sealed.Phone)
	m.Birthday = o.text(fieldBirthday, r.Sealed.Birthday)
	m.Gender = o.text(fieldGender, r.Sealed.Gender)
	if body := o.text(fieldBody, r.Sealed.Body); body != "" {
		if err := json.Unmarshal([]byte(body), &m.Body); err != nil {
			return nil, fmt.Errorf("cannot read the measures of member %d: %w", r.ID, err)
		}
	}
	return m, notFoundIfErased(o.err)
}

// masked is shown for somebody who was registered already.
func (p *Pool) masked(ctx context.Context, r *Row) (*Member, bool, error) {
	m, err := p.shown(ctx, r, false)
	return m, false, err
}

// notFoundIfErased reports a member who is being erased at this moment as one who is gone.
func notFoundIfErased(err error) error {
	if errors.Is(err, vault.ErrErased) {
		return ErrNotFound
	}
	return err
}

// mask keeps the first character of a name, and hides how long the rest is.
func mask(name string) string {
	if name == "" {
		return ""
	}
	_, n := utf8.DecodeRuneInString(name)
	return name[:n] + "**"
}
