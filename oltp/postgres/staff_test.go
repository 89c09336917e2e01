package postgres_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/oltp/staff"
)

// office is a desk over accounts in a real database, with a clock of its own, and what another instance
// knows of them.
type office struct {
	*staff.Desk
	t    testing.TB
	dsn  string
	book *postgres.Staff
	now  time.Time
	roll *staff.Roll
	gate *staff.Verifier
}

func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, dsn: pgtest.Start(t), now: time.Now()}
	open := func() *postgres.DB {
		db, err := postgres.Open(t.Context(), postgres.Config{DSN: o.dsn, Connections: 3, Writers: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		return db
	}
	here, there := open(), open()
	o.book = here.Staff()
	ring, err := staff.NewRing([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return o.now }
	issuer := ring.Issuer()
	issuer.Now = clock
	o.Desk = staff.NewDesk(staff.DeskConfig{Directory: o.book, Sessions: o.book, Stores: here.Catalogue(),
		Issuer: issuer})
	// Polling is all but off: what this instance learns, it is told.
	o.roll, err = staff.OpenRoll(t.Context(), staff.RollConfig{Source: there.Staff(), Poll: time.Hour,
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.roll.Close)
	o.gate = ring.Verifier(o.roll, clock)
	o.put(staff.User{Name: "al", Role: staff.HQAdmin, Hash: staff.HashPassword("first horse")})
	o.put(staff.User{Name: "ann", Role: staff.HQAdmin, Hash: staff.HashPassword("right horse")})
	return o
}

func (o *office) put(u staff.User) catalogue.Result {
	o.t.Helper()
	r, err := o.book.PutStaff(o.t.Context(), []staff.User{u})
	if err != nil {
		o.t.Fatalf("cannot put %s: %v", u.Name, err)
	}
	if r[0].Err != nil {
		o.t.Fatalf("cannot put %s: %v", u.Name, r[0].Err)
	}
	return r[0]
}

func (o *office) login(name, password string) *staff.Session {
	o.t.Helper()
	s, err := o.Login(o.t.Context(), name, password)
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

// wantRevoked waits until another instance refuses a token.
func (o *office) wantRevoked(what, token string) {
	o.t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); <-tick.C {
		if _, err := o.gate.Verify(token); errors.Is(err, staff.ErrToken) {
			return
		}
	}
	o.t.Errorf("%s: the other instance still takes the token", what)
}

func (o *office) wantGood(what, token string) {
	o.t.Helper()
	if _, err := o.gate.Verify(token); err != nil {
		o.t.Errorf("%s: %v", what, err)
	}
}

func TestRefreshRotates(t *testing.T) {
	o := openOffice(t)
	first := o.login("ann", "right horse")
	o.wantGood("a login", first.Token)
	o.now = o.now.Add(time.Hour)
	if _, err := o.gate.Verify(first.Token); err == nil {
		t.Error("an access token lives for an hour")
	}
	second, err := o.Refresh(t.Context(), first.Refresh)
	if err != nil || second.Refresh == first.Refresh {
		t.Fatalf("got %+v, %v, want another refresh token", second, err)
	}
	o.wantGood("a renewed session", second.Token)
	o.now = o.now.Add(5 * time.Second)
	beside, err := o.Refresh(t.Context(), first.Refresh) // a page that was open beside it
	if err != nil {
		t.Fatalf("within the grace: %v", err)
	}
	o.now = o.now.Add(10 * time.Second)
	if _, err := o.Refresh(t.Context(), first.Refresh); !errors.Is(err, staff.ErrReused) {
		t.Errorf("a token used before: got %v, want ErrReused", err)
	}
	for _, s := range []*staff.Session{second, beside} {
		if _, err := o.Refresh(t.Context(), s.Refresh); !errors.Is(err, staff.ErrRefresh) {
			t.Errorf("the session lives on after a reuse: %v", err)
		}
		o.wantRevoked("after a reuse", s.Token)
	}
	if _, err := o.Refresh(t.Context(), "made up"); !errors.Is(err, staff.ErrRefresh) {
		t.Errorf("a token made up: %v", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	o := openOffice(t)
	f := func(what string, end func(s *staff.Session)) {
		t.Helper()
		s := o.login("ann", "right horse")
		o.wantGood(what, s.Token)
		end(s)
		if _, err := o.Refresh(t.Context(), s.Refresh); !errors.Is(err, staff.ErrRefresh) {
			t.Errorf("%s: got %v, want ErrRefresh", what, err)
		}
	}
	f("idle", func(*staff.Session) { o.now = o.now.Add(13 * time.Hour) })
	f("logout", func(s *staff.Session) {
		p, err := o.gate.Verify(s.Token)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Logout(t.Context(), p, ""); err != nil {
			t.Fatal(err)
		}
		o.wantRevoked("logout", s.Token)
	})
	f("logout by refresh token", func(s *staff.Session) {
		if err := o.Logout(t.Context(), nil, s.Refresh); err != nil {
			t.Fatal(err)
		}
		o.wantRevoked("logout by refresh token", s.Token)
	})
	f("longest", func(s *staff.Session) {
		for range 61 {
			o.now = o.now.Add(11*time.Hour + 50*time.Minute)
			next, err := o.Refresh(t.Context(), s.Refresh)
			if err != nil {
				return
			}
			s.Refresh = next.Refresh
		}
		t.Error("a session lives for longer than 30 days")
	})
	f("another role", func(s *staff.Session) {
		o.put(staff.User{Name: "ann", Role: staff.HQAnalyst})
		o.wantRevoked("another role", s.Token)
	})
	f("deactivated", func(s *staff.Session) {
		o.put(staff.User{Name: "ann", Role: staff.HQAnalyst, Inactive: true})
		o.wantRevoked("deactivated", s.Token)
		if _, err := o.Login(t.Context(), "ann", "right horse"); !errors.Is(err, staff.ErrCredentials) {
			t.Errorf("a deactivated account logs in: %v", err)
		}
		o.put(staff.User{Name: "ann", Role: staff.HQAnalyst})
	})
	f("password reset", func(s *staff.Session) {
		if err := o.ResetPassword(t.Context(), "ann", "left donkey"); err != nil {
			t.Fatal(err)
		}
		o.wantRevoked("password reset", s.Token)
	})
	s := o.login("ann", "left donkey")
	next, err := o.ChangePassword(t.Context(), "ann", "left donkey", "right horse")
	if err != nil {
		t.Fatal(err)
	}
	o.wantRevoked("own password", s.Token)
	o.wantGood("the session after it", next.Token)
	if _, err := o.ChangePassword(t.Context(), "ann", "wrong", "right horse"); !errors.Is(err,
		staff.ErrCredentials) {
		t.Errorf("a password is changed without the old one: %v", err)
	}
}

func TestAccountsMerge(t *testing.T) {
	o := openOffice(t)
	hash := staff.HashPassword("right horse")
	rows := []staff.User{{Name: "ann", Role: staff.HQAdmin}, {Name: "bo", Role: staff.Guide},
		{Name: "cy", Role: staff.StoreManager, Stores: []string{"S\"1", `S\2`}, Hash: hash},
		{Name: "di", Role: staff.Planner}, {Name: "ed", Role: "boss", Hash: hash},
		{Name: "flo", Role: staff.RegionManager, Regions: []string{"east"}, Hash: hash},
		{Name: "flo", Role: staff.HQAdmin, Hash: hash}}
	got, err := o.book.PutStaff(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"unchanged", "stores", "created", "password", "role", "created", "twice"} {
		text := fmt.Sprint(got[i].Outcome, got[i].Err)
		if want != "unchanged" && want != "created" && got[i].Err == nil || !strings.Contains(text, want) {
			t.Errorf("%s: got %s, want %s", rows[i].Name, text, want)
		}
	}
	users, err := o.book.Users(t.Context(), "ann", 10)
	if err != nil || len(users) != 2 || fmt.Sprintf("%q", users[0].Stores) != `["S\"1" "S\\2"]` {
		t.Errorf("got %+v, %v", users, err)
	}
	if n, err := o.book.Seed(t.Context(), []staff.User{{Name: "ann", Role: staff.HQAnalyst, Hash: hash},
		{Name: "gus", Role: staff.HQAnalyst, Hash: hash}}); n != 1 || err != nil {
		t.Errorf("seeded %d, %v, want 1", n, err)
	}
	if u, _, _ := o.book.User(t.Context(), "ann"); u.Role != staff.HQAdmin {
		t.Errorf("a seed changed an account: %+v", u)
	}
	plain := ask[int](t, o.dsn, `SELECT count(*) FROM staff WHERE hash NOT LIKE '$argon2id$%'`)
	if plain != 0 {
		t.Errorf("%d passwords are kept in another form", plain)
	}
}
