package api_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillstream/tillstream/oltp/sheet"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

const importPath = "/v1/stores/import"

// imported sends a spreadsheet and returns the report.
func (h *house) imported(t testing.TB, query, file string, headers ...string) wire.ImportReport {
	t.Helper()
	headers = append([]string{"Content-Type", "text/csv"}, headers...)
	a := h.ask(t, staff.HQAdmin, "POST", importPath+query, file, headers...)
	if a.status != 200 {
		t.Fatalf("%.100q is answered %d %s", file, a.status, a.text)
	}
	var r wire.ImportReport
	a.into(t, &r)
	return r
}

// lines shows a report, one text a row.
func lines(r wire.ImportReport) []string {
	var out []string
	for _, row := range r.Report {
		text := fmt.Sprint(row.Line, " ", row.Code, " ", row.Outcome)
		if row.Reason != "" {
			text += fmt.Sprintf(" %s %q", row.Field, row.Value)
		}
		for _, m := range row.More {
			text += " " + m.Field
		}
		out = append(out, text)
	}
	return out
}

// storesNow lists all stores.
func (h *house) storesNow(t testing.TB) []wire.Store {
	t.Helper()
	var page wire.Page[wire.Store]
	h.ask(t, staff.HQAdmin, "GET", "/v1/stores?limit=1000", "").into(t, &page)
	return page.Items
}

func TestImportStores(t *testing.T) {
	h := build(t)
	const file = "门店编码,门店名称,区域,城市,电话,纬度,经度,坐标系,营业时间,节假日,服务,配送半径,每小时产能,备注\n" +
		"A,人民广场店,east,上海,021-1,31.2304,121.4737,高德,周一至周日 9:00-21:00,2026-02-17 休息,自提、同城,4000,60,好\n" +
		"N1,新店,east,上海,,31.2,121.4,,,,,,,\n" +
		"N2,坏店,nowhere,,,,,,,,,,,\n" +
		"N3,坏店,east,,call me,,,,,,,,,\n" +
		"N4,坏店,east,,,north,181,mars,whenever,,drone,-1,many,\n" +
		"N1,又一次,east,,,,,,,,,,,\n" +
		",无编码,east,,,,,,,,,,,\n" +
		"N5,\"坏\"引号,east\n" +
		"N6,好店,west,,,,,,10:00-22:00,,,,,\n"
	want := []string{"2 A updated", "3 N1 created", `4 N2 refused region "nowhere"`, `5 N3 refused phone ""`,
		`6 N4 refused latitude "north" longitude coordinates services delivery_radius_m capacity_per_hour hours`,
		`7 N1 refused code "N1"`, `8  refused code ""`, `9  refused  ""`, "10 N6 created"}
	before := h.storesNow(t)
	dry := h.imported(t, "?dry_run=true", file)
	if got := lines(dry); !reflect.DeepEqual(got, want) {
		t.Errorf("rehearsed:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if after := h.storesNow(t); !reflect.DeepEqual(before, after) {
		t.Errorf("the rehearsal changed the stores: %+v", after)
	}
	real := h.imported(t, "", file)
	if dry.DryRun = false; !reflect.DeepEqual(dry, real) {
		t.Errorf("the rehearsal said\n%+v\nthe import did\n%+v", dry, real)
	}
	if real.Created != 2 || real.Updated != 1 || real.Refused != 6 || real.Rows != 9 {
		t.Errorf("counted %+v", real)
	}
	a := h.storesNow(t)[0]
	if a.Name != "人民广场店" || a.Hours != "Mo-Su 09:00-21:00" || a.SpecialDays != "2026-02-17 off" ||
		!slices.Equal(a.Services, []string{"pickup", "same_city"}) || a.DeliveryRadiusM != 4000 ||
		a.Coordinates != "gcj02" || a.City != "上海" {
		t.Errorf("store A is %+v", a)
	}
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(file)
	if err != nil {
		t.Fatal(err)
	}
	again := h.imported(t, "", gbk)
	if again.Encoding != "gb18030" || again.Unchanged != 3 || again.Created+again.Updated != 0 {
		t.Errorf("again in GBK: %+v", again)
	}
}

// TestImportEditsWhatItNames changes a column and leaves the others alone.
func TestImportEditsWhatItNames(t *testing.T) {
	h := build(t)
	before := h.storesNow(t)
	r := h.imported(t, "", "phone;Code\n021-9;A\n021-9;new\n")
	if got := lines(r); !slices.Equal(got, []string{"2 A updated", `3 new refused region ""`}) {
		t.Errorf("got %q", got)
	}
	before[0].Phone = "021-9"
	if after := h.storesNow(t); !reflect.DeepEqual(before, after) {
		t.Errorf("got %+v\nwant %+v", after, before)
	}
	h.imported(t, "", "code,phone,opens,closes,inactive\nA,,9:00,21:30,是\n")
	before[0].Phone, before[0].OpensMinute, before[0].ClosesMinute = "", 540, 1290
	before[0].Inactive = true
	if after := h.storesNow(t); !reflect.DeepEqual(before, after) {
		t.Errorf("got %+v\nwant %+v", after, before)
	}
}

// TestExportsImportUnchanged exports stores of every shape and imports them again, in both forms.
func TestExportsImportUnchanged(t *testing.T) {
	h := build(t)
	merged(t, "stores")(h.hq.PutStores(t.Context(), []wire.Store{{Code: "007", Region: "east",
		Name: "=SUM(A1)", NameEN: "'quoted'", Address: "-", Phone: "+86 21 5550", Latitude: 31.230412345678,
		Longitude: -121.4737, Coordinates: "gcj02", TimeZone: "Asia/Urumqi", OpensMinute: 545,
		ClosesMinute: 1500, Hours: "Mo-Fr 09:00-12:00,14:00-26:00", SpecialDays: "2026-02-17 off",
		Services: []string{"pickup"}, DeliveryRadiusM: 1500, CapacityPerHour: 7, Simulated: true}}))
	for _, format := range []string{"csv", "xlsx"} {
		a := h.ask(t, staff.HQAnalyst, "GET", "/v1/stores/export?format="+format, "")
		if a.status != 200 || !strings.Contains(a.header.Get("Content-Disposition"), "stores."+format) {
			t.Fatalf("%s: %d %v", format, a.status, a.header)
		}
		for _, dry := range []string{"?dry_run=1", ""} {
			r := h.imported(t, dry, string(a.text), "Content-Type", "application/octet-stream")
			if r.Unchanged != 4 || r.Rows != 4 || r.Format != format {
				t.Errorf("%s%s: %+v", format, dry, r)
			}
		}
	}
	a := h.ask(t, staff.StoreManager, "GET", "/v1/stores/export", "")
	table, err := sheet.Read(a.text, sheet.Limits{})
	if err != nil || len(table.Rows) != 1 || table.Rows[0].Cell(0) != "A" {
		t.Errorf("the manager of store A exports %+v, %v", table, err)
	}
}

func TestBadImports(t *testing.T) {
	h := build(t)
	f := func(role staff.Role, query, kind, body string, status int, location, reason string) {
		t.Helper()
		a := h.ask(t, role, "POST", importPath+query, body, "Content-Type", kind)
		if a.status != status || !a.says(location, reason) {
			t.Errorf("%s %.60q: got %d %s, want %d %s %q", query, body, a.status, a.text, status, location,
				reason)
		}
	}
	const csv, good = "text/csv", "code,region\nX,east\n"
	f(staff.StoreManager, "", csv, good, 403, "", "store-manager")
	f(staff.HQAdmin, "?dryrun=1", csv, good, 422, "query.dryrun", "unknown")
	f(staff.HQAdmin, "?dry_run=maybe", csv, good, 422, "query.dry_run", "true or false")
	f(staff.HQAdmin, "", "image/png", good, 415, "header.Content-Type", "text/csv")
	f(staff.HQAdmin, "", csv, "", 422, "file", "is empty")
	f(staff.HQAdmin, "", csv, "name\nx\n", 422, "file.header", "no column code")
	f(staff.HQAdmin, "", csv, "code,latitud\nx,1\n", 422, "file.header[1]", "known are code (门店编码)")
	f(staff.HQAdmin, "", csv, "code,门店编码\nx,1\n", 422, "file.header[1]", "second column for code")
	f(staff.HQAdmin, "", csv, "PK\x03\x04", 422, "file", "broken XLSX")
	f(staff.HQAdmin, "", csv, "\xff\xff", 422, "file", "neither UTF-8")
	f(staff.HQAdmin, "", csv, strings.Repeat("x", 9<<20), 413, "", "8388608")
	f(staff.HQAdmin, "", csv, "code\n"+strings.Repeat("x\n", 10_001), 422, "file", "at most 10000 rows")
	f(staff.HQAdmin, "", "multipart/form-data; boundary=x", "--x--", 422, "body.file", "is missing")
	f(staff.HQAdmin, "", "multipart/form-data", "", 400, "", "")
	if len(h.storesNow(t)) != 3 {
		t.Error("a bad import left a store")
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "门店.csv")
	if err == nil {
		_, err = part.Write([]byte(good))
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	if r := h.imported(t, "", form.String(), "Content-Type", w.FormDataContentType()); r.Created != 1 {
		t.Errorf("a form: %+v", r)
	}
	report, err := h.hq.ImportStores(t.Context(), []byte(good), true)
	if err != nil || !report.DryRun || report.Unchanged != 1 {
		t.Errorf("the client: %+v, %v", report, err)
	}
}
