package warehouse

import (
	"context"
	"strconv"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// Favourites returns what a member has among the favourites, put there in a store in scope: at most so many,
// the newest first. Whoever asks must have made sure that the member agreed.
func (w *Warehouse) Favourites(ctx context.Context, scope retail.Scope, member retail.MemberID, most int) (
	[]retail.SKUID, error) {
	if scope.Empty() {
		return nil, nil
	}
	rows, err := w.ask(ctx, scope, "favourites", clickhouse.Params{
		"member": strconv.FormatInt(int64(member), 10), "most": strconv.Itoa(most)})
	if err != nil {
		return nil, err
	}
	list := make([]retail.SKUID, len(rows))
	for i, r := range rows {
		list[i] = retail.SKUID(r.int("sku"))
	}
	return list, nil
}
