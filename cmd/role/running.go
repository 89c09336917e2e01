package role

import "github.com/tillstream/tillstream/cmd/chain"

// OrRunning fills addresses that were not given with those of the chain that runs in the folder.
func (b Backends) OrRunning(state chain.State) (Backends, error) {
	if b.Postgres != "" && len(b.Kafka) > 0 && b.ClickHouse != "" {
		return b, nil
	}
	running, err := state.Running()
	if err != nil {
		return b, err
	}
	if b.Postgres == "" {
		b.Postgres = running.Postgres
	}
	if len(b.Kafka) == 0 {
		b.Kafka = []string{running.Kafka}
	}
	if b.ClickHouse == "" {
		b.ClickHouse = running.ClickHouse
	}
	return b, nil
}
