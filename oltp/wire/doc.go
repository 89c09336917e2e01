// Package wire holds the bodies of the write API, for its server and its clients alike: snake_case
// names, codes instead of ids for stores, SKUs and members, amounts as decimal numbers with two
// places, times in RFC 3339.
//
// The types marshal with encoding/json; each that a client sends also has an append method, which is
// what a busy client uses, and a Read method over scan.Reader, which is what the server uses: it
// refuses everything the types do not mean and names the place. Bodies state facts; whether a store
// exists or a sale is possible is decided behind the API.
package wire
