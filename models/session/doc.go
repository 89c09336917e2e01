// Package session says what a visitor will look at next, from the clicks so far: it finds recent
// sessions that share items with this one and sums what else was in them.
//
// The method is VMIS-kNN (Kersbergen, Sprangers and Schelter, "Serenade - Low-Latency Session-Based
// Recommendation in e-Commerce at Scale", SIGMOD 2022), with the closeness of positions from STAN (Garg
// et al., "Sequence and Time Aware Neighborhood for Session-based Recommendations", SIGIR 2019). With ω
// the visitor's distinct clicks, newest first at place p = 0, 1, …, n-1, and N the k most similar of
// the m newest sessions that share an item with them:
//
//	similarity(s) = 2^(-age(s)/HalfLife) · Σ (n-p)/n over the p whose item is in s
//	score(i)      = ln(1 + H/h_i) · Σ over s in N that hold i of similarity(s) · (1 - p_s/10) · near(i, s)
//	near(i, s)    = e^(-(d-1)/Near), times Back if i was looked at before the shared item
//
// where p_s is the place of the newest shared item, d the distance of i from it in s, H the sessions
// that are kept and h_i those that hold i.
//
// In come sessions, finished or click by click; out go scored items. One goroutine writes, any number
// read, without a lock: a click counts in the next answer. Guaranteed: the index holds at most
// Config.Sessions sessions, the oldest leave; answers are those of a search through all of them.
package session
