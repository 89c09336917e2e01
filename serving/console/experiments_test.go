package console_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/console"
	"github.com/tillstream/tillstream/warehouse"
)

var today = time.Date(2026, 12, 10, 4, 0, 0, 0, time.UTC)

// trials answers what a test tells it to.
type trials struct {
	list   []warehouse.Experiment
	arms   []warehouse.ExperimentArm
	err    error
	scope  retail.Scope
	window time.Duration
	asked  string
}

func (x *trials) Experiments(context.Context) ([]warehouse.Experiment, error) { return x.list, x.err }

func (x *trials) ExperimentArms(_ context.Context, scope retail.Scope, e *warehouse.Experiment,
	window time.Duration) ([]warehouse.ExperimentArm, int64, error) {
	x.scope, x.window, x.asked = scope, window, e.Name
	return x.arms, 2, x.err
}

func three() []warehouse.Experiment {
	variants := []retail.Variant{{Name: "today", Weight: 3}, {Name: "bold", Weight: 1}}
	at := func(name string, days int) warehouse.Experiment {
		from := today.AddDate(0, 0, days)
		return warehouse.Experiment{ID: 1, Name: name, From: from, Until: from.AddDate(0, 0, 7), Holdout: .2,
			Variants: variants}
	}
	return []warehouse.Experiment{at("planned", 5), at("running", -2), at("over", -20)}
}

func openTrials(t *testing.T, x *trials) func(role staff.Role, scope retail.Scope, query string) (int,
	string) {
	t.Helper()
	_, server := start(t, &figures{}, func(c *console.Config) {
		c.Experiments, c.Now = x, func() time.Time { return today }
	})
	return func(role staff.Role, scope retail.Scope, query string) (int, string) {
		t.Helper()
		req, err := http.NewRequest("GET", server.URL+"/v1/experiment-results"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token(t, role, scope))
		resp, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var text json.RawMessage
		if err := json.NewDecoder(resp.Body).Decode(&text); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text)
	}
}

func TestTheRunningExperimentIsShown(t *testing.T) {
	x := &trials{list: three()}
	ask := openTrials(t, x)
	f := func(query, name string, window time.Duration) {
		t.Helper()
		status, text := ask(staff.HQAnalyst, retail.HQScope(), query)
		if status != 200 || x.asked != name || x.window != window {
			t.Errorf("%q: %d, asked for %s within %s; %s", query, status, x.asked, x.window, text)
		}
	}
	f("", "running", 7*24*time.Hour)
	f("?experiment=over&window_days=14", "over", 14*24*time.Hour)
	x.list = three()[:1]
	f("", "planned", 7*24*time.Hour)
	x.list = three()[2:]
	f("", "over", 7*24*time.Hour)
	x.list = nil
	if status, text := ask(staff.HQAnalyst, retail.HQScope(), ""); status != 200 ||
		!strings.Contains(text, `"experiments":[],"experiment":null`) || !strings.Contains(text, `"report":null`) {
		t.Errorf("without experiments: %d %s", status, text)
	}
}

func TestArmsAreNamedAndMoneyIsYuan(t *testing.T) {
	x := &trials{list: three(), arms: []warehouse.ExperimentArm{
		{Variant: 0, Visitors: 600, Impressions: 6_000, Clicks: 600, Members: 300, Buyers: 60,
			Revenue: 3_000_000, RevenueVariance: 4e8},
		{Variant: 1, Visitors: 200, Impressions: 2_000, Clicks: 300, Members: 100, Buyers: 30,
			Revenue: 1_500_000, RevenueVariance: 4e8},
		{Variant: 0, HeldOut: true, Visitors: 150, Impressions: 1_500, Clicks: 75, Members: 80, Buyers: 8,
			Revenue: 400_000, RevenueVariance: 1e8},
		{Variant: 1, HeldOut: true, Visitors: 50, Impressions: 500, Clicks: 25, Members: 20, Buyers: 2,
			Revenue: 100_000, RevenueVariance: 1e8},
		{Variant: 9, Visitors: 1}}}
	ask := openTrials(t, x)
	_, text := ask(staff.StoreManager, retail.StoreScope(3), "")
	var got struct {
		Crossed int64 `json:"crossed_visitors"`
		Report  struct {
			Arms []struct {
				Name     string
				HeldOut  bool `json:"held_out"`
				Visitors int64
				Buyers   int64
				Revenue  struct{ Value, Low, High float64 } `json:"revenue_per_member"`
			}
			Incremental struct{ Value, Low, High float64 } `json:"incremental_revenue"`
			Ratio       struct{ Found bool }               `json:"sample_ratio"`
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	a := got.Report.Arms
	if len(a) != 3 || a[0].Name != "today" || a[1].Name != "bold" || !a[2].HeldOut || a[2].Visitors != 200 ||
		a[2].Buyers != 10 || a[0].Revenue.Value != 100 || a[1].Revenue.Value != 150 || got.Crossed != 2 {
		t.Errorf("%s", text)
	}
	// 400 members who were not held out paid 112.50 each, the 100 who were 50.
	if v := got.Report.Incremental; v.Value != 25_000 || !(v.Low < v.Value && v.Value < v.High) ||
		got.Report.Ratio.Found {
		t.Errorf("%+v", got.Report)
	}
	if x.scope.All() || !x.scope.Sees(3) || x.scope.Sees(1) {
		t.Errorf("the warehouse was asked under %v", x.scope)
	}
}

func TestResultsAreRefusedPrecisely(t *testing.T) {
	x := &trials{list: three()}
	ask := openTrials(t, x)
	f := func(role staff.Role, query string, status int, want string) {
		t.Helper()
		if got, text := ask(role, retail.HQScope(), query); got != status || !strings.Contains(text, want) {
			t.Errorf("%s %q: %d %s, want %d %s", role, query, got, text, status, want)
		}
	}
	f(staff.HQAdmin, "?experiment=none", 422, `"known":["planned","running","over"]`)
	f(staff.HQAdmin, "?window_days=0", 422, "window_days")
	f(staff.HQAdmin, "?window_days=91", 422, "window_days")
	f(staff.HQAdmin, "?days=3", 422, "days")
	f(staff.Guide, "", 403, "may not read figures")
	f(staff.Storefront, "", 403, "may not read figures")
	x.err = errors.New("dial tcp 10.0.0.9: refused")
	if status, text := ask(staff.HQAdmin, retail.HQScope(), ""); status != 503 ||
		strings.Contains(text, "10.0.0.9") {
		t.Errorf("%d %s", status, text)
	}
}
