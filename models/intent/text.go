package intent

import (
	"unicode"
	"unicode/utf8"
)

// runes is a text made ready to be read: half-width, lower case, simplified where the dictionaries
// need it, and one space for any number of them. at[i] is the byte of the text where rune i begins,
// at[len] its end.
type runes struct {
	r  []rune
	at []int
}

// simplified holds the traditional forms of letters that stand in the dictionaries. It is no converter: a
// letter that is not here stays as it is.
const simplified = "給给歲岁預预連连褲裤襯衬鞋鞋媽妈爺爷兒儿禮礼裝装備备塊块萬万元元員员禦御節节誕诞紀纪" +
	"婚婚親亲遊游園园學学開开業业辦办餐餐飯饭燒烧鍋锅電电影影劇剧聚聚會会運运動动跑跑馬马遠远滿满" +
	"長长輩辈師师間间個个雙双條条件件瓶瓶盒盒鬆松錢钱約约內内紅红綠绿藍蓝藏藏黃黄橙橙紫紫灰灰" +
	"銀银黑黑棗枣飾饰錶表帶带領领圍围絲丝巾巾襪袜傘伞護护膚肤髮发牙牙糖糖餅饼乾干薯薯堅坚" +
	"葉叶麵面麥麦豬猪雞鸡魚鱼蝦虾飲饮類类調调醬酱紙纸潔洁寵宠貓猫狗狗嬰婴幼幼兩两貳贰參叁陸陆" +
	"壹一貳贰叄叁億亿買买給给適适閨闺爾尔這这嗎吗請请幫帮歡欢熱热銷销優优價价質质臺台裡里裏里" +
	"頭头擇择選选單单戶户徵征東东車车過过還还進进實实寶宝貝贝臉脸齡龄廚厨樂乐湯汤醫医"

// fold makes the table of simplified; pairs follow each other.
func fold() map[rune]rune {
	m := make(map[rune]rune)
	var from rune
	for i, r := range []rune(simplified) {
		if i%2 == 0 {
			from = r
		} else if from != r {
			m[from] = r
		}
	}
	return m
}

// normal makes a text ready. What is not UTF-8 becomes U+FFFD and matches nothing.
func normal(text string, folds map[rune]rune) runes {
	var n runes
	for i, r := range text {
		switch {
		case r == '　' || unicode.IsSpace(r) || unicode.IsControl(r):
			r = ' '
		case r >= '！' && r <= '～': // full-width ASCII
			r -= '！' - '!'
		case r == '￥':
			r = '¥'
		case r == '–' || r == '—' || r == '−' || r == '〜':
			r = '-'
		case r == '’':
			r = '\''
		}
		r = unicode.ToLower(r)
		if s, ok := folds[r]; ok {
			r = s
		}
		if r == ' ' && (len(n.r) == 0 || n.r[len(n.r)-1] == ' ') {
			continue
		}
		n.r, n.at = append(n.r, r), append(n.at, i)
	}
	n.at = append(n.at, len(text))
	return n
}

// rune returns rune i, 0 outside.
func (n *runes) rune(i int) rune {
	if i < 0 || i >= len(n.r) {
		return 0
	}
	return n.r[i]
}

// skip goes past spaces.
func (n *runes) skip(i int) int {
	for n.rune(i) == ' ' {
		i++
	}
	return i
}

// has reports where a literal that begins at i ends, or -1. A literal that begins or ends with a Latin
// letter does not begin or end within a word.
func (n *runes) has(i int, literal string) int {
	first, _ := utf8.DecodeRuneInString(literal)
	if latin(first) && latin(n.rune(i-1)) {
		return -1
	}
	last := rune(0)
	for _, r := range literal {
		if n.rune(i) != r {
			return -1
		}
		last = r
		i++
	}
	if latin(last) && latin(n.rune(i)) {
		return -1
	}
	return i
}

// longest returns where the longest of the literals that begin at i ends, and which it is, or -1.
func (n *runes) longest(i int, literals []literal) (end, which int) {
	end = -1
	for k := range literals {
		if e := n.has(i, literals[k].text); e > end {
			end, which = e, k
		}
	}
	return end, which
}

// literal is a word with the meaning that the grammar gives it.
type literal struct {
	text    string
	meaning int
}

func latin(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) || r >= 0xC0 && r < 0x250 }

func digit(r rune) bool { return r >= '0' && r <= '9' }

// separator reports whether a rune stands between words and says nothing.
func separator(r rune) bool {
	return r != '¥' && r != '$' && (r == ' ' || unicode.IsPunct(r) || unicode.IsSymbol(r) && r < 0x1F000)
}
