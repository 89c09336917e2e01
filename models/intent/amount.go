package intent

import "strings"

// What cues and suffixes make of a number.
const (
	plain = iota
	most
	least
	about
	budgeted
	between
	forPeople
	sized
	aged
)

var cues = []literal{
	{"不超过", most}, {"不高于", most}, {"最多", most}, {"低于", most}, {"少于", most}, {"小于", most},
	{"至多", most}, {"上限", most}, {"under", most}, {"below", most}, {"less than", most}, {"up to", most},
	{"at most", most}, {"no more than", most}, {"max", most}, {"maximum", most}, {"within", most},
	{"cheaper than", most}, {"<", most}, {"≤", most},
	{"至少", least}, {"不低于", least}, {"不少于", least}, {"最少", least}, {"高于", least}, {"超过", least},
	{"大于", least}, {"at least", least}, {"over", least}, {"above", least}, {"more than", least},
	{">", least}, {"≥", least},
	{"大约", about}, {"大概", about}, {"约", about}, {"差不多", about}, {"about", about}, {"around", about},
	{"approximately", about}, {"roughly", about}, {"~", about},
	{"预算", budgeted}, {"价格", budgeted}, {"价位", budgeted}, {"价钱", budgeted}, {"总价", budgeted},
	{"花", budgeted}, {"budget", budgeted}, {"price", budgeted}, {"spend", budgeted}, {"cost", budgeted},
	{"between", between}, {"for", forPeople},
	{"尺码", sized}, {"码数", sized}, {"尺寸", sized}, {"size", sized},
	{"年龄", aged}, {"aged", aged}, {"age", aged},
}

var currencies = []literal{{"¥", 0}, {"rmb", 0}, {"cny", 0}, {"人民币", 0}}

// The units of numbers.
const (
	yuan = iota + 1
	years
	monthsOld
	persons
	pieces
	sizes
)

var units = []literal{
	{"元", yuan}, {"块钱", yuan}, {"块", yuan}, {"元钱", yuan}, {"圆", yuan}, {"rmb", yuan}, {"cny", yuan},
	{"yuan", yuan}, {"¥", yuan}, {"人民币", yuan}, {"kuai", yuan},
	{"岁", years}, {"周岁", years}, {"years old", years}, {"year old", years}, {"year-old", years},
	{"year-olds", years}, {"years-old", years}, {"yo", years}, {"y/o", years}, {"yrs", years},
	{"years", years},
	{"个月", monthsOld}, {"个月大", monthsOld}, {"月龄", monthsOld}, {"months old", monthsOld},
	{"month old", monthsOld}, {"month-old", monthsOld}, {"months", monthsOld},
	{"个人", persons}, {"人份", persons}, {"人", persons}, {"位", persons}, {"口", persons},
	{"口人", persons}, {"口之家", persons}, {"people", persons}, {"persons", persons}, {"person", persons},
	{"guests", persons},
	{"件", pieces}, {"个", pieces}, {"样", pieces}, {"items", pieces}, {"item", pieces}, {"pieces", pieces},
	{"pcs", pieces}, {"件套", pieces},
	{"码", sizes}, {"号", sizes}, {"cm", sizes},
}

var bounds = []literal{
	{"以内", most}, {"以下", most}, {"之内", most}, {"内", most}, {"封顶", most}, {"or less", most},
	{"or under", most}, {"max", most},
	{"左右", about}, {"上下", about}, {"多", about},
	{"以上", least}, {"起", least}, {"or more", least}, {"+", least},
}

var betweens = []literal{{"-", 0}, {"~", 0}, {"到", 0}, {"至", 0}, {"to", 0}, {"and", 0}}

// amount is a number with what stands around it.
type amount struct {
	low, high int64 // hundredths
	unit      int
	bound     int
	size      string
	end       int // -1 for none
}

// amount reads "预算不超过500元", "100-200块", "under 200", "5-year-old", "for four", "XL码" where it
// begins at i.
func (r *reading) amount(i int) (a amount) {
	n := &r.n
	none := amount{end: -1}
	if before := n.rune(i - 1); digit(before) || before == '$' || digit(n.rune(i)) && latin(before) {
		return none
	}
	cue, money := plain, false
	for range 3 { // 预算 · 不超过 · 约
		e, which := n.longest(i, cues)
		if e < 0 {
			break
		}
		if m := cues[which].meaning; cue == plain || cue == budgeted {
			cue = m
		}
		i = n.past(e)
	}
	if text, e := n.letters(i); e > 0 {
		if after, which := n.longest(n.skip(e), units); cue == sized {
			return amount{size: text, unit: sizes, end: e}
		} else if after > 0 && units[which].meaning == sizes && units[which].text != "cm" {
			return amount{size: text, unit: sizes, end: after}
		}
	}
	if e, _ := n.longest(i, currencies); e > 0 {
		i, money = n.skip(e), true
	}
	if a.low, a.end = number(n, i); a.end < 0 {
		return none
	}
	start := i
	a.high = a.low
	r.measure(&a)
	a.second(n, cue == between)
	r.measure(&a)
	a.bounded(n, cue)
	return a.known(cue, money, n, start, r.wish.MaxFen > 0)
}

// past skips what may stand between a cue and its number.
func (n *runes) past(i int) int {
	for {
		i = n.skip(i)
		e, _ := n.longest(i, []literal{{":", 0}, {"是", 0}, {"为", 0}, {"在", 0}, {"of", 0}, {"is", 0}, {"a", 0},
			{"=", 0}})
		if e < 0 {
			return i
		}
		i = e
	}
}

// letters reads a size in letters.
func (n *runes) letters(i int) (text string, end int) {
	for k := range letterSizes {
		if e := n.has(i, letterSizes[k]); e > 0 && !digit(n.rune(i-1)) {
			return strings.ToUpper(letterSizes[k]), e
		}
	}
	return "", -1
}

var letterSizes = []string{"xxxl", "xxl", "xl", "xs", "s", "m", "l", "4xl", "3xl", "2xl"}

// measure reads a unit.
func (r *reading) measure(a *amount) {
	at := r.n.skip(a.end)
	if r.n.rune(at) == '-' && latin(r.n.rune(at+1)) {
		at++
	}
	if e, which := r.n.longest(at, units); e > 0 && a.unit == 0 {
		a.unit, a.end = units[which].meaning, e
	}
}

// second reads the other end of a range.
func (a *amount) second(n *runes, and bool) {
	e, which := n.longest(n.skip(a.end), betweens)
	if e < 0 || betweens[which].text == "and" && !and {
		return
	}
	e = n.skip(e)
	if after, _ := n.longest(e, currencies); after > 0 {
		e = n.skip(after)
	}
	high, end := number(n, e)
	if end < 0 || high < a.low {
		return
	}
	a.high, a.end, a.bound = high, end, between
	if after, which := n.longest(n.skip(end), units); after > 0 && (a.unit == 0 ||
		units[which].meaning == a.unit) {
		a.unit, a.end = units[which].meaning, after
	}
}

// bounded reads what stands behind the unit.
func (a *amount) bounded(n *runes, cue int) {
	if e, which := n.longest(n.skip(a.end), bounds); e > 0 {
		if a.end = e; a.bound == 0 {
			a.bound = bounds[which].meaning
		}
		if e, which := n.longest(n.skip(e), units); e > 0 && a.unit == 0 && units[which].meaning == yuan {
			a.unit, a.end = yuan, e
		}
	} else if a.bound == 0 && cue != plain {
		a.bound = cue
	}
}

// known decides what a number without a unit is: money where anything says so, or where it stands
// alone and is too large for anything else; people after "for".
func (a amount) known(cue int, money bool, n *runes, start int, budget bool) amount {
	switch {
	case a.unit != 0 && !money:
	case money || cue == most || cue == least || cue == about || cue == budgeted || cue == between:
		a.unit = yuan
	case cue == sized:
		a.unit = sizes
	case cue == aged:
		a.unit = years
	case a.bound == most || a.bound == about || a.bound == least:
		a.unit = yuan
	case cue == forPeople && a.low <= 30*100:
		a.unit = persons
	case a.low >= 50*100 && !budget && !letter(n.rune(a.end)) &&
		!letter(n.rune(start-1)):
		a.unit = yuan
	default:
		return amount{end: -1}
	}
	if a.unit == pieces && a.high > 99*100 || a.unit == persons && a.high > 1000*100 || a.low <= 0 {
		return amount{end: -1}
	}
	return a
}

func letter(r rune) bool { return latin(r) || r >= 0x3400 && r < 0xA000 || digit(r) }

// aboutShare is how far "about" reaches on both sides, as a part of a hundred.
const aboutShare = 20

// take sets what an amount says.
func (r *reading) take(a *amount, i int) {
	w := &r.wish
	switch a.unit {
	case yuan:
		r.note(Budget, w.budget(a), i, a.end)
	case years, monthsOld:
		per := int32(12)
		if a.unit == monthsOld {
			per = 1
		}
		low, high := min(a.low/100, 120), min(a.high/100, 120)
		w.Aged, w.FromMonths, w.ToMonths = true, int32(low)*per, int32(high)*per+per-1
		switch a.bound {
		case most:
			w.FromMonths = 0
		case least:
			w.ToMonths = maxMonths
		}
		r.note(Age, itoa(int64(w.FromMonths))+".."+itoa(int64(w.ToMonths)), i, a.end)
	case persons:
		w.People = int32(a.high / 100)
		r.note(People, itoa(a.high/100), i, a.end)
	case pieces:
		w.Quantity = int32(a.high / 100)
		r.note(Quantity, itoa(a.high/100), i, a.end)
	case sizes:
		text := a.size
		if text == "" {
			text = itoa(a.low / 100)
			if a.low%100 != 0 {
				text += "." + strings.TrimRight(itoa(a.low%100 + 100)[1:], "0")
			}
		}
		w.Sizes = add(w.Sizes, text)
		r.note(Size, text, i, a.end)
	}
}

// budget sets the bounds of the budget, and returns them as a text in yuan.
func (w *Wish) budget(a *amount) string {
	switch {
	case a.low != a.high:
		w.MinFen, w.MaxFen = a.low, a.high
	case a.bound == least:
		w.MinFen = a.low
	case a.bound == about:
		w.MinFen, w.MaxFen = a.low*(100-aboutShare)/100, a.low*(100+aboutShare)/100
	default:
		w.MaxFen = a.low
	}
	return itoa(w.MinFen/100) + ".." + itoa(w.MaxFen/100)
}
