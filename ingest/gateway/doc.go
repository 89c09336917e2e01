// Package gateway takes behaviour events over HTTP and puts them into the log. In comes POST
// /v1/events with a JSON array, or lines of JSON, of views, searches, clicks and the like; out go
// records of the behaviour topic.
//
// Guaranteed: each event of a request is answered for itself, and is acknowledged only when Kafka has
// it; one wrong event names its field, value and reason and spares its neighbours. An event that is sent
// again under the same event_id within the window is not written again. The attribution of what was
// recommended is opened here: facts say in plain fields in which answer goods were shown, and one that was
// not sealed by us is counted and left out, which the row's answer says. What identifies a person does
// not pass: the visitor becomes a keyed hash, long runs of digits in a search are masked. Nobody pushes
// touches into the trail of somebody else: a member is named by whoever's token speaks for that member, a
// caller without a token tells of visitors and sessions alone. Memory is bounded: beyond the bounds callers
// get 503 or 429 with Retry-After.
package gateway
