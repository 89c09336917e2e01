// Package courier has orders within one city carried by courier services.
//
// Orders that are set aside and the services' signed callbacks come in; orders that are on their way or with
// their customers go out. It is guaranteed that at most one errand of an order is under way, that a service
// is asked under the same number until it answers, and that an order follows what its service reports once,
// whatever is repeated, lost, late or out of order: what was reported is recorded before the order is told.
// An errand that a service gives up is given again, a bounded number of times; one whose order no longer
// waits is taken back. An order without an address stays with the store, which can always deliver itself.
//
// To whom and where goods go is personal: it is opened to be handed to the service, and appears in no event,
// no log and no errand.
package courier
