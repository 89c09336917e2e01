// Package experiment says what a controlled experiment shows: in come the figures of its arms, out go
// rates and means with their 95 % intervals, the differences to the control and to those who were held
// out, and whether the arms were filled as they were meant to be.
//
// The unit is whoever was drawn: a visitor is in one arm, and what a visitor does is one observation
// however often it happens. Everything is computed from sufficient statistics (counts, means, variances),
// so the cost does not depend on the number of visitors. An estimate that the data does not give, such as
// the variance of one observation, is not OK rather than NaN.
package experiment
