//go:build synctests && !race

package simulation_test

// seeds is how many worlds the suite goes through.
const seeds = 10_000
