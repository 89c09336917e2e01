package catalogue

import (
	"context"
	"errors"
	"fmt"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Merchandiser keeps the rules about what is recommended. Every call sees, and changes, what its scope
// sees: a rule of the whole chain belongs to those who see the chain.
type Merchandiser interface {
	// AddRule records a rule. A request that is repeated under its key answers with the first one.
	AddRule(ctx context.Context, scope retail.Scope, n *NewRule) (r retail.MerchandisingRule, replayed bool,
		err error)
	// ChangeRule makes the rule with r's ID wish what r wishes. have is the version that the caller has
	// seen, 0 for any; a rule that wishes the same already is left alone.
	ChangeRule(ctx context.Context, scope retail.Scope, r *retail.MerchandisingRule, have int64) (
		retail.MerchandisingRule, error)
	// DeleteRule ends a rule.
	DeleteRule(ctx context.Context, scope retail.Scope, id retail.RuleID, by string, have int64) error
	// Rule returns a rule, deleted ones aside.
	Rule(ctx context.Context, scope retail.Scope, id retail.RuleID) (retail.MerchandisingRule, error)
	// Rules lists rules, newest first.
	Rules(ctx context.Context, scope retail.Scope, f RuleFilter) ([]retail.MerchandisingRule, error)
}

// NewRule is a rule to add. Under the zero key every request is a new one.
type NewRule struct {
	retail.MerchandisingRule
	Key [16]byte
}

// RuleFilter narrows a list of rules.
type RuleFilter struct {
	// Store is 0 for all.
	Store retail.StoreID
	// Current leaves out what has ended.
	Current bool
	// Before lists rules with lower numbers, 0 all. Limit is how many, at most.
	Before retail.RuleID
	Limit  int
}

// ErrNoRule says that there is no such rule in the scope, or not any more.
var ErrNoRule = errors.New("there is no such merchandising rule")

// RuleMoved says that a rule is not what the caller has seen.
type RuleMoved struct {
	// Have is the version that the caller has seen, Is the present one.
	Have, Is int64
}

func (e *RuleMoved) Error() string {
	return fmt.Sprintf("the rule has version %d, not %d", e.Is, e.Have)
}

// TooManyRules says that a rule finds no room.
type TooManyRules struct {
	// Store is 0 when the whole chain has too many. Most is the bound.
	Store retail.StoreID
	Most  int
}

func (e *TooManyRules) Error() string {
	if e.Store == 0 {
		return fmt.Sprintf("the chain has %d rules that have not ended", e.Most)
	}
	return fmt.Sprintf("the store has %d rules that have not ended", e.Most)
}

// CheckRule says what breaks a rule of merchandising rules, apart from what they name.
func CheckRule(r *retail.MerchandisingRule) error {
	var c check
	aimed := r.SKU > 0 || r.Category != "" || r.Brand != "" || r.Tags != 0
	c.rule(r.Kind >= retail.RuleBoost && r.Kind <= retail.RuleBlock, "kind", fmt.Sprint(r.Kind),
		"must be one of boost, pin, block")
	c.rule(r.Kind != retail.RulePin || r.SKU > 0, "sku", "", "is missing: a pin puts one SKU at a place")
	c.rule(aimed, "sku", "", "is missing, and so are category, brand and tags: a rule names goods")
	if r.Kind == retail.RuleBoost {
		c.rule(r.Factor >= retail.MinRuleFactor && r.Factor <= retail.MaxRuleFactor, "factor",
			fmt.Sprint(r.Factor), fmt.Sprintf("must be from %v to %v", retail.MinRuleFactor,
				retail.MaxRuleFactor))
	} else {
		c.rule(r.Factor == 0, "factor", fmt.Sprint(r.Factor), "is for a boost alone")
		c.rule(r.Quota == 0, "quota", fmt.Sprint(r.Quota), "is for a boost alone")
	}
	if r.Kind == retail.RulePin {
		c.rule(r.Place >= 1 && r.Place <= retail.MaxRulePlace, "place", fmt.Sprint(r.Place),
			fmt.Sprintf("must be from 1 to %d", retail.MaxRulePlace))
	} else {
		c.rule(r.Place == 0, "place", fmt.Sprint(r.Place), "is for a pin alone")
	}
	c.rule(r.Quota >= 0 && r.Quota <= retail.MaxRulePlace, "quota", fmt.Sprint(r.Quota),
		fmt.Sprintf("must be from 0 to %d", retail.MaxRulePlace))
	c.window("until", "", r.Window)
	return c.err
}

// AppendRule appends the framed MerchandisingChanged of a rule to a packet; its note stays behind.
func AppendRule(packet []byte, r *retail.MerchandisingRule) ([]byte, error) {
	m := &event.MerchandisingChanged{RuleId: int64(r.ID), Version: r.Version, Deleted: r.Deleted,
		Kind: event.RuleKind(r.Kind), StoreId: int32(r.Store), SkuId: int64(r.SKU),
		CategoryCode: r.Category, Brand: r.Brand, Factor: r.Factor, Place: r.Place, Quota: r.Quota,
		FromUnixUs: unixUS(r.From), UntilUnixUs: unixUS(r.Until), Scenes: r.SceneNames(),
		Tags: r.TagNames()}
	return frame(packet, event.KindRuleChanged, int64(r.ID), m)
}
