package intent_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/tillstream/tillstream/models/intent"
)

func TestAccept(t *testing.T) {
	p := newParser(t)
	const text = "something nice for my wife's birthday, a dress maybe, 500 at most"
	f := func(draft, want string) {
		t.Helper()
		w, err := p.Accept(text, []byte(draft))
		if want == "" {
			if !errors.Is(err, intent.ErrDraft) {
				t.Errorf("%s is taken: %v", draft, err)
			}
			return
		}
		if got := said(&w); err != nil || got != want || w.Author != intent.Model {
			t.Errorf("%s\n got %s, %v\nwant %s", draft, got, err, want)
		}
	}
	f(`{"occasion":"birthday","recipient":"wife","categories":["C1"],"budget_max_yuan":500,
		"quotes":[{"trait":"budget","text":"500 at most"}]}`,
		"occasion=birthday for=wife group=woman months=216-1440 categories=C1 fen=0-50000")
	f(`{"occasion":"","recipient":"","season":"","needs":[],"age_min_months":60,"age_max_months":71}`,
		"group=child months=60-71")
	f(`{"sizes":["xl"],"colours":["red"],"people":4}`, "colours=red sizes=XL people=4")
	for _, bad := range []string{``, `null x`, `{"occasion":"coronation"}`, `{"needs":["toy","toy"]}`, `{"needs":["spaceship"]}`,
		`{"categories":["C9"]}`, `{"budget_max_yuan":-1}`, `{"budget_max_yuan":1e300}`, `{"mood":"good"}`,
		`{"budget_min_yuan":9,"budget_max_yuan":8}`, `{"age_min_months":99999}`, `{"people":-4}`, `{} {}`,
		`{"quotes":[{"trait":"budget","text":"600"}]}`, `{"quotes":[{"trait":"mood","text":"nice"}]}`,
		`{"occasion":5}`, `[]`, `{"sizes":[""]}`} {
		f(bad, "")
	}
}

func TestSchemaIsStrict(t *testing.T) {
	var schema struct {
		Properties           map[string]any
		Required             []string
		AdditionalProperties *bool
	}
	if err := json.Unmarshal(newParser(t).Schema(), &schema); err != nil || len(schema.Properties) != 16 ||
		len(schema.Required) != 16 || schema.AdditionalProperties == nil || *schema.AdditionalProperties {
		t.Errorf("%+v, %v", schema, err)
	}
}

func FuzzAccept(f *testing.F) {
	p := newParser(f)
	f.Add("生日 500", `{"occasion":"birthday","budget_max_yuan":500,"quotes":[{"trait":"budget","text":"500"}]}`)
	f.Add("x", `{"age_max_months":3,"needs":null}`)
	f.Fuzz(func(t *testing.T, text, draft string) {
		w, err := p.Accept(text, []byte(draft))
		if err != nil {
			return
		}
		if w.MinFen < 0 || w.MaxFen > 0 && w.MinFen > w.MaxFen || w.FromMonths > w.ToMonths {
			t.Fatalf("%+v", w)
		}
		for _, s := range w.Spans {
			if text[s.From:s.To] != s.Value {
				t.Fatalf("%+v", s)
			}
		}
	})
}
