// Package console is the address that people and programs of the chain talk to: key figures, the live
// page with its stream, the session of a browser, and, passed on to their services, the write API,
// behaviour events and stock levels.
//
// In come HTTP requests with a bearer token or a session cookie; out go tables, events, files of the
// user interface, or a problem (RFC 9457). Guaranteed: no figure is read without the scope of the
// principal; however many people watch one scope, it costs one query per refresh; a warehouse that is
// away turns key figures into 503 and live streams into a status event, and both recover by themselves.
package console
