//go:build synctests && race

package simulation_test

// seeds is how many worlds the suite goes through with the race detector, which makes each some ten
// times as dear.
const seeds = 200
