package warehouse

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/metric"
)

const indent = "        "

// The tables that a read may need beside its source.
const (
	joinPlaces = indent + "LEFT ANY JOIN (SELECT id, region_id, city FROM dim_store FINAL) " +
		"AS place ON place.id = f.store_id\n"
	joinGoods = indent + "LEFT ANY JOIN (SELECT id, category_id, brand FROM dim_sku FINAL) " +
		"AS goods ON goods.id = f.sku_id\n"
)

// read is the SELECT that reads a part for one period.
func (b *builder) read(p part, period int, s span, moved func(string) string) string {
	columns := []string{fmt.Sprintf("toUInt8(%d) AS period", period),
		"toInt64(" + strings.Join(p.seen, " + ") + ") AS seen"}
	at := place{p.source, moved, b.campaign(period)}
	keys := ""
	for i, d := range b.plan.dims {
		key := d.inner(at)
		keys += key
		columns = append(columns, key+" AS k"+strconv.Itoa(i))
	}
	for _, a := range b.atoms {
		sql := p.reads[a.Name]
		if sql == "" {
			sql = "0"
		}
		columns = append(columns, "toInt64("+sql+") AS a_"+a.Name)
	}
	var sql strings.Builder
	fmt.Fprintf(&sql, indent+"SELECT %s\n"+indent+"FROM %s AS f\n",
		strings.Join(columns, ",\n"+indent+"    "), b.from(p.source, period))
	if strings.Contains(keys, "place.") {
		sql.WriteString(joinPlaces)
	}
	if strings.Contains(keys, "goods.") {
		sql.WriteString(joinGoods)
	}
	fmt.Fprintf(&sql, indent+"WHERE %s", strings.Join(b.conditions(p.source, period, s), " AND "))
	if keys := b.keys(); len(keys) > 0 {
		fmt.Fprintf(&sql, "\n"+indent+"GROUP BY %s", strings.Join(keys, ", "))
	}
	return sql.String()
}

// campaign is the SQL of the campaign that a row belongs to. Where two campaigns are compared, the
// earlier one stands under the later one.
func (b *builder) campaign(period int) string {
	pair := b.plan.promotion
	if period == 0 || pair == nil {
		return "campaign_id"
	}
	b.params["earlier_campaign"] = strconv.Itoa(int(pair.earlier.id))
	b.params["later_campaign"] = strconv.Itoa(int(pair.later.id))
	return "if(campaign_id = {earlier_campaign:Int32}, {later_campaign:Int32}, campaign_id)"
}

func (b *builder) conditions(source metric.Source, period int, s span) []string {
	param := func(name, typ, value string) string {
		name += strconv.Itoa(period)
		b.params[name] = value
		return "{" + name + ":" + typ + "}"
	}
	first, last := s.days()
	list := []string{
		"f.day >= " + param("first_day", "Date", first.String()),
		"f.day <= " + param("last_day", "Date", last.String()),
	}
	if s.instants {
		clock := place{source: source}.clock()
		list = append(list,
			clock+" >= toDateTime("+param("from", "Int64", strconv.FormatInt(s.from, 10))+", 'UTC')",
			clock+" < toDateTime("+param("to", "Int64", strconv.FormatInt(s.to, 10))+", 'UTC')")
	}
	for _, f := range b.plan.filters {
		value := f.value
		if pair := b.plan.promotion; period == 1 && pair != nil && f.field == "campaigns" {
			value = idList([]retail.CampaignID{pair.earlier.id})
		}
		list = append(list, f.condition(source, param(f.field, f.typ, value)))
	}
	if !b.scope.All() {
		b.params["scope"] = idList(b.scope.Stores())
		list = append(list, "f.store_id IN {scope:Array(Int32)}")
	}
	return list
}
