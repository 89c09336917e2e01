package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// AddRule implements catalogue.Merchandiser.
func (c *Catalogue) AddRule(ctx context.Context, scope retail.Scope, n *catalogue.NewRule) (
	r retail.MerchandisingRule, replayed bool, err error) {
	w := &n.MerchandisingRule
	hash, err := order.Fingerprint(append([]any{"rule"}, ruleColumns(w)...))
	if err != nil {
		return r, false, err
	}
	err = c.withRules(ctx, scope, w, "add a merchandising rule", func(tx pgx.Tx) error {
		args := append([]any{keyOrNull(n.Key), hash}, ruleColumns(w)...)
		var id retail.RuleID
		err := tx.QueryRow(ctx, c.db.query("insert_rule"),
			append(args, w.ChangedBy, w.ChangedAt)...).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			replayed = true
			r, err = c.ruleOfKey(ctx, tx, n.Key, hash)
			return err
		}
		if err == nil {
			r, err = c.toldRule(ctx, tx, id)
		}
		return err
	})
	return r, replayed, err
}

func (c *Catalogue) ruleOfKey(ctx context.Context, tx pgx.Tx, key [16]byte, hash int64) (
	r retail.MerchandisingRule, err error) {
	var id retail.RuleID
	var was int64
	err = tx.QueryRow(ctx, c.db.query("rule_by_key"), keyOrNull(key)).Scan(&id, &was)
	switch {
	case errors.Is(err, pgx.ErrNoRows): // of a store that the caller has lost
		return r, &undecided{catalogue.ErrNoRule}
	case err != nil:
		return r, err
	case was != hash:
		return r, &undecided{catalogue.ErrKeyReused}
	}
	return c.oneRule(ctx, tx, id)
}

// ruleColumns are the columns that say what a rule wishes.
func ruleColumns(r *retail.MerchandisingRule) []any {
	return []any{r.Kind, r.Store, int16(r.Scenes), r.SKU, r.Category, r.Brand, int16(r.Tags), r.Factor,
		r.Place, r.Quota, spanOf(r.Window), r.Note}
}

// withRules runs one change of rules after a look whether r finds room and names a category that there
// is; r may be nil. The look sees the whole chain, the change what the scope sees.
func (c *Catalogue) withRules(ctx context.Context, scope retail.Scope, r *retail.MerchandisingRule,
	doing string, change func(pgx.Tx) error) error {
	tx, err := c.db.beginUnder(ctx, retail.HQScope())
	if err != nil {
		return explainCatalogue(doing, err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	if r != nil {
		err = c.roomForRule(ctx, tx, r)
	}
	if err == nil {
		_, err = tx.Exec(ctx, c.db.query("set_scope"), scopeText(scope))
	}
	if err == nil {
		err = change(tx)
	}
	if err == nil {
		err = tx.Commit(ctx)
	}
	var own *undecided
	if errors.As(err, &own) {
		return own.error
	}
	return explainCatalogue(doing, err)
}

func (c *Catalogue) roomForRule(ctx context.Context, tx pgx.Tx, r *retail.MerchandisingRule) error {
	var all, ofStore int
	err := tx.QueryRow(ctx, c.db.query("count_rules"), r.ID, r.Store, r.ChangedAt).Scan(&all, &ofStore)
	known := r.Category == ""
	if err == nil && !known {
		err = tx.QueryRow(ctx, c.db.query("category_known"), r.Category).Scan(&known)
	}
	switch {
	case err != nil:
		return err
	case !known:
		return &undecided{&catalogue.Invalid{Field: "category", Value: r.Category,
			Reason: "is not a known category"}}
	case !r.Until.IsZero() && !r.Until.After(r.ChangedAt): // it takes no room
		return nil
	case ofStore >= retail.MaxStoreRules:
		return &undecided{&catalogue.TooManyRules{Store: r.Store, Most: retail.MaxStoreRules}}
	case all >= retail.MaxRules:
		return &undecided{&catalogue.TooManyRules{Most: retail.MaxRules}}
	}
	return nil
}

// toldRule reads a rule that has just changed and emits its event.
func (c *Catalogue) toldRule(ctx context.Context, tx pgx.Tx, id retail.RuleID) (retail.MerchandisingRule,
	error) {
	r, err := c.oneRule(ctx, tx, id)
	if err != nil {
		return r, err
	}
	packet, err := catalogue.AppendRule(nil, &r)
	if err == nil {
		_, err = tx.Exec(ctx, c.db.query("emit"), event.PacketPrefix, packet)
	}
	return r, err
}

func (c *Catalogue) oneRule(ctx context.Context, tx pgx.Tx, id retail.RuleID) (r retail.MerchandisingRule,
	err error) {
	rows, err := tx.Query(ctx, c.db.query("rule"), id)
	if err != nil {
		return r, err
	}
	return pgx.CollectExactlyOneRow(rows, scanRule)
}

func scanRule(row pgx.CollectableRow) (r retail.MerchandisingRule, err error) {
	var held span
	err = row.Scan(&r.ID, &r.Kind, &r.Store, &r.Scenes, &r.SKU, &r.Category, &r.Brand, &r.Tags, &r.Factor,
		&r.Place, &r.Quota, &held, &r.Note, &r.Version, &r.Deleted, &r.ChangedBy, &r.ChangedAt)
	r.Window, r.ChangedAt = windowOf(held), r.ChangedAt.UTC()
	return r, err
}

// lockedRule locks a rule that holds, and checks that the caller has seen its present version; 0 is any.
func (c *Catalogue) lockedRule(ctx context.Context, tx pgx.Tx, id retail.RuleID) (r retail.MerchandisingRule,
	err error) {
	if _, err = tx.Exec(ctx, c.db.query("lock_rule"), id); err == nil {
		r, err = c.oneRule(ctx, tx, id)
	}
	if errors.Is(err, pgx.ErrNoRows) || err == nil && r.Deleted {
		err = &undecided{catalogue.ErrNoRule}
	}
	return r, err
}

// ChangeRule implements catalogue.Merchandiser.
func (c *Catalogue) ChangeRule(ctx context.Context, scope retail.Scope, r *retail.MerchandisingRule,
	have int64) (now retail.MerchandisingRule, err error) {
	err = c.withRules(ctx, scope, r, "change a merchandising rule", func(tx pgx.Tx) (err error) {
		if now, err = c.lockedRule(ctx, tx, r.ID); err != nil || now.Same(r) {
			return err
		}
		if have != 0 && now.Version != have {
			return &undecided{&catalogue.RuleMoved{Have: have, Is: now.Version}}
		}
		args := append([]any{r.ID}, ruleColumns(r)...)
		args = append(args, r.ChangedBy, r.ChangedAt)
		if _, err = tx.Exec(ctx, c.db.query("change_rule"), args...); err != nil {
			return err
		}
		now, err = c.toldRule(ctx, tx, r.ID)
		return err
	})
	return now, err
}

// DeleteRule implements catalogue.Merchandiser.
func (c *Catalogue) DeleteRule(ctx context.Context, scope retail.Scope, id retail.RuleID, by string,
	have int64) error {
	return c.withRules(ctx, scope, nil, "delete a merchandising rule", func(tx pgx.Tx) error {
		now, err := c.lockedRule(ctx, tx, id)
		if err != nil {
			return err
		}
		if have != 0 && now.Version != have {
			return &undecided{&catalogue.RuleMoved{Have: have, Is: now.Version}}
		}
		if _, err = tx.Exec(ctx, c.db.query("delete_rule"), id, by, time.Now()); err == nil {
			_, err = c.toldRule(ctx, tx, id)
		}
		return err
	})
}

// Rule implements catalogue.Merchandiser.
func (c *Catalogue) Rule(ctx context.Context, scope retail.Scope, id retail.RuleID) (
	r retail.MerchandisingRule, err error) {
	found, err := c.readRules(ctx, scope, "rule", id)
	if err == nil && (len(found) == 0 || found[0].Deleted) {
		return r, catalogue.ErrNoRule
	}
	if err != nil {
		return r, err
	}
	return found[0], nil
}

// Rules implements catalogue.Merchandiser.
func (c *Catalogue) Rules(ctx context.Context, scope retail.Scope, f catalogue.RuleFilter) (
	[]retail.MerchandisingRule, error) {
	var ended *time.Time
	if f.Current {
		now := time.Now()
		ended = &now
	}
	return c.readRules(ctx, scope, "list_rules", f.Before, f.Limit, f.Store, ended)
}

func (c *Catalogue) readRules(ctx context.Context, scope retail.Scope, query string, args ...any) (
	found []retail.MerchandisingRule, err error) {
	err = c.db.under(ctx, scope, func(b *pgx.Batch) {
		b.Queue(c.db.query(query), args...).Query(func(rows pgx.Rows) (err error) {
			found, err = pgx.CollectRows(rows, scanRule)
			return err
		})
	})
	return found, explainCatalogue("read merchandising rules", err)
}
