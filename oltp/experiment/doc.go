// Package experiment keeps the experiments with recommendations within their rules. In come experiments as
// marketing writes them; out go the reasons why one cannot be, and the event of one that changed.
//
// Guaranteed: at most one is in force at any time, and once one has begun its draw does not change. What
// was counted before a change of shares cannot be compared with what is counted after it, so all that may
// still change then is when it ends.
package experiment
