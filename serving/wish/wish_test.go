package wish_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/models/intent"
	"github.com/tillstream/tillstream/serving/wish"
)

// model is a service that answers what a test says, and keeps what it was asked.
type model struct {
	answer http.HandlerFunc
	asked  []string
	key    string
}

func content(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		data, _ := json.Marshal(text)
		_, _ = io.WriteString(w, `{"choices":[{"message":{"role":"assistant","content":`+string(data)+`}}]}`)
	}
}

type wishTest struct {
	*model
	*wish.Reader
	parser *intent.Parser
	now    time.Time
}

func newWish(t *testing.T) *wishTest {
	t.Helper()
	x := &wishTest{model: &model{}, now: time.Unix(1_800_000_000, 0)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		x.asked, x.key = append(x.asked, r.URL.Path+" "+string(body)), r.Header.Get("Authorization")
		x.answer(w, r)
	}))
	t.Cleanup(server.Close)
	client, err := wish.NewClient(wish.ClientConfig{URL: server.URL + "/v1", Model: "small", Key: "secret",
		Timeout: 300 * time.Millisecond, MaxAnswerBytes: 4 << 10})
	if err != nil {
		t.Fatal(err)
	}
	if x.Reader, err = wish.NewReader(wish.ReaderConfig{Drafter: client, MaxFailures: 3, Rest: time.Minute,
		Now: func() time.Time { return x.now }, Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	if x.parser, err = intent.NewParser(intent.Terms{}, intent.Limits{}); err != nil {
		t.Fatal(err)
	}
	return x
}

const text = "something for my other half, she turns forty, 500 tops"

func (x *wishTest) read(t *testing.T) intent.Wish {
	t.Helper()
	w, err := x.Read(t.Context(), x.parser, text)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestTheModelReads(t *testing.T) {
	x := newWish(t)
	x.answer = content(`{"occasion":"birthday","recipient":"wife","budget_max_yuan":500,
		"quotes":[{"trait":"recipient","text":"my other half"}]}`)
	w := x.read(t)
	if w.Author != intent.Model || w.Recipient != "wife" || w.MaxFen != 50_000 || w.Occasion != "birthday" {
		t.Errorf("%+v", w)
	}
	var asked struct {
		Model          string
		Messages       []struct{ Role, Content string }
		ResponseFormat struct {
			JSONSchema struct{ Strict bool } `json:"json_schema"`
		} `json:"response_format"`
	}
	path, body, _ := strings.Cut(x.asked[0], " ")
	if err := json.Unmarshal([]byte(body), &asked); err != nil || path != "/v1/chat/completions" ||
		asked.Model != "small" || x.key != "Bearer secret" || !asked.ResponseFormat.JSONSchema.Strict ||
		len(asked.Messages) != 2 || asked.Messages[1].Content != text {
		t.Errorf("%s: %+v, %v", path, asked, err)
	}
}

// TestBadAnswersFallBack: whatever the model does, the dictionaries read.
func TestBadAnswersFallBack(t *testing.T) {
	slow := make(chan struct{})
	t.Cleanup(func() { close(slow) })
	f := func(name string, answer http.HandlerFunc) {
		t.Helper()
		x := newWish(t)
		x.answer = answer
		if w := x.read(t); w.Author != intent.BuiltIn || w.Text != text {
			t.Errorf("%s: %+v", name, w)
		}
		if s := x.Stats(); s.Failed != 1 || s.BuiltIn != 1 || s.Drafted != 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	f("wrong JSON", content(`{"occasion":`))
	f("a code that nobody knows", content(`{"occasion":"coronation"}`))
	f("a made-up quote", content(`{"quotes":[{"trait":"budget","text":"900"}]}`))
	f("prose", content("Happy birthday!"))
	f("no completion", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{}`) })
	f("a long answer", content(strings.Repeat("x", 8<<10)))
	f("slow", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-slow:
		case <-r.Context().Done():
		}
	})
	f("500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	f("a redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
}

// TestTheCircuitOpens after failures in a row, and closes when one question is answered again.
func TestTheCircuitOpens(t *testing.T) {
	x := newWish(t)
	x.answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
	f := func(asked int, open bool) {
		t.Helper()
		x.read(t)
		if s := x.Stats(); len(x.asked) != asked || s.Open != open {
			t.Errorf("asked %d times, %+v; want %d, %v", len(x.asked), s, asked, open)
		}
	}
	f(1, false)
	f(2, false)
	f(3, true)
	f(3, true) // left alone
	x.now = x.now.Add(time.Minute)
	f(4, true) // one try, in vain
	f(4, true)
	x.now = x.now.Add(time.Minute)
	x.answer = content(`{}`)
	f(5, false)
	f(6, false)
}

func TestWithoutAModel(t *testing.T) {
	r, err := wish.NewReader(wish.ReaderConfig{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	x := newWish(t)
	w, err := r.Read(t.Context(), x.parser, "给孩子买生日礼物")
	if err != nil || w.Occasion != "birthday" || r.Stats().BuiltIn != 1 {
		t.Errorf("%+v, %v", w, err)
	}
	if _, err := r.Read(t.Context(), x.parser, strings.Repeat("x", 9999)); err == nil {
		t.Error("a text without end is read")
	}
	for _, address := range []string{"", "ftp://a", "http://", "https://u:p@a"} {
		if _, err := wish.NewClient(wish.ClientConfig{URL: address, Model: "m"}); err == nil {
			t.Errorf("%q is asked", address)
		}
	}
}
