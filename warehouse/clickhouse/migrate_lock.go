package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ClickHouse has no locks, but CREATE TABLE succeeds for one caller only. So the lock is a table named
// by a generation; its holder writes a heartbeat into it. A holder whose heart has stopped is overtaken
// by creating the next generation, which again only one caller can; the overtaken one, should it still
// live, sees the higher generation before its next statement and gives up.
const (
	lockPrefix    = "tillstream_migrations_lock_"
	lockBeat      = 2 * time.Second
	lockStale     = 20 * time.Second
	lockPoll      = 200 * time.Millisecond
	tableExists   = 57
	unknownTable  = 60
	lockTableSpec = " (at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = MergeTree ORDER BY at"
)

type migrationLock struct {
	db         *DB
	generation int
	stop       func()
}

// lockMigrations waits until no other runner holds the lock.
func (db *DB) lockMigrations(ctx context.Context) (*migrationLock, error) {
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for {
		lock, err := db.tryLock(ctx)
		if lock != nil || err != nil {
			return lock, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("cannot migrate while another process does: %w", context.Cause(ctx))
		}
	}
}

// tryLock returns nothing when another holder lives.
func (db *DB) tryLock(ctx context.Context) (*migrationLock, error) {
	highest, live, err := db.lockState(ctx, 0)
	if err != nil || live {
		return nil, err
	}
	lock := &migrationLock{db: db, generation: highest + 1}
	err = db.define(ctx, "CREATE TABLE "+lock.table()+lockTableSpec)
	if code(err) == tableExists {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot lock migrations: %w", err)
	}
	if err := lock.beat(ctx); err != nil {
		return nil, errors.Join(err, lock.drop(ctx))
	}
	// Another may have taken a lower generation after this one looked.
	if _, live, err = db.lockState(ctx, lock.generation); err != nil || live {
		return nil, errors.Join(err, lock.drop(ctx))
	}
	lock.keepBeating(ctx)
	return lock, lock.dropOlder(ctx)
}

func (l *migrationLock) table() string { return lockPrefix + strconv.Itoa(l.generation) }

// lockState returns the highest generation of other locks than mine, and whether one of their holders
// lives. A lock without a heartbeat counts from its creation.
func (db *DB) lockState(ctx context.Context, mine int) (highest int, live bool, err error) {
	generations, err := db.lockGenerations(ctx)
	if err != nil {
		return 0, false, err
	}
	for _, g := range generations {
		if g == mine {
			continue
		}
		var age float64
		found, err := db.Row(ctx, "SELECT (toUnixTimestamp64Milli(now64(3)) - "+
			"greatest((SELECT max(toUnixTimestamp64Milli(at)) FROM "+lockPrefix+strconv.Itoa(g)+"), "+
			"(SELECT toInt64(toUnixTimestamp(metadata_modification_time)) * 1000 FROM system.tables "+
			"WHERE database = currentDatabase() AND name = {name:String}))) / 1000",
			Params{"name": lockPrefix + strconv.Itoa(g)}, &age)
		if code(err) == unknownTable || err == nil && !found {
			continue
		}
		if err != nil {
			return 0, false, fmt.Errorf("cannot read the lock of migrations: %w", err)
		}
		highest, live = max(highest, g), live || age < lockStale.Seconds()
	}
	return highest, live, nil
}

func (db *DB) lockGenerations(ctx context.Context) ([]int, error) {
	rows, err := db.Query(ctx, "SELECT name FROM system.tables WHERE database = currentDatabase() "+
		"AND startsWith(name, {prefix:String})", Params{"prefix": lockPrefix})
	if err != nil {
		return nil, fmt.Errorf("cannot look for locks of migrations: %w", err)
	}
	defer rows.Close()
	var found []int
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("cannot look for locks of migrations: %w", err)
		}
		if g, err := strconv.Atoi(strings.TrimPrefix(name, lockPrefix)); err == nil {
			found = append(found, g)
		}
	}
	return found, rows.Err()
}

// hold fails when another runner has overtaken this one.
func (l *migrationLock) hold(ctx context.Context) error {
	generations, err := l.db.lockGenerations(ctx)
	if err != nil {
		return err
	}
	mine := false
	for _, g := range generations {
		mine = mine || g == l.generation
		if g > l.generation {
			return fmt.Errorf("cannot go on migrating: this process was silent for %s and another took over",
				lockStale)
		}
	}
	if !mine {
		return fmt.Errorf("cannot go on migrating: the table %s is gone", l.table())
	}
	return nil
}

func (l *migrationLock) beat(ctx context.Context) error {
	if err := l.db.Exec(ctx, "INSERT INTO "+l.table()+" SELECT now64(3)", nil); err != nil {
		return fmt.Errorf("cannot keep the lock of migrations: %w", err)
	}
	return nil
}

func (l *migrationLock) keepBeating(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(lockBeat)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				// A missed beat is noticed by hold, if it matters.
				_ = l.beat(ctx)
			}
		}
	}()
	l.stop = func() { cancel(); <-done }
}

func (l *migrationLock) release(ctx context.Context) {
	l.stop()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	// A lock that stays becomes stale by itself.
	_ = l.drop(ctx)
}

func (l *migrationLock) drop(ctx context.Context) error {
	return l.db.define(ctx, "DROP TABLE IF EXISTS "+l.table())
}

// dropOlder clears away the locks of holders that died.
func (l *migrationLock) dropOlder(ctx context.Context) error {
	generations, err := l.db.lockGenerations(ctx)
	if err != nil {
		return err
	}
	for _, g := range generations {
		if g < l.generation {
			if err := (&migrationLock{db: l.db, generation: g}).drop(ctx); err != nil {
				return fmt.Errorf("cannot clear a stale lock of migrations: %w", err)
			}
		}
	}
	return nil
}

func code(err error) int {
	var refused *Rejected
	if errors.As(err, &refused) {
		return refused.Code
	}
	return 0
}
