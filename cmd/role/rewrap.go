package role

import (
	"context"
	"errors"

	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/vault"
)

// MasterKeys say which master keys wrap the keys of personal data.
type MasterKeys struct {
	MasterKeysFile string `help:"File with the master keys of personal data, name:hexadecimal a line, the current one first." env:"TILLSTREAM_MASTER_KEYS_FILE" placeholder:"FILE"`
	MasterKeys     string `help:"The same without a file, divided by commas; better given in the environment." env:"TILLSTREAM_MASTER_KEYS" placeholder:"NAME:KEY"`
}

// load reads the keys. A service that cannot read or seal personal data does not start.
func (c MasterKeys) load() (*vault.Masters, error) {
	switch {
	case c.MasterKeys != "" && c.MasterKeysFile != "":
		return nil, errors.New("both TILLSTREAM_MASTER_KEYS and TILLSTREAM_MASTER_KEYS_FILE are set: " +
			"give the master keys once")
	case c.MasterKeys != "":
		return vault.ParseMasters(c.MasterKeys)
	case c.MasterKeysFile != "":
		return vault.LoadMasters(c.MasterKeysFile)
	}
	return nil, errors.New("no master key for personal data: set TILLSTREAM_MASTER_KEYS_FILE to a file " +
		"with a line such as \"2026:$(openssl rand -hex 32)\" that only its owner reads, or start " +
		"everything with `tillstream demo`")
}

// Rewrap puts every data key under the first of the master keys and returns how many it moved.
func Rewrap(ctx context.Context, b Backends, keys MasterKeys, progress func(done int)) (int, error) {
	if err := need(b.Postgres, "POSTGRES"); err != nil {
		return 0, err
	}
	masters, err := keys.load()
	if err != nil {
		return 0, err
	}
	db, err := postgres.Open(ctx, postgres.Config{DSN: b.Postgres, Connections: 2, Writers: 1,
		Application: "tillstream-rewrap"})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return vault.New(vault.Config{Keys: db.VaultKeys(), Masters: masters}).Rewrap(ctx, progress)
}
