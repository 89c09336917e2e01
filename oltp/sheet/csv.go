package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// readCSV reads comma, semicolon or tab separated text in UTF-8, UTF-16 or GB18030.
func (b *builder) readCSV(data []byte) error {
	text, encoding, err := decode(data)
	if err != nil {
		return err
	}
	b.table.Format, b.table.Encoding = "csv", encoding
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator(text), -1
	for {
		cells, err := r.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad):
			if err := b.add(bad.StartLine, nil, "has a quote where none may be"); err != nil {
				return err
			}
			continue
		case err != nil:
			return unreadable("cannot be read: %v", err)
		}
		line, _ := r.FieldPos(0)
		for i := range cells {
			cells[i] = unguard(cells[i])
		}
		if err := b.add(line, cells, ""); err != nil {
			return err
		}
	}
}

// decode turns the characters of a file into UTF-8. Excel in China writes GBK, a part of GB18030, when it
// saves as CSV, and UTF-16 as "Unicode text".
func decode(data []byte) (text []byte, encoding string, err error) {
	if rest, marked := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); marked {
		data = rest
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		text, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		encoding = "utf-16"
	} else if utf8.Valid(data) {
		return data, "utf-8", nil
	} else {
		text, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		encoding = "gb18030"
	}
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return nil, "", unreadable("is neither UTF-8 nor UTF-16 nor GB18030 (GBK): save it as CSV UTF-8")
	}
	return text, encoding, nil
}

// separator is whichever of the three stands most often in the first line.
func separator(text []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(text, "\r\n \t"), []byte("\n"))
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// starters are what makes spreadsheet programs take a cell for a formula.
const starters = "=+-@\t'"

// guard keeps a text from being run as a formula by whoever opens the file.
func guard(text string) string {
	if text != "" && strings.ContainsRune(starters, rune(text[0])) {
		return "'" + text
	}
	return text
}

// unguard takes the guard off.
func unguard(text string) string {
	if len(text) > 1 && text[0] == '\'' && strings.ContainsRune(starters, rune(text[1])) {
		return text[1:]
	}
	return text
}
