package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/vault"
)

// VaultKeys is the vault.Keys.
type VaultKeys struct{ db *DB }

// VaultKeys returns the table of wrapped data keys.
func (db *DB) VaultKeys() *VaultKeys { return &VaultKeys{db} }

// Key implements vault.Keys.
func (k *VaultKeys) Key(ctx context.Context, o vault.Owner) (w vault.Wrapped, found bool, err error) {
	err = k.db.pool.QueryRow(ctx, k.db.query("vault_key"), int16(o.Kind), o.ID).Scan(&w.Master, &w.Key)
	if errors.Is(err, pgx.ErrNoRows) {
		return w, false, nil
	}
	return w, err == nil, explain("read a data key", err)
}

// AddKey implements vault.Keys.
func (k *VaultKeys) AddKey(ctx context.Context, o vault.Owner, w vault.Wrapped) (vault.Wrapped, error) {
	var stands vault.Wrapped
	err := k.db.pool.QueryRow(ctx, k.db.query("add_vault_key"), int16(o.Kind), o.ID, w.Master, w.Key).
		Scan(&stands.Master, &stands.Key)
	if errors.Is(err, pgx.ErrNoRows) { // somebody was first, and has committed
		stands, _, err = k.Key(ctx, o)
		return stands, err
	}
	return stands, explain("store a data key", err)
}

// DestroyKey implements vault.Keys.
func (k *VaultKeys) DestroyKey(ctx context.Context, o vault.Owner) error {
	_, err := k.db.pool.Exec(ctx, k.db.query("destroy_vault_key"), int16(o.Kind), o.ID)
	return explain("destroy a data key", err)
}

// KeysBut implements vault.Keys.
func (k *VaultKeys) KeysBut(ctx context.Context, master string, n int) ([]vault.Owned, error) {
	rows, err := k.db.pool.Query(ctx, k.db.query("vault_keys_but"), master, n)
	if err != nil {
		return nil, explain("list data keys", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o vault.Owned, err error) {
		var kind int16
		err = row.Scan(&kind, &o.ID, &o.Master, &o.Key)
		o.Kind = vault.Kind(kind)
		return o, err
	})
	return found, explain("list data keys", err)
}

// ReplaceKey implements vault.Keys.
func (k *VaultKeys) ReplaceKey(ctx context.Context, o vault.Owner, from, to vault.Wrapped) error {
	_, err := k.db.pool.Exec(ctx, k.db.query("replace_vault_key"), int16(o.Kind), o.ID, from.Master,
		from.Key, to.Master, to.Key)
	return explain("wrap a data key anew", err)
}
