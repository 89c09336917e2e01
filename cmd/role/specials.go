package role

import (
	"github.com/tillstream/tillstream/models/push"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

// todaysSpecials finds what open stores sell at their tills at c.At for less than the list price, by at
// least a share of it. What a rule of merchandisers blocks everywhere is no special; a rule that blocks in
// some scenes is about these.
func todaysSpecials(c *recommend.Catalogue, rules []retail.MerchandisingRule,
	minOff float64) map[retail.StockKey]push.Special {
	open := map[retail.StoreID]bool{}
	for i := range c.Stores {
		open[c.Stores[i].ID] = c.Stores[i].Active
	}
	skus := make(map[retail.SKUID]*retail.SKU, len(c.SKUs))
	for i := range c.SKUs {
		if s := &c.SKUs[i]; s.Active && s.SoldThrough(retail.Till) {
			skus[s.ID] = s
		}
	}
	b := newBlocks(c, rules)
	found := map[retail.StockKey]push.Special{}
	for i := range c.Listings {
		l := &c.Listings[i]
		sku := skus[l.SKU]
		if sku == nil || !open[l.Store] || !l.Holds(c.At) || !l.Listed || !l.Priced {
			continue
		}
		s := push.Special{SKU: l.SKU, Price: l.Price, List: sku.Price}
		if s.Price < s.List && s.Off() >= minOff && !b.names(l.Store, sku) {
			found[retail.StockKey{Store: l.Store, SKU: l.SKU}] = s
		}
	}
	return found
}

// blocks are the rules that keep goods off every slate now.
type blocks struct {
	c      *recommend.Catalogue
	rules  []retail.MerchandisingRule
	parent map[string]string
}

func newBlocks(c *recommend.Catalogue, rules []retail.MerchandisingRule) *blocks {
	b := &blocks{c: c, parent: make(map[string]string, len(c.Categories))}
	for i := range c.Categories {
		b.parent[c.Categories[i].Code] = c.Categories[i].Parent
	}
	for _, r := range rules {
		if r.Kind == retail.RuleBlock && r.Scenes == 0 && r.Holds(c.At) {
			b.rules = append(b.rules, r)
		}
	}
	return b
}

// names reports whether a rule names a SKU at a store.
func (b *blocks) names(store retail.StoreID, sku *retail.SKU) bool {
	for i := range b.rules {
		r := &b.rules[i]
		if (r.Store == 0 || r.Store == store) && (r.SKU == 0 || r.SKU == sku.ID) &&
			(r.Brand == "" || r.Brand == sku.Brand) && (r.Category == "" || b.below(sku, r.Category)) &&
			b.tags(sku)&r.Tags == r.Tags {
			return true
		}
	}
	return false
}

// below reports whether a SKU lies in a category or below it.
func (b *blocks) below(sku *retail.SKU, category string) bool {
	at := sku.Category.Code
	for depth := 0; at != "" && depth <= retail.MaxCategoryDepth; depth++ {
		if at == category {
			return true
		}
		at = b.parent[at]
	}
	return false
}

func (b *blocks) tags(sku *retail.SKU) (set uint8) {
	for _, t := range sku.Tags {
		if t.Holds(b.c.At) {
			set |= 1 << t.Tag
		}
	}
	return set
}
