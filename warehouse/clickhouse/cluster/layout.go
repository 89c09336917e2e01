// Package cluster spreads a schema over a ClickHouse cluster. In come the statements that make the
// schema on one server; out come those that make it on a cluster: no second schema is kept.
//
// A table with a store_id, or one that a materialized view fills, is sharded: name_local on every node,
// replicated within its shard, and name, Distributed over them. A materialized view reads and fills the
// local tables of its node. Any other table, such as a directory of stores, is small: every node holds
// all of it, so that joins stay on the node. Views and INSERT … SELECT read the distributed names.
//
// Guaranteed: the tokens of inserts hold as they do on one server, for a replicated table remembers them
// per shard, for as many blocks, and for a week; and a batch is cut into the same blocks for the same
// shards whenever it is repeated.
package cluster

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tillstream/tillstream/warehouse/clickhouse/lex"
)

// Layout says how a schema is spread.
type Layout struct {
	// Cluster is the name in the servers' remote_servers. Its shards must have internal_replication, and
	// each server the macros shard and replica. Required.
	Cluster string
	// Database is the one in which the tables stand. Required.
	Database string
	// Sharding is what decides on the shard of a row: "store" for the number of the store itself, which
	// spreads numbered stores evenly, or "hash" for its hash, where numbers have gaps. Default store.
	Sharding string
}

// windowSeconds is how long a replicated table remembers insert tokens. A batch can be open for as long
// as the warehouse is away; the servers' default of an hour is too short for that.
const windowSeconds = 7 * 86_400

var named = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

func (l Layout) check() error {
	if !named.MatchString(l.Cluster) {
		return fmt.Errorf("cannot use the cluster name %q: want letters, digits, _, - and .", l.Cluster)
	}
	if !named.MatchString(l.Database) {
		return fmt.Errorf("cannot use the database name %q: want letters, digits, _, - and .", l.Database)
	}
	if !slices.Contains([]string{"", "store", "hash"}, l.Sharding) {
		return fmt.Errorf("cannot shard by %q: want store or hash", l.Sharding)
	}
	return nil
}

// Spread returns, for each statement of a schema in its order, those that do the same on the cluster.
func (l Layout) Spread(statements []string) ([][]string, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	s := &spreader{Layout: l, sharded: map[string]bool{}}
	parsed := make([]*statement, len(statements))
	for i, sql := range statements {
		parsed[i] = parse(sql)
		s.learn(parsed[i])
	}
	all := make([][]string, len(statements))
	for i, st := range parsed {
		var err error
		if all[i], err = s.spread(st); err != nil {
			return nil, fmt.Errorf("cannot spread %.60q over the cluster: %w", statements[i], err)
		}
	}
	return all, nil
}

// spreader knows which tables of a schema are sharded.
type spreader struct {
	Layout
	sharded map[string]bool
}

func (s *spreader) learn(st *statement) {
	switch st.kind {
	case createTable:
		if st.has("store_id") {
			s.sharded[st.name] = true
		}
	case createMaterialized:
		s.sharded[st.target] = true
	}
}

func (s *spreader) spread(st *statement) ([]string, error) {
	on := " ON CLUSTER '" + s.Cluster + "'"
	switch st.kind {
	case createTable:
		return s.table(st, on)
	case createMaterialized:
		for _, t := range st.tokens {
			if word := st.text(t); t.Kind == lex.Word && s.sharded[word] {
				st.replace(t, word+"_local")
			}
		}
		st.replace(st.nameToken, st.name+on)
		return []string{st.String()}, nil
	case createView:
		st.replace(st.nameToken, st.name+on)
		return []string{st.String()}, nil
	case alterTable:
		return s.alter(st, on)
	case dropTable:
		st.replace(st.nameToken, st.name+on)
		return []string{st.String()}, nil
	case insert:
		return []string{st.sql}, nil
	}
	return nil, fmt.Errorf("it is none of CREATE TABLE, CREATE VIEW, ALTER TABLE, DROP TABLE and INSERT")
}

// table replicates a table and, if it is sharded, lays a distributed one over it.
func (s *spreader) table(st *statement, on string) ([]string, error) {
	engine, args, ok := st.engine()
	if !ok || !strings.HasSuffix(st.text(engine), "MergeTree") {
		return nil, fmt.Errorf("its engine is not of the MergeTree family")
	}
	local, path, replica := st.name, "/clickhouse/tables/{database}/"+st.name, "{shard}-{replica}"
	if s.sharded[st.name] {
		local = st.name + "_local"
		path, replica = "/clickhouse/tables/{shard}/{database}/"+local, "{replica}"
	}
	if args != "" {
		args = ", " + args
	}
	st.replaceEngine("Replicated" + st.text(engine) + "('" + path + "', '" + replica + "'" + args + ")")
	for _, t := range st.tokens {
		if st.text(t) == "non_replicated_deduplication_window" {
			st.replace(t, fmt.Sprintf("replicated_deduplication_window_seconds = %d, "+
				"replicated_deduplication_window", windowSeconds))
		}
	}
	st.replace(st.nameToken, local+on)
	if local == st.name {
		return []string{st.String()}, nil
	}
	key, err := s.shard(st)
	if err != nil {
		return nil, err
	}
	over := fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s%s AS %s\nENGINE = Distributed('%s', '%s', '%s', %s)",
		st.name, on, local, s.Cluster, s.Database, local, key)
	return []string{st.String(), over}, nil
}

// shard is the expression that decides on the shard of a row.
func (s *spreader) shard(st *statement) (string, error) {
	for _, column := range []string{"store_id", "member_id"} {
		switch {
		case !st.has(column):
		case column == "store_id" && s.Sharding != "hash":
			return column, nil
		default:
			return "intHash64(" + column + ")", nil
		}
	}
	return "", fmt.Errorf("it is sharded but has neither store_id nor member_id")
}

// alter changes the local table, and the distributed one too where columns come, go or change.
func (s *spreader) alter(st *statement, on string) ([]string, error) {
	columns, others := st.alterations()
	if columns > 0 && others > 0 {
		return nil, fmt.Errorf("it changes columns and more: put the columns into an ALTER of their own")
	}
	if !s.sharded[st.name] {
		st.replace(st.nameToken, st.name+on)
		return []string{st.String()}, nil
	}
	st.replace(st.nameToken, st.name+"_local"+on)
	all := []string{st.String()}
	if columns > 0 {
		st.replace(st.nameToken, st.name+on)
		all = append(all, st.String())
	}
	return all, nil
}
