// Package overdue ends what would otherwise wait for ever: orders that nobody pays free their goods, stores
// are reminded of orders that they do not pick and then lose them to another store, and orders that do not
// reach their customers are flagged.
//
// It asks the database what is due and sends ordinary steps through the intake, in bounded batches. So a
// step is taken once, however many instances look and whenever one of them is killed, and after a pause
// everything that has become due meanwhile is caught up with. One instance works at a time; the others
// take over when it is gone.
package overdue
