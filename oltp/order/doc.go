// Package order takes in everything that moves goods or money at a store: orders, payments,
// cancellations, shipments, completions, refunds and stock moves.
//
// Requests come in with ids already resolved (oltp/catalogue knows codes), in slices; one result comes
// out for each request, in the same order. A result without error is durable: its rows, its ledger
// entries and its events were committed together. A bad request fails alone and its neighbours commit.
// A request that is repeated under its key takes effect once.
//
// Requests are gathered per writer while the writer's previous transaction is in flight, so a lone
// request does not wait and a flood is written a thousand at a time. Stores are dealt out over the
// writers, so that no two of them want the same stock row.
package order
