// Package boost fits gradient-boosted trees for a yes-or-no question: will it happen?
//
// In come rows of numbers with a label and a weight each; out goes a Model whose Score is the log-odds.
// The method is Friedman's ("Greedy function approximation: a gradient boosting machine", 2001) with the
// second-order gain of Chen and Guestrin ("XGBoost: a scalable tree boosting system", 2016) on features
// cut into at most 256 bins, trees grown leaf by leaf (Ke et al., "LightGBM", 2017). It is here, and not a
// library, because those for Go either only read models fitted elsewhere or need cgo.
//
// Guaranteed: the same rows, Config and machine give the same Model whatever the number of workers; a
// value that is not a number goes the way of the smallest; a Score is always finite.
package boost
