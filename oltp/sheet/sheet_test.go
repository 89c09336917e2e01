package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/tillstream/tillstream/oltp/sheet"
)

func TestReadCSV(t *testing.T) {
	f := func(name string, data []byte, encoding string, want ...string) {
		t.Helper()
		table, err := sheet.Read(data, sheet.Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		got := []string{strings.Join(table.Header, "|")}
		for _, r := range table.Rows {
			got = append(got, strings.Join(r.Cells, "|")+r.Fault)
		}
		if !reflect.DeepEqual(got, want) || table.Encoding != encoding || table.Format != "csv" {
			t.Errorf("%s: got %q in %s, want %q in %s", name, got, table.Encoding, want, encoding)
		}
	}
	const chinese = "门店编码,城市\r\n001,上海\r\n"
	gbk, _ := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(chinese))
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().
		Bytes([]byte(strings.ReplaceAll(chinese, ",", "\t")))
	f("UTF-8", []byte(chinese), "utf-8", "门店编码|城市", "001|上海")
	f("UTF-8 with a mark", []byte("\ufeff"+chinese), "utf-8", "门店编码|城市", "001|上海")
	f("GBK", gbk, "gb18030", "门店编码|城市", "001|上海")
	f("UTF-16", utf16, "utf-16", "门店编码|城市", "001|上海")
	f("semicolons", []byte("a;b\n1;2,5\n"), "utf-8", "a|b", "1|2,5")
	f("blank lines", []byte("\n\na,b\n,\n \n1, 2 \n"), "utf-8", "a|b", "1|2")
	f("a bad row between good ones", []byte("a,b\n1,2\n3,\"4\"5\n6,7\n"), "utf-8", "a|b", "1|2",
		"has a quote where none may be", "6|7")
	f("too many cells", []byte("a,b\n1,2,3\n"), "utf-8", "a|b", "1|2has 3 cells, the header has 2")
	f("quoted line ends", []byte("a,b\n\"1\n1\",2\n"), "utf-8", "a|b", "1\n1|2")
	f("guarded formulas", []byte("a,b\n'=1+1,'x\n''=1,-\n"), "utf-8", "a|b", "=1+1|'x", "'=1|-")
}

func TestUnreadable(t *testing.T) {
	f := func(name string, data []byte, limits sheet.Limits, reason string) {
		t.Helper()
		_, err := sheet.Read(data, limits)
		var bad *sheet.Unreadable
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v, want %q", name, err, reason)
		}
	}
	f("nothing", nil, sheet.Limits{}, "is empty")
	f("a mark alone", []byte("\ufeff"), sheet.Limits{}, "no header")
	f("commas alone", []byte(",,\n"), sheet.Limits{}, "no header")
	f("noise", []byte{0xff, 0x81, 0x00}, sheet.Limits{}, "neither UTF-8")
	f("an old file", []byte("\xd0\xcf\x11\xe0\xa1\xb1"), sheet.Limits{}, "save it as XLSX")
	f("a zip that is none", []byte("PK\x03\x04nonsense"), sheet.Limits{}, "broken XLSX")
	f("rows", []byte("a\n1\n2\n3\n"), sheet.Limits{Rows: 2}, "line 4: at most 2 rows")
	f("columns", []byte("a,b,c\n"), sheet.Limits{Columns: 2}, "at most 2")
	f("a zip without a sheet", zipped(t, "readme.txt", "x"), sheet.Limits{}, "it has no sheet")
	f("broken XML", zipped(t, "xl/worksheets/sheet1.xml", "<a><b></a>"), sheet.Limits{}, "broken XLSX")
	f("a zip bomb", zipped(t, "xl/worksheets/sheet1.xml", "<a>"+strings.Repeat(" ", 20<<20)+"</a>"),
		sheet.Limits{}, "larger than 16 MB")
	f("a deep one", zipped(t, "xl/worksheets/sheet1.xml", strings.Repeat("<a>", 1_000_000)),
		sheet.Limits{}, "nest too deep")
	bomb := `<sst><si><t>` + strings.Repeat("x", 1<<20) + `</t></si></sst>`
	row := `<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>code</t></is></c></row><row r="2">` +
		strings.Repeat(`<c t="s"><v>0</v></c>`, 100_000) + `</row></sheetData></worksheet>`
	table, err := sheet.Read(zipped(t, "xl/sharedStrings.xml", bomb, "xl/worksheets/sheet1.xml", row),
		sheet.Limits{})
	if err != nil || len(table.Rows) != 1 || table.Rows[0].Fault == "" {
		t.Errorf("one long text in many cells: %v", err)
	}
}

// zipped makes an archive of pairs of names and contents.
func zipped(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err == nil {
			_, err = w.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestReadXLSX reads a workbook that another program has written, cell by cell.
func TestReadXLSX(t *testing.T) {
	x := excelize.NewFile()
	set := func(cell string, v any) {
		t.Helper()
		if err := x.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	set("A2", "门店编码")
	set("B2", "电话")
	set("D2", "纬度")
	set("A3", 367)
	set("B3", 13800000000)
	set("D3", 31.2304)
	set("A5", "007")
	set("B5", true)
	set("D5", .1+.2)
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	table, err := sheet.Read(b.Bytes(), sheet.Limits{})
	want := &sheet.Table{Format: "xlsx", Header: []string{"门店编码", "电话", "", "纬度"}, Rows: []sheet.Row{
		{Line: 3, Cells: []string{"367", "13800000000", "", "31.2304"}},
		{Line: 5, Cells: []string{"007", "true", "", "0.3"}}}}
	if err != nil || !reflect.DeepEqual(table, want) {
		t.Errorf("got %+v, %v\nwant %+v", table, err, want)
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	header := []string{"code", "text", "number"}
	texts := []string{"001", "=cmd|'/C calc'!A0", "+86 21", "-", "@x", "'quoted'", "''", "a,b;c",
		"两\n行", "\"", "1.10"}
	var rows [][]sheet.Cell
	for i, text := range texts {
		rows = append(rows, []sheet.Cell{sheet.Text("c"), sheet.Text(text), sheet.Number(float64(i) - 5.25)})
	}
	f := func(format string, write func(*bytes.Buffer) error) {
		t.Helper()
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		table, err := sheet.Read(b.Bytes(), sheet.Limits{})
		if err != nil || table.Format != format || !reflect.DeepEqual(table.Header, header) ||
			len(table.Rows) != len(texts) {
			t.Fatalf("%s: %+v, %v", format, table, err)
		}
		for i, r := range table.Rows {
			if r.Cell(1) != texts[i] || r.Cell(2) == "" || r.Cell(9) != "" || r.Fault != "" {
				t.Errorf("%s: %q comes back as %+v", format, texts[i], r)
			}
		}
	}
	f("csv", func(b *bytes.Buffer) error { return sheet.WriteCSV(b, header, rows) })
	f("xlsx", func(b *bytes.Buffer) error { return sheet.WriteXLSX(b, "stores", header, rows) })
	var b bytes.Buffer
	if err := sheet.WriteCSV(&b, header, rows); err != nil || !strings.Contains(b.String(), "'=cmd") {
		t.Errorf("a formula is written as one: %s, %v", b.String(), err)
	}
}

// FuzzRead checks that no file breaks the reader, and that no row is wider than the header.
func FuzzRead(f *testing.F) {
	f.Add([]byte("\ufeff门店编码,城市\n001,上海\n"))
	f.Add([]byte("a;b\n\"1"))
	f.Add([]byte("\xff\xfea\x00\n\x00"))
	f.Add(zipped(f, "xl/sharedStrings.xml", "<sst><si><t>x</t><rPh><t>y</t></rPh></si></sst>",
		"xl/worksheets/sheet1.xml", `<sheetData><row r="1"><c r="B1" t="s"><v>0</v></c></row></sheetData>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := sheet.Read(data, sheet.Limits{Rows: 50, Columns: 8, Unzipped: 1 << 16})
		var bad *sheet.Unreadable
		if err != nil {
			if !errors.As(err, &bad) || bad.Reason == "" {
				t.Fatalf("%q: %v", data, err)
			}
			return
		}
		if len(table.Rows) > 50 || len(table.Header) > 8 {
			t.Fatalf("%d rows of %d", len(table.Rows), len(table.Header))
		}
		for _, r := range table.Rows {
			if len(r.Cells) > len(table.Header) {
				t.Fatalf("%+v", r)
			}
		}
	})
}
