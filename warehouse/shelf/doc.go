// Package shelf keeps what models have learnt: versions with their figures, their bytes, and tables that a
// planner queries with SQL.
//
// In come the parts of one training of one model, block by block, then its version; out go the versions
// that count, and bytes. Guaranteed: a version counts from the moment at which its row is written, last
// of all, so that a training that broke off is never read; bytes that are cut or altered are an error;
// a block that is repeated under the same name changes nothing.
//
// The tables have no store_id: on a cluster every node holds them whole, for they are small beside the
// facts and are joined with directories; and one statement on any node lets go of an old version.
package shelf
