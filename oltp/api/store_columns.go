package api

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tillstream/tillstream/oltp/sheet"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// storeColumn is a column of a spreadsheet of stores.
type storeColumn struct {
	// name is the field's, names are others that the header may have.
	name  string
	names []string
	// read sets the field from the text of a cell; "" sets its default. A reason says what is wrong.
	read func(s *wire.Store, text string) (reason string)
	show func(s *wire.Store) sheet.Cell
}

// storeColumns lists the columns in the order of an export. An absent column leaves its field alone.
func storeColumns() []storeColumn {
	return []storeColumn{
		textColumn("code", func(s *wire.Store) *string { return &s.Code },
			"门店编码", "门店编号", "门店代码", "编码", "store", "store_code"),
		textColumn("name", func(s *wire.Store) *string { return &s.Name }, "门店名称", "名称", "店名"),
		textColumn("name_en", func(s *wire.Store) *string { return &s.NameEN }, "英文名称", "英文名"),
		textColumn("region", func(s *wire.Store) *string { return &s.Region }, "区域编码", "区域", "大区"),
		textColumn("city", func(s *wire.Store) *string { return &s.City }, "城市"),
		textColumn("address", func(s *wire.Store) *string { return &s.Address }, "地址", "详细地址"),
		textColumn("phone", func(s *wire.Store) *string { return &s.Phone }, "电话", "联系电话", "telephone"),
		degreeColumn("latitude", func(s *wire.Store) *float64 { return &s.Latitude }, "纬度", "lat"),
		degreeColumn("longitude", func(s *wire.Store) *float64 { return &s.Longitude }, "经度", "lon", "lng"),
		{name: "coordinates", names: []string{"坐标系"}, read: readCoordinates,
			show: func(s *wire.Store) sheet.Cell { return sheet.Text(s.Coordinates) }},
		textColumn("time_zone", func(s *wire.Store) *string { return &s.TimeZone }, "时区"),
		clockColumn("opens", func(s *wire.Store) *int { return &s.OpensMinute }, "开门时间", "opens_minute"),
		clockColumn("closes", func(s *wire.Store) *int { return &s.ClosesMinute }, "关门时间", "closes_minute"),
		textColumn("hours", func(s *wire.Store) *string { return &s.Hours }, "营业时间"),
		textColumn("special_days", func(s *wire.Store) *string { return &s.SpecialDays }, "特殊日期", "节假日"),
		{name: "services", names: []string{"服务", "服务方式", "配送方式"}, read: readServices,
			show: func(s *wire.Store) sheet.Cell { return sheet.Text(strings.Join(s.Services, ",")) }},
		countColumn("delivery_radius_m", func(s *wire.Store) *int32 { return &s.DeliveryRadiusM },
			"配送半径", "配送半径米", "配送半径(米)"),
		countColumn("capacity_per_hour", func(s *wire.Store) *int32 { return &s.CapacityPerHour },
			"每小时产能", "每小时单量"),
		flagColumn("inactive", func(s *wire.Store) *bool { return &s.Inactive }, "停业", "已停业"),
		flagColumn("simulated", func(s *wire.Store) *bool { return &s.Simulated }, "模拟"),
	}
}

func textColumn(name string, field func(*wire.Store) *string, names ...string) storeColumn {
	return storeColumn{name: name, names: names,
		read: func(s *wire.Store, text string) string { *field(s) = text; return "" },
		show: func(s *wire.Store) sheet.Cell { return sheet.Text(*field(s)) }}
}

func degreeColumn(name string, field func(*wire.Store) *float64, names ...string) storeColumn {
	return storeColumn{name: name, names: names,
		read: func(s *wire.Store, text string) string {
			v, err := strconv.ParseFloat(cmpZero(text), 64)
			if err != nil || math.IsNaN(v) || math.Abs(v) > 180 {
				return "must be degrees such as 31.2304"
			}
			*field(s) = v
			return ""
		},
		show: func(s *wire.Store) sheet.Cell { return sheet.Number(*field(s)) }}
}

// cmpZero makes a blank cell a zero.
func cmpZero(text string) string {
	if text == "" {
		return "0"
	}
	return text
}

func countColumn(name string, field func(*wire.Store) *int32, names ...string) storeColumn {
	return storeColumn{name: name, names: names,
		read: func(s *wire.Store, text string) string {
			v, err := strconv.ParseInt(cmpZero(text), 10, 32)
			if err != nil || v < 0 {
				return "must be a whole number that is not negative"
			}
			*field(s) = int32(v)
			return ""
		},
		show: func(s *wire.Store) sheet.Cell { return sheet.Number(float64(*field(s))) }}
}

// flagColumn reads yes and no in the words of both languages.
func flagColumn(name string, field func(*wire.Store) *bool, names ...string) storeColumn {
	return storeColumn{name: name, names: names,
		read: func(s *wire.Store, text string) string {
			switch strings.ToLower(text) {
			case "true", "yes", "1", "是":
				*field(s) = true
			case "", "false", "no", "0", "否":
				*field(s) = false
			default:
				return "must be yes or no (是, 否)"
			}
			return ""
		},
		show: func(s *wire.Store) sheet.Cell { return sheet.Text(map[bool]string{true: "yes"}[*field(s)]) }}
}

// clockColumn reads a time of day such as 09:00, also as spreadsheets keep it: as a part of a day.
func clockColumn(name string, field func(*wire.Store) *int, names ...string) storeColumn {
	return storeColumn{name: name, names: names,
		read: func(s *wire.Store, text string) string {
			text = strings.ReplaceAll(cmpZero(text), "：", ":")
			h, m, timed := strings.Cut(text, ":")
			hours, err := strconv.ParseUint(h, 10, 8)
			minutes, err2 := strconv.ParseUint(m, 10, 8)
			part, err3 := strconv.ParseFloat(text, 64)
			switch {
			case timed && err == nil && err2 == nil && minutes < 60 && hours <= 48:
				*field(s) = int(hours*60 + minutes)
			case !timed && err3 == nil && part >= 0 && part <= 2:
				*field(s) = int(math.Round(part * 24 * 60))
			default:
				return "must be a time such as 09:00, at most 48:00"
			}
			return ""
		},
		show: func(s *wire.Store) sheet.Cell {
			v := *field(s)
			return sheet.Text(strconv.Itoa(v/60) + ":" + strconv.Itoa(v%60/10) + strconv.Itoa(v%10))
		}}
}

func readCoordinates(s *wire.Store, text string) string {
	name := strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(text))
	switch name {
	case "高德", "腾讯", "火星坐标":
		name = "gcj02"
	case "gps", "":
		name = "wgs84"
	}
	if _, known := retail.ParseCoordinates(name); !known {
		return "must be wgs84 or gcj02"
	}
	s.Coordinates = name
	return ""
}

// readServices reads names of services in either language, parted by commas and the like.
func readServices(s *wire.Store, text string) string {
	s.Services = nil
	parts := func(r rune) bool { return strings.ContainsRune(",，、;；/| ", r) }
	for _, word := range strings.FieldsFunc(text, parts) {
		switch word {
		case "到店", "堂食", "店内":
			word = "carry_out"
		case "自提", "到店自提":
			word = "pickup"
		case "同城", "同城配送", "外卖":
			word = "same_city"
		case "快递", "快递发货":
			word = "express"
		}
		if _, known := retail.ParseFulfilment(word); !known {
			return "must be of " + wire.Fulfilments
		}
		s.Services = append(s.Services, word)
	}
	return ""
}

// remarks are columns that people keep for themselves.
var remarks = [...]string{"备注", "说明", "remark", "remarks", "note", "notes", "序号", "#"}

// layout finds the column of each field in a header. Problem cells of the header are told by faults.
func layout(header []string) (at map[string]int, faults []wire.Fault) {
	columns, at := storeColumns(), map[string]int{}
	for i, text := range header {
		name := strings.ToLower(strings.ReplaceAll(strings.Trim(text, "* "), " ", "_"))
		k := slices.IndexFunc(columns, func(c storeColumn) bool {
			return c.name == name || slices.Contains(c.names, name)
		})
		where := "file.header[" + strconv.Itoa(i) + "]"
		switch {
		case name == "" || slices.Contains(remarks[:], name):
		case k < 0:
			faults = append(faults, wire.Fault{Location: where, Value: value(text),
				Reason: "is no known column; known are " + columnNames()})
		default:
			if _, twice := at[columns[k].name]; twice {
				faults = append(faults, wire.Fault{Location: where, Value: value(text),
					Reason: "is a second column for " + columns[k].name})
			}
			at[columns[k].name] = i
		}
	}
	if _, found := at["code"]; !found && len(faults) == 0 {
		faults = append(faults, wire.Fault{Location: "file.header", Reason: "has no column code (门店编码)"})
	}
	return at, faults
}

// columnNames lists the columns, each with its Chinese name.
func columnNames() string {
	var all []string
	for _, c := range storeColumns() {
		all = append(all, c.name+" ("+c.names[0]+")")
	}
	return strings.Join(all, ", ")
}
