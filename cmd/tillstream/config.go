package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"

	"github.com/alecthomas/kong"
)

// configFiles are read if they exist, the last one winning.
func configFiles() []string {
	files := []string{"/etc/tillstream.json"}
	if dir, err := os.UserConfigDir(); err == nil {
		files = append(files, filepath.Join(dir, "tillstream", "config.json"))
	}
	return files
}

// fileBelowEnvironment reads a JSON file of flag values. Unlike kong's own reader it gives way to the
// environment, which is the more specific of the two.
func fileBelowEnvironment(r io.Reader) (kong.Resolver, error) {
	file, err := kong.JSON(r)
	if err != nil {
		return nil, fmt.Errorf("cannot read the configuration file: %w", err)
	}
	return kong.ResolverFunc(func(c *kong.Context, p *kong.Path, f *kong.Flag) (any, error) {
		for _, name := range f.Envs {
			if _, set := os.LookupEnv(name); set {
				return nil, nil
			}
		}
		return file.Resolve(c, p, f)
	}), nil
}

type configCmd struct {
	Print struct{} `cmd:"" default:"1" help:"Print every flag of every command with its value."`
}

// Run prints the settings as one JSON object by command and flag.
func (c *configCmd) Run(env *environment) error {
	all := map[string]map[string]any{}
	collect(env.kong.Model.Node, "", all)
	enc := json.NewEncoder(env.stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(all)
}

func collect(n *kong.Node, prefix string, all map[string]map[string]any) {
	name := strings.TrimSpace(prefix + " " + n.Name)
	if n.Type == kong.ApplicationNode {
		name = "tillstream"
	}
	for _, f := range n.Flags {
		if f.Name == "help" || f.Name == "config" {
			continue
		}
		if all[name] == nil {
			all[name] = map[string]any{}
		}
		all[name][f.Name] = setting(f)
	}
	sort.Slice(n.Children, func(i, j int) bool { return n.Children[i].Name < n.Children[j].Name })
	for _, child := range n.Children {
		if !child.Hidden {
			collect(child, strings.TrimPrefix(name, "tillstream"), all)
		}
	}
}

// setting returns the value in force: the environment's, or what the flag holds.
func setting(f *kong.Flag) any {
	value := any(f.Default)
	if f.Target.IsValid() && !f.Target.IsZero() {
		value = fmt.Sprint(reflect.Indirect(f.Target).Interface())
	}
	for _, name := range f.Envs {
		if v, set := os.LookupEnv(name); set {
			value = v
		}
	}
	return masked(f.Name, fmt.Sprint(value))
}

// masked hides passwords inside addresses and everything whose name says that it is secret.
func masked(name, value string) string {
	if value == "" {
		return ""
	}
	for _, word := range []string{"password", "secret", "token", "key"} {
		if strings.Contains(name, word) && !strings.HasSuffix(name, "-file") {
			return "***"
		}
	}
	if u, err := url.Parse(value); err == nil && u.User != nil {
		if _, has := u.User.Password(); has {
			u.User = url.UserPassword(u.User.Username(), "***")
			value = strings.ReplaceAll(u.String(), "%2A", "*")
		}
		return value
	}
	if before, _, found := strings.Cut(value, "password="); found {
		return before + "password=***"
	}
	return value
}
