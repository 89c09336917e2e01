// Package chaos torments a chain on this machine. Tills trade over HTTP without a break while a seeded
// schedule kills each process, alone, in pairs and at steps of its protocols, stops some and lets them go
// on, takes away disks and logs, and repeats what was sent. After every fault the books are recomputed
// from the ledger: nothing may be lost, and nothing may have taken effect twice.
//
// In go a folder, a seed and a number of kills; out comes a Report. The tills keep a book of their own, so
// that what the service promised is known from outside, too.
package chaos
