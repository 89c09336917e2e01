// Package signed is a courier.Provider for services that are asked over HTTP in JSON, both sides signing with
// HMAC-SHA256 under a secret that they share. Courier services differ in the names of their fields: whoever
// has another one puts a translator in front of it, or writes another courier.Provider.
//
//	POST /v1/tasks                  Task → Status; the same number again tells how far the task is
//	GET  /v1/tasks/{number}         → Status
//	POST /v1/tasks/{number}/cancel  → Status, or 409 when the rider has the goods
//	POST {notify_url}               Status, from the service, again and again until it answers 2xx
//
// A message counts only when its signature covers its purpose, its time, its nonce and its very bytes, and
// when its time is at most five minutes from ours. An answer is bound to the nonce of its request. Package
// simulated is the other side for one machine; nobody rides there.
package signed
