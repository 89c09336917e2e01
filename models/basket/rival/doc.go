// Package rival holds the published methods that the basket model is judged beside.
//
// Each takes a history and ranks items for the next basket of a user, in the numbers of the history.
// They are here to be judged in the same run on the same data, not to serve.
package rival
