// Package pgtest gives tests a real PostgreSQL, started from the binaries that
// are installed on the machine.
//
//	url := pgtest.Database(t, "ledger", func(url string) error { /* make the tables */ })
//
// It promises one server for each test binary, started when the first test asks
// for it and gone with the binary, even if that is killed; and a database of its
// own for each test, cloned from a template that is made once. The server runs
// in a temporary folder, on a free port of the loopback, with a password that
// nobody else knows, and without fsync: it keeps nothing. Root may use it too:
// PostgreSQL refuses to run as root, so it then runs as the user postgres or nobody.
//
// Where PostgreSQL is not installed the test fails and says how to install it.
// It is skipped only if TOCSIN_SKIP_POSTGRES=1 says so. What the tables are is
// left to the caller.
package pgtest
