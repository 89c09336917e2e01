package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

type kpiCmd struct {
	Metrics []string `help:"Metrics, by name." default:"net_sales,orders"`
	By      []string `help:"Dimensions: store, region, city, category, brand, sku, channel, campaign, hour, day, ..."`
	From    string   `help:"First business day (2017-01-31) or instant (RFC 3339). Default: today."`
	To      string   `help:"Day or instant before which the span ends."`
	Grain   string   `help:"Time bucket: minute, hour, day, week or month."`
	Compare string   `help:"Compare with previous, weekday, weekday-year, year, lunar-year or promotion."`
	Sort    string   `help:"Column to sort by; a leading minus sorts descending."`
	Limit   int      `help:"Largest number of rows."`
	Output  string   `help:"json: an array of objects; table: for people; csv or parquet: a file's bytes." enum:"json,table,csv,parquet" default:"table"`
	kpiFilters
	remote
}

// kpiFilters narrow what is asked.
type kpiFilters struct {
	Stores     []string `help:"Only these stores, by code."`
	Regions    []string `help:"Only the stores of these regions, by code."`
	Cities     []string `help:"Only the stores of these cities."`
	Categories []string `help:"Only goods of these categories, by code."`
	Brands     []string `help:"Only goods of these brands."`
	SKUs       []string `help:"Only these goods, by code." name:"skus"`
	Channels   []string `help:"Only till, mini_program, web or phone."`
	Campaigns  []string `help:"Only these campaigns, by code."`
	Hours      []string `help:"Only these hours of the day, 0 to 23."`
}

// add puts the filters into a query.
func (f *kpiFilters) add(set func(name, value string)) {
	for name, values := range map[string][]string{"stores": f.Stores, "regions": f.Regions,
		"cities": f.Cities, "categories": f.Categories, "brands": f.Brands, "skus": f.SKUs,
		"channels": f.Channels, "campaigns": f.Campaigns, "hours": f.Hours} {
		set(name, strings.Join(values, ","))
	}
}

// Run asks the console and prints the rows.
func (c *kpiCmd) Run(env *environment) error {
	path := "/v1/kpis?" + c.query().Encode()
	if c.Output == "csv" || c.Output == "parquet" {
		path = "/v1/kpis/export?format=" + c.Output + "&" + c.query().Encode()
	}
	body, err := c.remote.get(env, path)
	if err != nil {
		return err
	}
	switch c.Output {
	case "json":
		return printRows(env.stdout, body)
	case "table":
		return printTable(env.stdout, body)
	}
	_, err = env.stdout.Write(body)
	return err
}

func (c *kpiCmd) query() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("metrics", strings.Join(c.Metrics, ","))
	set("by", strings.Join(c.By, ","))
	set("from", c.From)
	set("to", c.To)
	set("grain", c.Grain)
	c.kpiFilters.add(set)
	set("compare", c.Compare)
	set("sort", c.Sort)
	if c.Limit > 0 {
		q.Set("limit", fmt.Sprint(c.Limit))
	}
	return q
}

// kpiAnswer keeps the values as they were sent: an amount stays 7713.10, not 7713.1.
type kpiAnswer struct {
	Columns []struct {
		Name string `json:"name"`
	} `json:"columns"`
	Rows []map[string]json.RawMessage `json:"rows"`
	AsOf time.Time                    `json:"as_of"`
	// Compared is nil where nothing was compared.
	Compared *struct {
		With   string `json:"with"`
		From   string `json:"from"`
		To     string `json:"to"`
		Before string `json:"compare_from"`
		Until  string `json:"compare_to"`
		Anchor string `json:"anchor"`
	} `json:"compared"`
}

func readAnswer(body []byte) (kpiAnswer, error) {
	var a kpiAnswer
	if err := json.Unmarshal(body, &a); err != nil {
		return a, fmt.Errorf("cannot read the console's answer: %w", err)
	}
	return a, nil
}

// printRows prints the rows one a line, with the columns in the order of the answer.
func printRows(w io.Writer, body []byte) error {
	a, err := readAnswer(body)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	out.WriteString("[")
	for i, row := range a.Rows {
		out.WriteString(strings.Repeat(",", min(i, 1)) + "\n  {")
		for j, column := range a.Columns {
			fmt.Fprintf(&out, "%s%q: %s", strings.Repeat(", ", min(j, 1)), column.Name,
				row[column.Name])
		}
		out.WriteString("}")
	}
	out.WriteString("\n]\n")
	_, err = w.Write(out.Bytes())
	return err
}

func printTable(w io.Writer, body []byte) error {
	a, err := readAnswer(body)
	if err != nil {
		return err
	}
	if len(a.Rows) == 0 {
		_, err := fmt.Fprintln(w, "no rows: nothing was sold in that span, or another span was meant "+
			"(--from and --to)")
		return err
	}
	tw := tabwriter.NewWriter(w, 2, 8, 2, ' ', 0)
	for _, column := range a.Columns {
		fmt.Fprintf(tw, "%s\t", column.Name)
	}
	fmt.Fprintln(tw)
	for _, row := range a.Rows {
		for _, column := range a.Columns {
			fmt.Fprintf(tw, "%s\t", strings.Trim(string(row[column.Name]), `"`))
		}
		fmt.Fprintln(tw)
	}
	if c := a.Compared; c != nil {
		fmt.Fprintf(tw, "%s to before %s, compared with %s to before %s (%s)\n", c.From, c.To, c.Before,
			c.Until, strings.TrimSuffix(c.With+": "+c.Anchor, ": "))
	}
	fmt.Fprintf(tw, "as of %s\n", a.AsOf.Local().Format(time.DateTime))
	return tw.Flush()
}

// remote is how a command reaches a running chain.
type remote struct {
	URL         string `help:"Address of the console. Default: the chain that runs in the data folder." env:"TILLSTREAM_URL" placeholder:"URL"`
	AccessToken string `help:"Access token. Default: one of HQ, made with the data folder's key." env:"TILLSTREAM_ACCESS_TOKEN" name:"access-token" placeholder:"TOKEN"`
}

// resolve fills in the running chain's address and a token.
func (r *remote) resolve(env *environment) (address, token string, err error) {
	address, token = r.URL, r.AccessToken
	if address == "" {
		running, err := env.state.Running()
		if err != nil {
			return "", "", err
		}
		address = running.Console
	}
	if token == "" {
		if token, err = mintToken(env.state, "hq-admin", time.Hour); err != nil {
			return "", "", err
		}
	}
	return strings.TrimSuffix(address, "/"), token, nil
}

// maxAnswer bounds what a command reads of one answer.
const maxAnswer = 512 << 20

func (r *remote) get(env *environment, path string) ([]byte, error) {
	address, token, err := r.resolve(env)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(env.ctx, 2*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+path, nil)
	if err != nil {
		return nil, fmt.Errorf("cannot ask %s: %w", address, err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the console at %s: %w (does the chain run? "+
			"`tillstream doctor` tells)", address, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("cannot read the console's answer: %w", err)
	}
	if resp.StatusCode >= 300 {
		return nil, problem(resp.StatusCode, body)
	}
	return body, nil
}

// problem turns an RFC 9457 answer into an error that says which field was wrong and why.
func problem(status int, body []byte) error {
	var p struct {
		Title  string `json:"title"`
		Detail string `json:"detail"`
		Errors []struct {
			Location string          `json:"location"`
			Value    json.RawMessage `json:"value"`
			Reason   string          `json:"reason"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &p) != nil || p.Title == "" {
		return fmt.Errorf("the console answered %d: %s", status, bytes.TrimSpace(body[:min(300, len(body))]))
	}
	parts := []string{p.Title}
	if p.Detail != "" {
		parts = append(parts, p.Detail)
	}
	for _, e := range p.Errors {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s", e.Location, e.Value))+": "+e.Reason)
	}
	return fmt.Errorf("%s (%d)", strings.Join(slices.Compact(parts), "; "), status)
}
