package bench

import (
	"context"

	"github.com/tillstream/tillstream/cmd/chain"
	housing "github.com/tillstream/tillstream/cmd/house"
)

// house is a chain of its own in a folder of its own.
type house struct {
	*housing.House
	state chain.State
	chain *chain.Chain
	at    chain.Addresses
	token string
	// goods is set once stores and SKUs are there and every shelf is full.
	goods *goods
}

func open(ctx context.Context, cfg *Config) (*house, error) {
	h, err := housing.Open(ctx, housing.Config{Dir: cfg.Dir, Name: "bench", Exe: cfg.Exe, Step: cfg.Step,
		Keep: true, Log: cfg.Log})
	if err != nil {
		return nil, err
	}
	return &house{House: h, state: h.State, chain: h.Chain, at: h.At, token: h.Token}, nil
}
