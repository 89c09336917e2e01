package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/tillstream/tillstream/oltp/member"
)

// ErrOtherIdentity says that the database's members were hashed under another key.
var ErrOtherIdentity = errors.New("the members of this database are looked up under another key")

// PinIdentity keeps the fingerprint of the key under which members are looked up, or checks it against the
// one that was kept first: under another key nobody would be found, and everybody could register again.
func (db *DB) PinIdentity(ctx context.Context) error {
	mark := member.KeyMark(db.cfg.IdentityKey)
	if _, err := db.pool.Exec(ctx, db.query("pin_identity"), mark); err != nil {
		return explain("keep the mark of the key of members", err)
	}
	var first []byte
	if err := db.pool.QueryRow(ctx, db.query("pinned_identity")).Scan(&first); err != nil {
		return explain("read the mark of the key of members", err)
	}
	if !bytes.Equal(mark, first) {
		return fmt.Errorf("cannot look members up: %w: put the file back that TILLSTREAM_IDENTITY_KEY_FILE "+
			"named before; a chain that had none uses what `tillstream identity-key` prints", ErrOtherIdentity)
	}
	return nil
}
