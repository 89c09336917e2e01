package postgres

import (
	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/dispatch"
	"github.com/tillstream/tillstream/oltp/ledger"
	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/overdue"
	"github.com/tillstream/tillstream/oltp/payment"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/stocktake"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/oltp/vault"
)

// What this package is to the others.
var (
	_ dispatch.Book     = (*Routing)(nil)
	_ dispatch.Intake   = (*order.Writers)(nil)
	_ overdue.Router    = (*dispatch.Desk)(nil)
	_ payment.Book      = (*Payments)(nil)
	_ courier.Book      = (*Couriers)(nil)
	_ order.Book        = (*Orders)(nil)
	_ order.Reader      = (*Orders)(nil)
	_ order.Historian   = (*Orders)(nil)
	_ order.Intake      = (*order.Writers)(nil)
	_ catalogue.Editor  = (*Catalogue)(nil)
	_ catalogue.Lister  = (*Catalogue)(nil)
	_ catalogue.Source  = (*Catalogue)(nil)
	_ catalogue.Shelves = (*Catalogue)(nil)
	_ catalogue.Shelves = (*catalogue.Directory)(nil)
	_ order.Memory      = (*Orders)(nil)
	_ catalogue.Gallery = (*Catalogue)(nil)
	_ catalogue.Critic  = (*Catalogue)(nil)
	_ catalogue.Lookup  = (*catalogue.Directory)(nil)
	_ catalogue.Editor  = (*catalogue.Directory)(nil)
	_ overdue.Orders    = (*Overdue)(nil)
	_ stock.Reader      = (*Stock)(nil)
	_ stock.Lister      = (*Stock)(nil)
	_ stock.SafetyBook  = (*Stock)(nil)
	_ order.Safety      = (*stock.Safeties)(nil)
	_ transfer.Book     = (*Transfers)(nil)
	_ transfer.Intake   = (*order.Writers)(nil)
	_ stocktake.Book    = (*Stocktakes)(nil)
	_ stocktake.Intake  = (*order.Writers)(nil)
	_ ledger.Reader     = (*Ledger)(nil)
	_ member.Book       = (*Members)(nil)
	_ vault.Keys        = (*VaultKeys)(nil)
	_ staff.Directory   = (*Staff)(nil)
	_ staff.Sessions    = (*Staff)(nil)
	_ staff.RollSource  = (*Staff)(nil)
	_ staff.Auditor     = (*Staff)(nil)
)
