package local_test

import "testing"

// Merges that come in the way of inserts took half of the cores: the engine is told to hold them back.
func TestMergesGiveWay(t *testing.T) {
	s := newServer(t)
	s.expect(question{body: "SELECT name, value FROM system.server_settings WHERE name IN " +
		"('os_threads_nice_value_merge_mutate', 'background_pool_size') ORDER BY name"},
		"background_pool_size\t2\nos_threads_nice_value_merge_mutate\t15\n")
	s.expect(question{body: "SELECT value FROM system.merge_tree_settings " +
		"WHERE name = 'merge_selector_base'"}, "16\n")
}
