package main

type benchCmd struct {
	Names []string `arg:"" optional:""`
}

// Run measures.
func (c *benchCmd) Run(env *environment) error { return nil }
