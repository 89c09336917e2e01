package local

import (
	"maps"
	"slices"
	"strconv"
)

// settings are the server's parameters, given on the command line at each start so that a newer
// program brings its own.
func settings(cfg Config, port int) []string {
	s := map[string]string{
		"listen_addresses":        "127.0.0.1",
		"port":                    strconv.Itoa(port),
		"unix_socket_directories": "",
		"max_connections":         "100",
		"password_encryption":     "scram-sha-256",
		"shared_buffers":          "1GB",
		"timezone":                "UTC",
		"log_timezone":            "UTC",

		"fsync":              "on",
		"synchronous_commit": "on",
		"wal_compression":    "off",
		"wal_buffers":        "16MB",
		"max_wal_size":       "4GB",
		// A log file that is made anew stops every writer for the time that its zeros take; one that is
		// kept for use again does not.
		"min_wal_size": "2GB",
		// After a crash everything that was written must reach the disk before the log is read. One call
		// for the file system does that at once; a thousand files one by one keep orders waiting for half
		// a second.
		"recovery_init_sync_method": "syncfs",
		"checkpoint_timeout":        "15min",

		// The relay reads the log through one slot. A slot that nobody reads would keep log for
		// ever; past this size it is given up, and the relay answers with a new snapshot.
		"wal_level":              "logical",
		"max_wal_senders":        "10",
		"max_replication_slots":  "10",
		"max_slot_wal_keep_size": "16GB",

		"autovacuum_vacuum_insert_scale_factor": "0.4",
		"jit":                                   "off",
		"log_checkpoints":                       "off",
		"log_min_duration_statement":            "5s",
	}
	maps.Copy(s, cfg.Settings)
	var args []string
	for _, name := range slices.Sorted(maps.Keys(s)) {
		args = append(args, "-c", name+"="+s[name])
	}
	return args
}
