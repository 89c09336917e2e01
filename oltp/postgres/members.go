package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Members is the member.Book.
type Members struct{ db *DB }

// Members returns the tables of members.
func (db *DB) Members() *Members { return &Members{db} }

// explainMember is explain in the words of the pool of members.
func explainMember(doing string, err error) error {
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) && pgErr.Code == uniqueViolation {
		switch pgErr.ConstraintName {
		case "member_code_key":
			return &member.Taken{Field: "code"}
		case "member_profile_union":
			return &member.Taken{Field: "unionid"}
		}
	}
	if errors.Is(err, pgx.ErrNoRows) || errors.Is(err, member.ErrNotFound) {
		return member.ErrNotFound
	}
	return explain(doing, err)
}

// within runs work in one transaction that sees a scope, and tells the other instances of the member that
// it changed.
func (m *Members) within(ctx context.Context, s retail.Scope, doing string,
	work func(tx pgx.Tx) (changed retail.MemberID, packet []byte, err error)) error {

	err := repeat(func() error { return m.attempt(ctx, s, work) }, uniqueViolation)
	return explainMember(doing, err)
}

func (m *Members) attempt(ctx context.Context, s retail.Scope,
	work func(tx pgx.Tx) (retail.MemberID, []byte, error)) error {

	tx, err := m.db.beginUnder(ctx, s)
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	id, packet, err := work(tx)
	if err != nil || id == 0 {
		return err
	}
	if packet == nil {
		if packet, err = (&Catalogue{m.db}).memberPacket(ctx, tx, []int64{int64(id)}); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, m.db.query("emit"), event.PacketPrefix, packet); err != nil {
		return err
	}
	change := catalogue.Change{Kind: "members", IDs: []int64{int64(id)}}
	if err := notify(ctx, m.db, tx, change); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Add implements member.Book.
func (m *Members) Add(ctx context.Context, e *member.Entry) error {
	return m.within(ctx, retail.HQScope(), "add a member", func(tx pgx.Tx) (retail.MemberID, []byte, error) {
		_, err := tx.Exec(ctx, m.db.query("add_member"), e.ID, e.Code, e.PhoneHash, e.LastFour, e.Origin,
			e.Personalized, e.Simulated)
		if err != nil {
			return 0, nil, err
		}
		// Only now: an erasure that ran beside has committed, or the code would not have been free.
		erased, err := erasedCodes(ctx, m.db, tx, [][]byte{e.CodeHash})
		if err == nil && len(erased) > 0 {
			err = &undecided{&member.ErasedCode{Code: e.Code}}
		}
		if err == nil {
			err = m.putProfile(ctx, tx, e.ID, e.At, e.By, e.UnionHash, &e.Sealed)
		}
		for i := range e.Consents {
			if err == nil {
				_, err = m.addConsent(ctx, tx, e.ID, nil, &e.Consents[i])
			}
		}
		if err == nil && len(e.Consents) > 0 {
			_, err = tx.Exec(ctx, m.db.query("agree_member"), e.ID)
		}
		return e.ID, nil, err
	})
}

// erasedCodes returns those of the hashes that are of erased members' codes.
func erasedCodes(ctx context.Context, db *DB, tx pgx.Tx, hashes [][]byte) (map[string]bool, error) {
	rows, err := tx.Query(ctx, db.query("erased_codes"), hashes)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	erased := make(map[string]bool, len(found))
	for _, hash := range found {
		erased[string(hash)] = true
	}
	return erased, err
}

func (m *Members) putProfile(ctx context.Context, tx pgx.Tx, id retail.MemberID, at time.Time, by string,
	union []byte, s *member.Sealed) error {
	_, err := tx.Exec(ctx, m.db.query("put_member_profile"), id, at, by, union, s.UnionID, s.Name, s.Phone,
		s.Birthday, s.Gender, s.Body)
	return err
}

// Change implements member.Book.
func (m *Members) Change(ctx context.Context, s retail.Scope, id retail.MemberID, code string,
	e *member.Edit) error {
	return m.within(ctx, s, "change a member", func(tx pgx.Tx) (retail.MemberID, []byte, error) {
		if locked, err := m.lock(ctx, tx, s, code); err != nil || locked != id {
			return 0, nil, errors.Join(err, notThis(locked, id))
		}
		_, err := tx.Exec(ctx, m.db.query("change_member"), id, e.PhoneHash, e.LastFour, e.Origin)
		if err == nil {
			err = m.putProfile(ctx, tx, id, e.At, e.By, e.UnionHash, &e.Sealed)
		}
		return id, nil, err
	})
}

// notThis says that a code belongs to another member by now.
func notThis(locked, id retail.MemberID) error {
	if locked != id {
		return &undecided{member.ErrNotFound}
	}
	return nil
}

func (m *Members) lock(ctx context.Context, tx pgx.Tx, s retail.Scope, code string) (
	id retail.MemberID, err error) {
	err = tx.QueryRow(ctx, m.db.query("lock_member"), code, s.All(), s.Stores()).Scan(&id)
	return id, err
}

// Erase implements member.Book.
func (m *Members) Erase(ctx context.Context, code string, codeHash []byte, by string) (*member.Erasure,
	error) {
	gone := &member.Erasure{}
	hq := retail.HQScope()
	err := m.within(ctx, hq, "erase a member", func(tx pgx.Tx) (
		id retail.MemberID, packet []byte, err error) {
		id, err = m.lock(ctx, tx, hq, code)
		if errors.Is(err, pgx.ErrNoRows) {
			return 0, nil, tx.QueryRow(ctx, m.db.query("erasure"), codeHash).
				Scan(&gone.ID, &gone.Pseudonym, &gone.At)
		}
		if err != nil {
			return 0, nil, err
		}
		gone.ID = id
		if err := tx.QueryRow(ctx, m.db.query("note_erasure"), id, codeHash, by).Scan(&gone.At); err != nil {
			return 0, nil, err
		}
		for _, query := range [...]string{"erase_member_profile", "erase_review_words"} {
			if _, err := tx.Exec(ctx, m.db.query(query), id); err != nil {
				return 0, nil, err
			}
		}
		owner := vault.Member(id)
		if _, err := tx.Exec(ctx, m.db.query("destroy_vault_key"), int16(owner.Kind), owner.ID); err != nil {
			return 0, nil, err
		}
		packet, err = m.pseudonym(ctx, tx, gone)
		return id, packet, err
	})
	if err != nil {
		return nil, err
	}
	return gone, nil
}

// pseudonym renames the member and returns the event of its erasure.
func (m *Members) pseudonym(ctx context.Context, tx pgx.Tx, gone *member.Erasure) ([]byte, error) {
	told := &event.MemberErased{MemberId: int64(gone.ID)}
	var origin int32
	err := tx.QueryRow(ctx, m.db.query("erase_member"), gone.ID, member.PseudonymPrefix).
		Scan(&gone.Pseudonym, &origin, &told.Simulated, &told.Version)
	if err != nil {
		return nil, err
	}
	var name string
	if err := tx.QueryRow(ctx, m.db.query("store_zone"), origin).Scan(&name); err != nil {
		return nil, err
	}
	zone, err := zoneOrDefault(name)
	if err != nil {
		return nil, err
	}
	told.ErasedAt = event.At(gone.At, zone)
	return catalogue.AppendErased(nil, told)
}

// zoneOrDefault is the zone of a member's store, or the chain's for a member who has none.
func zoneOrDefault(name string) (*time.Location, error) {
	zone, err := catalogue.Zone(name)
	if err != nil {
		zone, err = catalogue.Zone(retail.DefaultTimeZone)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot find a time zone: %w", err)
	}
	return zone, nil
}
