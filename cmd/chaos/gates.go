package chaos

import (
	"errors"
	"fmt"
	"net/url"
	"sync"

	"github.com/tillstream/tillstream/cmd/chain"
)

// gateName names the way of a role to an engine.
type gateName string

const (
	streamToClickHouse gateName = "stream to clickhouse"
	oltpToPostgres     gateName = "oltp to postgres"
	ingestToPostgres   gateName = "ingest to postgres"
)

// gates are all gates of a chain, made when a role first asks for its way.
type gates struct {
	mu  sync.Mutex
	all map[gateName]*gate
	err error
}

// detour sends a role through its gate. Kafka has none: a broker tells its clients its own address.
func (g *gates) detour(role string, a chain.Addresses) chain.Addresses {
	switch role {
	case "stream":
		a.ClickHouse = g.through(streamToClickHouse, a.ClickHouse)
	case "oltp":
		a.Postgres = g.through(oltpToPostgres, a.Postgres)
	case "ingest":
		a.Postgres = g.through(ingestToPostgres, a.Postgres)
	}
	return a
}

// through returns the address with the gate in the place of the engine, or as it was when there can be no
// gate.
func (g *gates) through(name gateName, address string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	u, err := url.Parse(address)
	if err != nil {
		g.err = errors.Join(g.err, fmt.Errorf("cannot read the address of %s: %w", name, err))
		return address
	}
	if g.all[name] == nil {
		made, err := openGate(u.Host)
		if err != nil {
			g.err = errors.Join(g.err, err)
			return address
		}
		if g.all == nil {
			g.all = map[gateName]*gate{}
		}
		g.all[name] = made
	}
	u.Host = g.all[name].address()
	return u.String()
}

// find returns a gate that a role has asked for.
func (g *gates) find(name gateName) (*gate, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all[name] == nil {
		return nil, errors.Join(fmt.Errorf("there is no gate from %s", name), g.err)
	}
	return g.all[name], nil
}

// closeAll ends all gates.
func (g *gates) closeAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, one := range g.all {
		_ = one.listener.Close()
		one.close()
	}
}
