// Package serving is the front door of everything that answers: the console for people, the edge for
// the shop's own programs, and the live state behind them.
//
// In come the warehouse, the stock feed and the addresses of the services that it passes requests on
// to; out goes a Server that is started and stopped as one. It listens before it returns from Start, so
// that a taken port is an error there and nowhere later.
package serving
