package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Catalogue is the catalogue.Editor, catalogue.Lister and catalogue.Source.
type Catalogue struct{ db *DB }

// Catalogue returns the catalogue's tables.
func (db *DB) Catalogue() *Catalogue { return &Catalogue{db} }

// explainCatalogue is explain in the words of the catalogue.
func explainCatalogue(doing string, err error) error {
	if err = explain(doing, err); errors.Is(err, order.ErrUnavailable) {
		return fmt.Errorf("%w: %w", catalogue.ErrUnavailable, err)
	}
	return err
}

// PutRegions implements catalogue.Editor. Stores of a renamed region change with it.
func (c *Catalogue) PutRegions(ctx context.Context, rows []retail.Region) ([]catalogue.Result, error) {
	type row = retail.Region
	return merge[row]{
		query: "put_regions", kind: "stores",
		check: catalogue.CheckRegion, code: func(r *row) string { return r.Code },
		args: func(rows []*row) []any {
			return []any{column(rows, func(r *row) string { return r.Code }),
				column(rows, func(r *row) string { return r.Name }),
				column(rows, func(r *row) string { return r.NameEN })}
		},
		changed: func(ctx context.Context, tx pgx.Tx, _, updated []int64) ([]byte, error) {
			return c.touched(ctx, tx, "touch_stores", updated, c.storePacket)
		},
	}.run(ctx, c.db, rows)
}

// touched raises the versions of the rows below parents that changed and returns their events.
func (c *Catalogue) touched(ctx context.Context, tx pgx.Tx, query string, parents []int64,
	packet func(context.Context, pgx.Tx, []int64) ([]byte, error)) ([]byte, error) {
	if len(parents) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, c.db.query(query), parents)
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, err
	}
	return packet(ctx, tx, ids)
}

// PutMembers implements catalogue.Editor. Of a phone number a keyed hash and the last four digits stay.
func (c *Catalogue) PutMembers(ctx context.Context, rows []catalogue.Member) ([]catalogue.Result, error) {
	type row = catalogue.Member
	return merge[row]{
		query: "put_members", kind: "members", byID: true,
		check: func(m *row) error {
			if m.Phone != "" && len(c.db.cfg.IdentityKey) == 0 {
				return &catalogue.Invalid{Field: "phone",
					Reason: "cannot be kept: no identity key is configured"}
			}
			if strings.HasPrefix(m.Code, member.PseudonymPrefix) {
				return &catalogue.Invalid{Field: "code", Value: m.Code, Reason: "begins with " +
					member.PseudonymPrefix + ", which is kept for those who were erased"}
			}
			return catalogue.CheckMember(m)
		},
		banned: c.erasedMembers,
		code:   func(r *row) string { return r.Code },
		args: func(rows []*row) []any {
			return []any{
				column(rows, func(r *row) string { return r.Code }),
				column(rows, func(r *row) []byte { return member.PhoneHash(c.db.cfg.IdentityKey, r.Phone) }),
				column(rows, func(r *row) string { return member.LastFour(r.Phone) }),
				column(rows, func(r *row) int32 { return int32(r.Origin) }),
				column(rows, func(r *row) bool { return r.Personalized }),
				column(rows, func(r *row) bool { return r.Simulated }),
			}
		},
		changed: func(ctx context.Context, tx pgx.Tx, created, updated []int64) ([]byte, error) {
			return c.memberPacket(ctx, tx, append(created, updated...))
		},
	}.run(ctx, c.db, rows)
}

// erasedMembers says which codes belonged to members who were erased.
func (c *Catalogue) erasedMembers(ctx context.Context, tx pgx.Tx, codes []string) (map[string]string, error) {
	hashes := make([][]byte, len(codes))
	for i, code := range codes {
		hashes[i] = member.CodeHash(c.db.cfg.IdentityKey, code)
	}
	erased, err := erasedCodes(ctx, c.db, tx, hashes)
	banned := make(map[string]string, len(erased))
	for i, code := range codes {
		if erased[string(hashes[i])] {
			banned[code] = member.ReasonErased
		}
	}
	return banned, err
}

func (c *Catalogue) memberPacket(ctx context.Context, tx pgx.Tx, ids []int64) (packet []byte, err error) {
	rows, err := tx.Query(ctx, c.db.query("member_events"), ids)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	var m event.MemberChanged
	var zone string
	_, err = pgx.ForEachRow(rows, []any{&m.MemberId, &m.IdentityHash, &m.PhoneLastFour, &m.OriginStoreId,
		&m.Personalized, &m.Simulated, &m.Version, &zone, &m.UnionHash, &m.ConsentsTerms,
		&m.ConsentsPrivacy, &m.ConsentsMarketing, &m.ConsentsBodyData}, func() error {
		at, err := zoneOrDefault(zone)
		if err == nil {
			m.ChangedAt = event.At(now, at)
			packet, err = catalogue.AppendMember(packet, &m)
		}
		return err
	})
	return packet, err
}
