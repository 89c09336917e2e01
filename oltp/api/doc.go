// Package api is the write API: what tills, channels, planners and loaders call to record trade.
//
// HTTP requests come in; each is authenticated, bounded, read strictly and translated from codes to
// ids; then the order service, the catalogue or the stock ledger decides, and an answer or an RFC 9457
// problem goes out that names every place that was wrong. Rows of a bulk succeed or fail alone. A
// request that is repeated under its Idempotency-Key takes effect once. What lies outside the
// principal's scope is refused when written and not found when read.
//
// The routes, their bodies and examples are described in OpenAPI 3.1 at /openapi.json; Describe returns
// the same document without a running service. Bodies are not read by huma but by oltp/wire: huma decodes
// a body twice, lets unknown fields pass as it decodes, and cannot tell one row's fault from another's.
package api
