package gateway

import (
	"strconv"

	"github.com/tillstream/tillstream/retail"
)

// Speaks tells for which members a sender may say what they did.
type Speaks func(retail.MemberID) bool

// Anybody speaks for every member, as a channel does whose customers have signed in there.
func Anybody(retail.MemberID) bool { return true }

// Nobody speaks for no member: what a stranger says of somebody would become that member's taste.
func Nobody(retail.MemberID) bool { return false }

// member finds the member that a row names. Whoever may not speak for it does not learn whether there is
// one.
func (g *Gateway) member(b *batch, i int) retail.MemberID {
	e := &b.rows[i]
	if e.member == "" {
		return 0
	}
	path := "[" + strconv.Itoa(i) + "].member"
	if b.sender.stranger {
		b.refuse(i, path, strconv.Quote(e.member),
			"may be named with a token only: send Authorization: Bearer <token>")
		return 0
	}
	id, known := g.cfg.Directory.Member(e.member)
	switch {
	case known && b.sender.speaks(id):
		return id
	case b.sender.bound:
		b.refuse(i, path, strconv.Quote(e.member), "is not a member for whom your token speaks")
	default:
		b.refuse(i, path, strconv.Quote(e.member), "is not a known member")
	}
	return 0
}

// sender is what a caller may say.
type sender struct {
	// speaks is for whom; stranger says that the caller showed no token where tokens are looked at, bound
	// that the token does not speak for everybody.
	speaks          Speaks
	stranger, bound bool
}
