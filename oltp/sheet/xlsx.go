package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// Reading is written here, on the standard library's zip and XML: a library that builds the whole sheet
// lets a file of some kilobytes name one long shared text in thousands of cells, and copies it for each.
// Here texts are shared, parts are read as they come, and everything is counted against Limits.

// maxParts bounds the files in the archive.
const maxParts = 1_000

// archive is an XLSX file with what is left of the bytes that it may unzip to.
type archive struct {
	parts map[string]*zip.File
	left  int64
}

var (
	errTooLarge = errors.New("is too large when unzipped")
	errTooDeep  = errors.New("its elements nest too deep")
)

// open reads a part and counts what it unzips to.
func (a *archive) open(name string) (io.ReadCloser, bool, error) {
	part, found := a.parts[strings.ToLower(name)]
	if !found {
		return nil, false, nil
	}
	r, err := part.Open()
	if err != nil {
		return nil, true, err
	}
	return counted{r, a}, true, nil
}

// counted is a part whose bytes are taken from what the archive may unzip to.
type counted struct {
	io.ReadCloser
	archive *archive
}

// Read implements io.Reader.
func (c counted) Read(p []byte) (int, error) {
	if c.archive.left <= 0 {
		return 0, errTooLarge
	}
	n, err := c.ReadCloser.Read(p[:min(int64(len(p)), c.archive.left)])
	c.archive.left -= int64(n)
	return n, err
}

// walk calls start for each element of a part. It reads on from the decoder that it is given.
func (a *archive) walk(name string, start func(*xml.Decoder, xml.StartElement) error) (bool, error) {
	r, found, err := a.open(name)
	if !found || err != nil {
		return found, err
	}
	defer r.Close()
	d := xml.NewTokenDecoder(&shallow{tokens: xml.NewDecoder(r)})
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return true, err
		}
		if element, ok := token.(xml.StartElement); ok {
			if err := start(d, element); err != nil {
				return true, err
			}
		}
	}
}

// maxDepth bounds the nesting of elements; a decoder keeps every open one.
const maxDepth = 64

// shallow passes the tokens of XML on until they nest too deep.
type shallow struct {
	tokens *xml.Decoder
	depth  int
}

// Token implements xml.TokenReader.
func (s *shallow) Token() (xml.Token, error) {
	token, err := s.tokens.RawToken()
	switch token.(type) {
	case xml.StartElement:
		s.depth++
	case xml.EndElement:
		s.depth--
	}
	if s.depth > maxDepth {
		return nil, errTooDeep
	}
	return token, err
}

// readXLSX reads the first sheet of a workbook.
func (b *builder) readXLSX(data []byte) error {
	b.table.Format = "xlsx"
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return unreadable("is a broken XLSX file: %v", err)
	}
	if len(z.File) > maxParts {
		return unreadable("holds %d parts, at most %d are allowed", len(z.File), maxParts)
	}
	a := &archive{parts: make(map[string]*zip.File, len(z.File)), left: b.limits.Unzipped}
	for _, part := range z.File {
		a.parts[strings.ToLower(strings.ReplaceAll(part.Name, "\\", "/"))] = part
	}
	texts, err := a.sharedTexts(b.limits.CellBytes)
	if err == nil {
		err = b.readSheet(a, texts)
	}
	var known *Unreadable
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.Is(err, errTooLarge):
		return unreadable("is larger than %d MB when unzipped", b.limits.Unzipped>>20)
	}
	return unreadable("is a broken XLSX file: %v", err)
}

// firstSheet finds the part of the first sheet.
func (a *archive) firstSheet() (string, error) {
	id, target := "", "worksheets/sheet1.xml"
	_, err := a.walk("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "sheet" && id == "" {
			id = attribute(e, "id")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	_, err = a.walk("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && id != "" && attribute(e, "Id") == id {
			target = attribute(e, "Target")
		}
		return nil
	})
	if strings.HasPrefix(target, "/") {
		return path.Clean(target)[1:], err
	}
	return path.Join("xl", target), err
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// sharedTexts reads the texts that cells refer to. One that is too long stands as a text of the length
// that is refused, whatever its own.
func (a *archive) sharedTexts(longest int) ([]string, error) {
	var texts []string
	_, err := a.walk("xl/sharedStrings.xml", func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		text, err := innerText(d, longest)
		texts = append(texts, text)
		return err
	})
	return texts, err
}

// innerText reads the texts (t) below the element that was just entered, phonetic hints (rPh) left out,
// at most one byte more than longest.
func innerText(d *xml.Decoder, longest int) (string, error) {
	var text []byte
	inText, hints := false, 0
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			inText = t.Name.Local == "t"
			if t.Name.Local == "rPh" {
				hints++
			}
		case xml.EndElement:
			depth--
			inText = false
			if t.Name.Local == "rPh" {
				hints--
			}
		case xml.CharData:
			if inText && hints == 0 {
				text = append(text, t[:min(len(t), longest+1-len(text))]...)
			}
		}
	}
	return string(text), nil
}

func (b *builder) readSheet(a *archive, texts []string) error {
	name, err := a.firstSheet()
	if err != nil {
		return err
	}
	line := 0
	found, err := a.walk(name, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "row" {
			return nil
		}
		line++
		if n, err := strconv.Atoi(attribute(e, "r")); err == nil && n > 0 {
			line = n
		}
		cells, fault, err := b.readRow(d, texts)
		if err != nil {
			return err
		}
		return b.add(line, cells, fault)
	})
	if err == nil && !found {
		return unreadable("is no XLSX file: it has no sheet")
	}
	return err
}

// readRow reads the cells up to the end of the row.
func (b *builder) readRow(d *xml.Decoder, texts []string) (cells []string, fault string, err error) {
	next := 0
	for {
		token, err := d.Token()
		if err != nil {
			return nil, "", err
		}
		if _, ends := token.(xml.EndElement); ends {
			return cells, fault, nil
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		column := next
		if at := columnOf(attribute(e, "r")); at >= 0 {
			column = at
		}
		text, why, err := b.readCell(d, attribute(e, "t"), texts)
		if err != nil {
			return nil, "", err
		}
		next = column + 1
		switch {
		case why != "":
			fault = why
		case text == "":
		case column >= b.limits.Columns:
			fault = "has a cell beyond column " + strconv.Itoa(b.limits.Columns)
		default:
			for len(cells) <= column {
				cells = append(cells, "")
			}
			cells[column] = text
		}
	}
}

// readCell reads the value of a cell, up to its end.
func (b *builder) readCell(d *xml.Decoder, kind string, texts []string) (text, fault string, err error) {
	var c struct {
		Value  string   `xml:"v"`
		Inline []string `xml:"is>t"`
		Runs   []string `xml:"is>r>t"`
	}
	if err := d.DecodeElement(&c, &xml.StartElement{Name: xml.Name{Local: "c"}}); err != nil {
		return "", "", err
	}
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(c.Value))
		if err != nil || i < 0 || i >= len(texts) {
			return "", "has a cell that refers to a text that is not there", nil
		}
		return texts[i], "", nil
	case "inlineStr":
		return strings.Join(append(c.Inline, c.Runs...), ""), "", nil
	case "e":
		return "", "has a cell with the error " + c.Value[:min(len(c.Value), 20)], nil
	case "b":
		return map[string]string{"1": "true", "0": "false"}[c.Value], "", nil
	case "str":
		return c.Value, "", nil
	}
	return plainNumber(c.Value), "", nil
}

// plainNumber writes a number as people do: spreadsheet programs keep 0.1 as 0.10000000000000001 and
// 13800000000 as 1.38E10.
func plainNumber(text string) string {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v > 1e18 || v < -1e18 || v != v {
		return text
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// columnOf is the column of a reference such as AB12, from 0; -1 where there is none.
func columnOf(reference string) int {
	n := 0
	for i := 0; i < len(reference) && i < 4; i++ {
		c := reference[i]
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1
}
