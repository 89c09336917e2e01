package eval_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/cmd/eval"
)

// write makes a file, packed where its name says so.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path, body := filepath.Join(t.TempDir(), name), []byte(text)
	if strings.HasSuffix(name, ".gz") {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(body); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		body = packed.Bytes()
	}
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// judge runs a task and returns the scores at the first k by model.
func judge(t *testing.T, cfg eval.Config) (map[string]eval.Score, *eval.Rules) {
	t.Helper()
	got, rules, err := try(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return got, rules
}

func try(t *testing.T, cfg eval.Config) (got map[string]eval.Score, rules *eval.Rules, err error) {
	t.Helper()
	got = map[string]eval.Score{}
	cfg.Step = func(string) {}
	cfg.Score = func(s eval.Score) {
		if _, seen := got[s.Model]; !seen {
			got[s.Model] = s
		}
	}
	cfg.Rules = func(r eval.Rules) { rules = &r }
	err = eval.Run(t.Context(), cfg)
	return got, rules, err
}

// habits are members who buy the same two of their own goods again and again, beside chance.
func habits(seed uint64, splits [2]string) string {
	r := rand.New(rand.NewPCG(seed, 1))
	text := strings.Builder{}
	text.WriteString("user_id,split,basket_no,item_id\n")
	for user := range 120 {
		for basket := range 6 {
			split := splits[0]
			if basket == 5 {
				split = splits[1]
			}
			for _, item := range []string{fmt.Sprint("own", user), fmt.Sprint("also", user%40),
				fmt.Sprint("any", r.IntN(300))} {
				fmt.Fprintf(&text, "u%d,%s,%d,%s\n", user, split, basket, item)
			}
		}
	}
	return text.String()
}

func TestNextBasketFindsHabits(t *testing.T) {
	for _, splits := range [][2]string{{"history", "future"}, {"train", "test"}} {
		got, _ := judge(t, eval.Config{Task: "nextbasket", K: []int{5},
			Files: []string{write(t, "a.csv.gz", habits(3, splits))}})
		blend, popular := got["blend"], got["popular"]
		if blend.Users != 120 || blend.Recall < 0.6 || blend.Recall < 2*popular.Recall {
			t.Errorf("%v: the blend reaches %+v, the popular goods %+v", splits, blend, popular)
		}
		// Two of three goods of each target are the member's own.
		if own := got["own frequency"]; own.Recall < 0.6 || own.PHR != 1 {
			t.Errorf("%v: own goods reach %+v", splits, own)
		}
	}
}

func TestSessionsFollowPaths(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	train, test := "session,pos,item\n", "case,prefix,target\n"
	for s := range 400 {
		path := r.IntN(20)
		for pos := range 3 {
			train += fmt.Sprintf("s%d,%d,p%d-%d\n", s, pos, path, pos)
		}
	}
	for n := range 60 {
		test += fmt.Sprintf("%d,p%d-0 p%d-1,p%d-2\n", n, n%20, n%20, n%20)
	}
	got, _ := judge(t, eval.Config{Task: "session", K: []int{3},
		Files: []string{write(t, "test.csv", test), write(t, "train.csv", train)}})
	if s := got["session"]; s.PHR != 1 || s.MRR < 0.4 || got["popular"].PHR > 0.5 {
		t.Errorf("sessions reach %+v, the popular goods %+v", s, got["popular"])
	}
}

func TestTopNFindsTaste(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	text := "user,item,rating,time\n"
	for user := range 200 {
		for n := range 15 {
			text += fmt.Sprintf("%d,%d,%d,%d\n", user, 40*(user%4)+r.IntN(40), 1+r.IntN(5), n)
		}
	}
	for _, folds := range []int{0, 3} {
		got, _ := judge(t, eval.Config{Task: "topn", K: []int{10}, Folds: folds, MinRating: 2, Seed: 1,
			Files: []string{write(t, "a.csv", text)}})
		for _, model := range []string{"item to item", "closed form", "factors"} {
			if s := got[model]; s.Recall < 1.5*got["popular"].Recall || s.Users < 190 {
				t.Errorf("folds %d: %s reaches %+v, the popular goods %+v", folds, model, s, got["popular"])
			}
		}
	}
}

func TestRulesAreCounted(t *testing.T) {
	_, rules := judge(t, eval.Config{Task: "rules", Support: 0.5, Confidence: 0.6,
		Files: []string{write(t, "a.csv", "basket,item\n1,tea\n1,milk\n2,tea\n2,milk\n3,tea\n4,bread\n")}})
	// tea 3, milk 2, both 2 of 4 baskets: milk → tea 1, tea → milk 2/3.
	if rules.Itemsets != 3 || rules.Rules != 2 || rules.Baskets != 4 || rules.Best[0].Lift != 4./3 {
		t.Errorf("got %+v", rules)
	}
}

func TestWrongFilesGetTheRightHeader(t *testing.T) {
	f := func(task, text, want string) {
		t.Helper()
		_, _, err := try(t, eval.Config{Task: task, Files: []string{write(t, "a.csv", text)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s says %v, want %q", task, err, want)
		}
	}
	f("nextbasket", "a,b\n1,2\n", "user_id,split,basket_no,item_id")
	f("nextbasket", "user_id,split,basket_no,item_id\n", "nothing below the header")
	f("nextbasket", "user_id,split,basket_no,item_id\n1,past,1,1\n", "line 2")
	f("nextbasket", "user_id,split,basket_no,item_id\n1,history,x,1\n", "basket_no")
	f("nextbasket", "user_id,split,basket_no,item_id\n1,history,1,1\n", "future or test")
	f("session", "session,pos,item\n1,1,1\n", "two files")
	f("topn", "user,item\n1,1\n", "--folds")
	f("topn", "user,item,time\n1,1,NaN\n", "line 2")
	f("topn", "user,item,time\n1,,1\n", "item")
	f("rules", "basket,thing\n1,1\n", "basket,item")
	f("fortune", "a\n", "no task")
}
