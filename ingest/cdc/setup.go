package cdc

import (
	"cmp"
	"context"
	_ "embed" // for the SQL
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pglogrepl"
	"github.com/jackc/pgx/v5/pgconn"
)

var (
	//go:embed sql/slot.sql
	slotSQL string
	//go:embed sql/database.sql
	databaseSQL string
	//go:embed sql/drop_slot.sql
	dropSlotSQL string
	//go:embed sql/emit.sql
	emitSQL string
	//go:embed sql/retained.sql
	retainedSQL string
	//go:embed sql/running.sql
	runningSQL string
)

// errSlotBusy says that another relay holds the slot.
var errSlotBusy = errors.New("another relay holds the slot")

// The conditions of PostgreSQL that have a meaning here.
const (
	stateObjectInUse     = "55006"
	stateDuplicateObject = "42710"
	stateNoPermission    = "42501"
	stateNoFunction      = "42883"
	stateNotNow          = "55000"
)

func hasState(err error, state string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == state
}

// dial opens a connection; with replication set, one that speaks the replication protocol.
func (r *Relay) dial(ctx context.Context, replication bool) (*pgconn.PgConn, error) {
	conf, err := pgconn.ParseConfig(r.cfg.DSN)
	if err != nil {
		return nil, fmt.Errorf("cannot read the connection string: %w", err)
	}
	conf.RuntimeParams["application_name"] = "tillstream-cdc"
	if replication {
		conf.RuntimeParams["replication"] = "database"
		conf.RuntimeParams["wal_sender_timeout"] = strconv.FormatInt(
			r.cfg.SenderTimeout.Milliseconds(), 10)
	}
	conn, err := pgconn.ConnectConfig(ctx, conf)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to the database: %w", err)
	}
	return conn, nil
}

// row runs a statement and returns its only row, nil when there is none.
func row(ctx context.Context, conn *pgconn.PgConn, sql string, args ...[]byte) ([]string, error) {
	res := conn.ExecParams(ctx, sql, args, nil, nil, nil).Read()
	if res.Err != nil || len(res.Rows) == 0 {
		return nil, res.Err
	}
	values := make([]string, len(res.Rows[0]))
	for i, v := range res.Rows[0] {
		values[i] = string(v)
	}
	return values, nil
}

// slotState is where a slot stands.
type slotState struct {
	plugin, database string
	confirmed        uint64
	// lost says why the slot cannot be read any more, "" if it can.
	lost string
	// owner is the process of the server that reads the slot, "" if none does.
	owner string
	// failover is set when the slot is copied to standbys.
	failover bool
	// written is how far the log of the database is on disk.
	written uint64
}

func (r *Relay) slot(ctx context.Context, ctl *pgconn.PgConn) (*slotState, error) {
	v, err := row(ctx, ctl, slotSQL, []byte(r.cfg.Slot))
	if err != nil {
		return nil, fmt.Errorf("cannot look at slot %s: %w", r.cfg.Slot, err)
	}
	if v == nil {
		return nil, nil
	}
	lsn, err := pglogrepl.ParseLSN(v[2])
	if err != nil {
		return nil, fmt.Errorf("cannot read the position %q of slot %s: %w", v[2], r.cfg.Slot, err)
	}
	written, err := pglogrepl.ParseLSN(v[6])
	if err != nil {
		return nil, fmt.Errorf("cannot read how far the log is written, %q: %w", v[6], err)
	}
	s := &slotState{plugin: v[0], database: v[1], confirmed: uint64(lsn),
		written: uint64(written), failover: v[7] == "true"}
	if v[5] != "0" {
		s.owner = v[5]
	}
	if v[3] == "lost" || v[4] != "" {
		s.lost = "it was invalidated: " + cmp.Or(v[4], "its log was removed")
	}
	return s, nil
}

// ensure makes sure that publication and slot exist. made says why the slot had to be made, "" when
// it was there. The publication comes first: decoding sees the catalogue of the past.
func (r *Relay) ensure(ctx context.Context, ctl, repl *pgconn.PgConn) (database uint32, made string,
	err error,
) {
	v, err := row(ctx, ctl, databaseSQL, []byte(r.cfg.Publication))
	if err != nil || v == nil {
		return 0, "", fmt.Errorf("cannot look at the database: %w", err)
	}
	if v[1] != "logical" {
		return 0, "", fmt.Errorf("wal_level is %s: set wal_level = logical and restart PostgreSQL", v[1])
	}
	oid, err := strconv.ParseUint(v[0], 10, 32)
	if err != nil {
		return 0, "", fmt.Errorf("cannot read database id %q: %w", v[0], err)
	}
	if v[2] != "true" {
		err := ctl.Exec(ctx, "CREATE PUBLICATION "+r.cfg.Publication).Close()
		if err != nil && !hasState(err, stateDuplicateObject) {
			return 0, "", fmt.Errorf("cannot create publication %s: %w", r.cfg.Publication, err)
		}
	}
	made, err = r.ensureSlot(ctx, ctl, repl, v[3] == "true")
	return uint32(oid), made, err
}

// ensureSlot makes the slot if it is not there. Where the server can, standbys keep a copy of it, so that
// a promoted one goes on where this server ended.
func (r *Relay) ensureSlot(ctx context.Context, ctl, repl *pgconn.PgConn, failover bool) (made string,
	err error,
) {
	s, err := r.slot(ctx, ctl)
	switch {
	case err != nil:
		return "", err
	case s == nil:
		made = "the slot was not there"
	case s.owner != "":
		return "", errSlotBusy
	case s.plugin != "pgoutput":
		return "", fmt.Errorf("slot %s belongs to plugin %q: drop it or name another", r.cfg.Slot,
			s.plugin)
	case s.lost != "":
		made = s.lost
		if _, err := row(ctx, ctl, dropSlotSQL, []byte(r.cfg.Slot)); err != nil {
			return "", fmt.Errorf("cannot drop the lost slot %s: %w", r.cfg.Slot, err)
		}
	case failover && !s.failover:
		err := repl.Exec(ctx, "ALTER_REPLICATION_SLOT "+r.cfg.Slot+" (FAILOVER true)").Close()
		if hasState(err, stateObjectInUse) {
			return "", errSlotBusy
		}
		if err != nil {
			err = fmt.Errorf("cannot have standbys keep slot %s: %w", r.cfg.Slot, err)
		}
		return "", err
	default:
		return "", nil
	}
	options := "SNAPSHOT 'nothing'"
	if failover {
		options += ", FAILOVER true"
	}
	err = repl.Exec(ctx, "CREATE_REPLICATION_SLOT "+r.cfg.Slot+" LOGICAL pgoutput ("+options+")").Close()
	if hasState(err, stateDuplicateObject) {
		return "", errSlotBusy
	}
	if err != nil {
		return "", fmt.Errorf("cannot create slot %s: %w", r.cfg.Slot, err)
	}
	return made, nil
}

// start takes the slot and begins the stream from where the slot stands, or from a later position.
func (r *Relay) start(ctx context.Context, repl *pgconn.PgConn, from uint64) error {
	options := pglogrepl.StartReplicationOptions{
		Mode: pglogrepl.LogicalReplication,
		PluginArgs: []string{"proto_version '1'", "messages 'true'",
			"publication_names '" + r.cfg.Publication + "'"},
	}
	err := pglogrepl.StartReplication(ctx, repl, r.cfg.Slot, pglogrepl.LSN(from), options)
	if hasState(err, stateObjectInUse) {
		return errSlotBusy
	}
	if err != nil {
		return fmt.Errorf("cannot start replication from slot %s: %w", r.cfg.Slot, err)
	}
	return nil
}
