// Package rule finds what is bought together.
//
// In come baskets: any function that returns the items of basket b, whole or through a filter. Out go
// the frequent itemsets of any length with their exact counts (Mine), the rules that follow from them
// with support, confidence, lift, leverage and conviction (Itemsets.Rules), their wire form (Set), the
// rules that a cart in hand fulfils (Matcher), and, for pairs, counts of these hours that follow the tills
// basket by basket (Live). Guaranteed: counts are exact, those of Live never too high; results do not depend
// on the order of the baskets or on the number of workers, and a limit that is reached is an error that says
// how to go on, or a counter, never a silent cut.
package rule
