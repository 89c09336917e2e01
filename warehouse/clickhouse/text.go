package clickhouse

import (
	"fmt"
	"strconv"
	"strings"
)

// Name writes an identifier.
func Name(s string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(s) + "`"
}

// Text writes the value of a {name:String} parameter.
func Text(s string) string {
	return strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\x00", `\0`).Replace(s)
}

// List writes the value of an array parameter, such as {name:Array(Int32)} or {name:Array(String)}.
func List[T ~string | ~int | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64](
	values []T) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		switch v := any(v).(type) {
		case int64:
			b.WriteString(strconv.FormatInt(v, 10))
		case string:
			b.WriteString(literal(v))
		default:
			if text := fmt.Sprint(v); isNumber(text) && !isText(v) {
				b.WriteString(text)
			} else {
				b.WriteString(literal(text))
			}
		}
	}
	b.WriteByte(']')
	return b.String()
}

func isText(v any) bool { return strings.HasPrefix(fmt.Sprintf("%#v", v), `"`) }

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

func literal(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\t", `\t`, "\n", `\n`, "\x00", `\0`).Replace(s) + "'"
}
