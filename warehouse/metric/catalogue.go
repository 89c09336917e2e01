package metric

// ratio divides and is undefined over nothing.
func ratio(numerator, denominator string) string {
	return "if((" + denominator + ") = 0, NULL, (" + numerator + ") / (" + denominator + "))"
}

// mean divides an amount and rounds half away from zero to whole fen, in integers throughout.
func mean(amount, count string) string {
	return "if(" + count + " = 0, NULL, intDiv(2 * " + amount + " + if(" + amount + " < 0, -" + count +
		", " + count + "), 2 * " + count + "))"
}

const (
	netSales  = "{gross} - {discounts} - {refunded}"
	netCost   = "{cost_of_orders} - {cost_of_refunds}"
	netProfit = netSales + " - (" + netCost + ")"
)

// metrics is the catalogue. It is never written after its declaration.
var metrics = append([]Metric{
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
		"Paid orders. By category: paid orders with a line in it, so that an order counts in several.",
		"{orders}"},
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
