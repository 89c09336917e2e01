package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Post implements catalogue.Critic.
func (c *Catalogue) Post(ctx context.Context, n *catalogue.NewReview) (
	posted retail.Review, replayed bool, err error) {
	tx, err := c.db.beginUnder(ctx, retail.HQScope())
	if err != nil {
		return posted, false, explainCatalogue("post a review", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	if posted, replayed, err = c.postedBefore(ctx, tx, n); err == nil && !replayed {
		if posted, err = c.post(ctx, tx, n); errors.Is(err, catalogue.ErrReviewed) {
			// The same request may have been faster on another connection.
			if before, again, err := c.postedBefore(ctx, tx, n); err != nil || again {
				return before, again, undecidedKept("post a review", err)
			}
		}
	}
	if err == nil && !replayed {
		err = tx.Commit(ctx)
	}
	return posted, replayed, undecidedKept("post a review", err)
}

func (c *Catalogue) postedBefore(ctx context.Context, tx pgx.Tx, n *catalogue.NewReview) (
	r retail.Review, found bool, err error) {
	var hash int64
	err = tx.QueryRow(ctx, c.db.query("review_by_key"), n.Key).Scan(&r.ID, &hash)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return r, false, nil
	case err != nil:
		return r, false, err
	case hash != n.Hash():
		return r, false, catalogue.ErrKeyReused
	}
	r, _, err = c.lockReview(ctx, tx, r.ID)
	return r, true, err
}

// post records a review that is new.
func (c *Catalogue) post(ctx context.Context, tx pgx.Tx, n *catalogue.NewReview) (retail.Review, error) {
	r := n.Review
	r.State, r.Version = retail.ReviewPosted, 1
	var by retail.MemberID
	var kind retail.LineKind
	var paid bool
	var state retail.OrderState
	var zone string
	err := tx.QueryRow(ctx, c.db.query("review_bought"), r.Order, r.Line).Scan(&r.SKU, &r.Style, &r.Store,
		&by, &kind, &paid, &state, &zone)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, &catalogue.Invalid{Field: "line", Reason: "is no line of that order"}
	}
	if err == nil {
		err = catalogue.CheckBought(n, by, kind, paid, state)
	}
	if err != nil {
		return r, err
	}
	err = tx.QueryRow(ctx, c.db.query("insert_review"), r.SKU, r.Style, r.Store, r.Member, r.Order, r.Line,
		r.Stars, r.Text, r.State, r.Posted, n.Key, n.Hash()).Scan(&r.ID)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, catalogue.ErrReviewed
	}
	if err != nil {
		return r, err
	}
	return r, c.tellReview(ctx, tx, &r, zone)
}

// Judge implements catalogue.Critic. The ratings change in the same transaction.
func (c *Catalogue) Judge(ctx context.Context, id retail.ReviewID, state retail.ReviewState) (
	retail.Review, error) {
	tx, err := c.db.beginUnder(ctx, retail.HQScope())
	if err != nil {
		return retail.Review{}, explainCatalogue("judge a review", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	r, zone, err := c.lockReview(ctx, tx, id)
	if err != nil || r.State == state {
		return r, undecidedKept("judge a review", err)
	}
	count := counts(state) - counts(r.State)
	stars := count * int64(r.Stars)
	r.State, r.Version = state, r.Version+1
	if _, err = tx.Exec(ctx, c.db.query("judge_review"), r.ID, r.State); err == nil {
		_, err = tx.Exec(ctx, c.db.query("rate_product"), r.SKU, count, stars)
	}
	if err == nil {
		_, err = tx.Exec(ctx, c.db.query("rate_style"), r.Style, count, stars)
	}
	if err == nil {
		err = c.tellReview(ctx, tx, &r, zone)
	}
	if err == nil {
		err = tx.Commit(ctx)
	}
	return r, explainCatalogue("judge a review", err)
}

// counts is 1 for a state in which a rating counts.
func counts(s retail.ReviewState) int64 {
	if s == retail.ReviewApproved {
		return 1
	}
	return 0
}

func (c *Catalogue) lockReview(ctx context.Context, tx pgx.Tx, id retail.ReviewID) (
	r retail.Review, zone string, err error) {
	err = tx.QueryRow(ctx, c.db.query("review"), id).Scan(append(reviewFields(&r), &zone)...)
	if errors.Is(err, pgx.ErrNoRows) {
		err = catalogue.ErrUnknown
	}
	return r, zone, err
}

func (c *Catalogue) tellReview(ctx context.Context, tx pgx.Tx, r *retail.Review, zone string) error {
	at, err := catalogue.Zone(zone)
	if err != nil {
		at = time.UTC
	}
	packet, err := catalogue.AppendReview(nil, r, at)
	if err == nil {
		_, err = tx.Exec(ctx, c.db.query("emit"), event.PacketPrefix, packet)
	}
	return err
}

func reviewFields(r *retail.Review) []any {
	return []any{&r.ID, &r.SKU, &r.Style, &r.Store, &r.Member, &r.Order, &r.Line, &r.Stars, &r.Text,
		&r.State, &r.Posted, &r.Version}
}

// Reviews implements catalogue.Critic.
func (c *Catalogue) Reviews(ctx context.Context, scope retail.Scope, f catalogue.ReviewFilter,
	before retail.ReviewID, limit int) (found []retail.Review, err error) {
	err = c.db.under(ctx, scope, func(b *pgx.Batch) {
		b.Queue(c.db.query("list_reviews"), before, limit, f.SKU, f.Style, f.State).Query(
			func(rows pgx.Rows) (err error) {
				found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r retail.Review, err error) {
					return r, row.Scan(reviewFields(&r)...)
				})
				return err
			})
	})
	return found, explainCatalogue("list reviews", err)
}
