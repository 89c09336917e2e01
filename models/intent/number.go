package intent

// maxNumber bounds what is read: no wish costs more, and products of it stay in range.
const maxNumber = 100_000_000

// number reads a number that begins at i, in hundredths, and where it ends; -1 if there is none. Read are
// "1,200.50", "3百", "1.5万", "2k", "一百二十", "两百五" (250), "壹佰", and English words up to the thousands.
func number(n *runes, i int) (hundredths int64, end int) {
	switch r := n.rune(i); {
	case digit(r):
		return arabic(n, i)
	case han(r) >= 0 || scale(r) > 1 && r != '万':
		return chinese(n, i)
	case latin(r) && !latin(n.rune(i-1)):
		return english(n, i)
	}
	return 0, -1
}

func arabic(n *runes, i int) (int64, int) {
	v, digits := int64(0), 0
	for ; digits < 10; i++ {
		r := n.rune(i)
		if r == ',' && digits > 0 && digit(n.rune(i+1)) && digit(n.rune(i+2)) && digit(n.rune(i+3)) &&
			!digit(n.rune(i+4)) {
			continue
		}
		if !digit(r) {
			break
		}
		v, digits = v*10+int64(r-'0'), digits+1
	}
	if digit(n.rune(i)) || v > maxNumber {
		return 0, -1
	}
	v *= 100
	if n.rune(i) == '.' && digit(n.rune(i+1)) {
		v += int64(n.rune(i+1)-'0') * 10
		if i += 2; digit(n.rune(i)) {
			v += int64(n.rune(i) - '0')
			i++
		}
		for digit(n.rune(i)) {
			i++
		}
	}
	if s := scale(n.rune(i)); s > 10 {
		v, i = v*s, i+1
		if last := han(n.rune(i)); last < 0 && digit(n.rune(i)) && !digit(n.rune(i+1)) { // 1千5
			v, i = v+int64(n.rune(i)-'0')*s/10*100, i+1
		}
	} else if n.rune(i) == 'k' && !latin(n.rune(i+1)) {
		v, i = v*1000, i+1
	}
	if v > maxNumber*100 {
		return 0, -1
	}
	return v, i
}

// han is the value of a Chinese digit, -1 for what is none.
func han(r rune) int64 {
	switch r {
	case '零', '〇':
		return 0
	case '一', '壹':
		return 1
	case '二', '两', '贰', '俩':
		return 2
	case '三', '叁', '仨':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

func scale(r rune) int64 {
	switch r {
	case '十', '拾':
		return 10
	case '百', '佰':
		return 100
	case '千', '仟':
		return 1_000
	case '万':
		return 10_000
	}
	return 1
}

// chinese reads digits and their scales; a last digit without one counts a tenth of the scale before it:
// 两百五 is 250, 三千六 3,600, unless 零 stands between.
func chinese(n *runes, i int) (int64, int) {
	total, section, pending, last, started := int64(0), int64(0), int64(-1), int64(1), false
	for ; total+section <= maxNumber; i++ {
		r := n.rune(i)
		switch v, s := han(r), scale(r); {
		case v >= 0 && pending > 0: // 六一, 二〇: digits in a row are no number of this kind
			return 0, -1
		case v == 0:
			pending, last, started = 0, 1, true
		case v > 0:
			pending, started = v, true
		case s == 10_000:
			total, section, pending, last = (section+max(pending, 0))*s, 0, -1, s
		case s > 1:
			if pending <= 0 {
				pending = 1
			}
			section, pending, last, started = section+pending*s, -1, s, true
		default:
			if pending > 0 && last >= 100 {
				pending *= last / 10
			}
			if !started {
				return 0, -1
			}
			return (total + section + max(pending, 0)) * 100, i
		}
	}
	return 0, -1
}

// english reads number words: "two hundred", "twenty-five", "a hundred".
func english(n *runes, i int) (int64, int) {
	total, current, end := int64(0), int64(0), -1
	for range 8 {
		e, which := n.longest(i, numberWords)
		if e < 0 {
			break
		}
		switch v := int64(numberWords[which].meaning); {
		case v >= 100 && current == 0 && end < 0:
			return 0, -1
		case v == 100:
			current *= 100
		case v == 1000:
			total, current = total+current*1000, 0
		default:
			current += v
		}
		if end, i = e, e; n.rune(i) == ' ' || n.rune(i) == '-' {
			i++
		}
		if and := n.has(i, "and"); and > 0 && current >= 100 && n.rune(and) == ' ' {
			i = and + 1
		}
	}
	if end < 0 || total+current > maxNumber {
		return 0, -1
	}
	return (total + current) * 100, end
}

var numberWords = []literal{{"one", 1}, {"two", 2}, {"three", 3}, {"four", 4}, {"five", 5}, {"six", 6},
	{"seven", 7}, {"eight", 8}, {"nine", 9}, {"ten", 10}, {"eleven", 11}, {"twelve", 12}, {"thirteen", 13},
	{"fourteen", 14}, {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18},
	{"nineteen", 19}, {"twenty", 20}, {"thirty", 30}, {"forty", 40}, {"fifty", 50}, {"sixty", 60},
	{"seventy", 70}, {"eighty", 80}, {"ninety", 90}, {"hundred", 100}, {"thousand", 1000}}
