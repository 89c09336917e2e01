package metric

import "fmt"

// ratio divides and is undefined over nothing.
func ratio(numerator, denominator string) string {
	return "if((" + denominator + ") = 0, NULL, (" + numerator + ") / (" + denominator + "))"
}

// mean divides an amount and rounds half away from zero to whole fen, in integers throughout.
func mean(amount, count string) string {
	return "if(" + count + " = 0, NULL, intDiv(2 * " + amount + " + if(" + amount + " < 0, -" + count +
		", " + count + "), 2 * " + count + "))"
}

// repurchase says what a repurchase rate is.
func repurchase(days int) string {
	return fmt.Sprintf("Share of the buyers who bought again, on a later day within %d days and "+
		"anywhere in the chain. It still rises until %[1]d days after the span.", days)
}

const (
	netSales  = "{gross} - {discounts} - {refunded}"
	netCost   = "{cost_of_orders} - {cost_of_refunds}"
	netProfit = netSales + " - (" + netCost + ")"
)

// metrics is the catalogue. It is never written after its declaration.
var metrics = append([]Metric{
	{"gmv", Money, Finance,
		"Gross merchandise value: what orders were placed for, after discounts, on the day when they " +
			"were placed, whether they were paid, cancelled or refunded since or not.", "{placed_fen}"},
	{"gross_sales", Money, Finance,
		"Paid orders at list price, before discounts and refunds.", "{gross}"},
	{"discounts", Money, Finance,
		"What was taken off the list price in paid orders, coupons included.", "{discounts}"},
	{"coupon_discounts", Money, Marketing,
		"The part of discounts that coupons paid for.", "{coupon_discounts}"},
	{"net_before_refunds", Money, Finance,
		"Paid orders after discounts, before refunds.", "{gross} - {discounts}"},
	{"refunds", Money, Finance,
		"What was given back, after the discounts of the goods returned.", "{refunded}"},
	{"net_sales", Money, Finance,
		"Sales after discounts and refunds. A refund counts on the day it was made. Adjustments and " +
			"write-offs of money are part of it.", netSales},
	{"adjustments", Money, Finance,
		"The part of net sales that moved money without goods.", "{adjustments}"},
	{"write_offs", Money, Finance,
		"The part of net sales that was given up, such as bad debt; negative.", "{write_offs}"},
	{"cost", Money, Finance,
		"What the goods sold cost the chain, less the goods returned.", netCost},
	{"gross_profit", Money, Finance,
		"Net sales less cost.", netProfit},
	{"gross_margin", Ratio, Finance,
		"Gross profit as a share of net sales.", ratio(netProfit, netSales)},
	{"discount_rate", Ratio, Finance,
		"Discounts as a share of gross sales.", ratio("{discounts}", "{gross}")},
	{"refund_rate", Ratio, Finance,
		"Refunds as a share of sales after discounts.", ratio("{refunded}", "{gross} - {discounts}")},
	{"orders", Count, Finance,
		"Paid orders. By goods: paid orders with a line of them, so that an order counts in several.",
		"{orders}"},
	{"placed_orders", Count, Finance,
		"Orders placed, whether paid or not.", "{placed_orders}"},
	{"cancelled_orders", Count, Finance,
		"Orders cancelled, on the day of the cancellation.", "{cancelled_orders}"},
	{"refund_documents", Count, Finance,
		"Refunds made, with or without a receipt.", "{refund_documents}"},
	{"invoices", Count, Finance,
		"Documents of either kind: paid orders and refunds.", "{orders} + {refund_documents}"},
	{"lines", Count, Finance,
		"Lines of paid orders and of refunds.", "{order_lines} + {refund_lines}"},
	{"sale_lines", Count, Finance,
		"Lines of paid orders, adjustments included.", "{order_lines}"},
	{"refund_lines", Count, Finance,
		"Lines of refunds.", "{refund_lines}"},
	{"units", Count, Merchandising,
		"Goods in paid orders.", "{units}"},
	{"refunded_units", Count, Merchandising,
		"Goods in refunds.", "{refunded_units}"},
	{"written_off_units", Count, Merchandising,
		"Goods that left the stock through an order document without a sale.", "{written_off_units}"},
	{"products", Count, Merchandising,
		"Different SKUs in paid orders.", "{products}"},
	{"aov", Money, Finance,
		"Average order value: sales after discounts, before refunds, for each paid order.",
		mean("({gross} - {discounts})", "{orders}")},
	{"upt", Ratio, Merchandising,
		"Units for each transaction: goods in each paid order.", ratio("{units}", "{orders}")},
	{"buyers", Count, Marketing,
		"Different members in paid orders; anonymous customers are not in it.", "{buyers}"},
	{"new_buyers", Count, Marketing,
		"Members whose first paid order in the whole chain is among the orders counted: each counts " +
			"once, at the store and the moment of that order.", "{first_orders}"},
	{"returning_buyers", Count, Marketing,
		"Buyers who had bought in the chain before: buyers less new buyers.",
		"{buyers} - {first_orders}"},
	{"repurchase_rate_30", Ratio, Marketing, repurchase(30), ratio("{repeat_buyers_30}", "{buyers}")},
	{"repurchase_rate_60", Ratio, Marketing, repurchase(60), ratio("{repeat_buyers_60}", "{buyers}")},
	{"repurchase_rate_90", Ratio, Marketing, repurchase(90), ratio("{repeat_buyers_90}", "{buyers}")},
	{"pickup_orders", Count, Marketing,
		"Paid orders that the customer picks up at the store.", "{pickup_orders}"},
	{"pickup_share", Ratio, Marketing,
		"Orders to be picked up as a share of paid orders.", ratio("{pickup_orders}", "{orders}")},
	{"same_city_share", Ratio, Marketing, "Orders delivered within the city as a share of paid orders.",
		ratio("{same_city_orders}", "{orders}")},
	{"express_share", Ratio, Marketing,
		"Orders sent by parcel as a share of paid orders.", ratio("{express_orders}", "{orders}")},
	{"ratings", Count, Merchandising,
		"Reviews that everybody may read, on the day when they were posted.", "{ratings}"},
	{"rating", Ratio, Merchandising,
		"Average stars, 1 to 5, of the reviews that everybody may read.", ratio("{stars}", "{ratings}")},
	{"visitors", Count, Marketing,
		"Different devices or browsers that were seen. An estimate: off by one in ten thousand up to " +
			"65,536, by about 0.4 % beyond.", "{visitors}"},
	{"sessions", Count, Marketing,
		"Different visits; an estimate like visitors.", "{sessions}"},
	{"views", Count, Marketing, "Product pages seen.", "{views}"},
	{"searches", Count, Marketing, "Searches made.", "{searches}"},
	{"cart_adds", Count, Marketing, "Times a product went into a cart.", "{cart_adds}"},
	{"impressions", Count, Marketing,
		"Times a product was shown in a list; a list of ten products counts ten.", "{impressions}"},
	{"clicks", Count, Marketing, "Times a product shown in a list was clicked.", "{clicks}"},
	{"click_rate", Ratio, Marketing,
		"Clicks for each impression.", ratio("{clicks}", "{impressions}")},
	{"coupons_issued", Count, Marketing, "Coupons handed out.", "{coupons_issued}"},
	{"coupons_redeemed", Count, Marketing, "Coupons used.", "{coupons_redeemed}"},
	{"online_orders", Count, Marketing,
		"Paid orders of the mini-program and the web, the channels that see visits.", "{online_orders}"},
	{"conversion", Ratio, Marketing,
		"Online orders for each session. Orders and sessions are counted apart, not matched: where " +
			"visits are not reported it is undefined or above one.", ratio("{online_orders}", "{sessions}")},
}, derivedMetrics...)
