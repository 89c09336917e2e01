// Package simulation runs the engine of package stream in virtual time, world after world: each seed
// makes a small chain of stores, the facts that happen in it, the ways in which processes, network,
// broker and warehouse fail meanwhile, and the result that a batch recomputation of the facts gives.
// What the stream has written must equal that result, bit for bit.
//
// The engine, the door to Kafka and the Kafka client are the real ones; the broker is kfake on a network
// in memory. The warehouse is a model of what the engine relies on, because ClickHouse cannot run in
// virtual time; the engine with the real one is tested elsewhere.
//
// The tests are built with the tag synctests, which lets the Kafka client's locks take part in virtual
// time:
//
//	go test -tags synctests -run TestSimulation ./cmd/simulation
//
// TILLSTREAM_SEEDS says how many seeds, TILLSTREAM_SEED replays one.
package simulation
