// Package eval judges every model on a history that somebody brings along, in CSV files: what could this
// chain have foretold? In come files in documented layouts (Layouts), out goes one Score for each model and
// k, with the plain methods beside. What is to be foretold is never seen by a fit.
package eval
