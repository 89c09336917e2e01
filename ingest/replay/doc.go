// Package replay pushes public data sets through the real order service with their historic times.
//
// A folder of CSV files (.csv.xz, or plain .csv) goes in. It is read and checked completely first:
// a row that cannot be used is reported with file, line, field, value and reason, and the rest goes
// on, up to a limit. What comes out is a Plan: regions, stores, categories, products and members,
// the stock that the sales need (labelled as an assumed opening balance, because no data set has
// one), and documents, that is orders and refunds in order of time. Pushing the plan is idempotent,
// since each key is made of the data set and the document's own number, and resumable, since a
// state file holds how far it came. The Report says where every row went, with counts and sums.
package replay
