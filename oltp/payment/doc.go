// Package payment takes the money for orders through payment providers and gives it back.
//
// Orders and the providers' signed callbacks come in; paid orders and repayments go out. It is guaranteed
// that money which a provider has reported is either applied to its order once, or owed back to the
// customer, whatever is repeated, lost, late or out of order: that the money came is recorded before the
// order is told, and a refund of an order that was paid this way is owed from the moment it is recorded,
// in the same transaction. What is owed is sent until the provider has taken it.
package payment
