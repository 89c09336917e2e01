// Package wechat is a payment.Provider that speaks version 3 of WeChat Pay's interface: requests and
// answers signed with RSA-SHA256, callbacks whose content is encrypted with AES-256-GCM under the
// merchant's API key.
//
// A callback counts only when its signature was made by WeChat Pay's own key over its time, its nonce and
// its very bytes, and when it is not older than five minutes. Package simulated is the other side of the
// same interface for one machine; no money moves there.
package wechat
