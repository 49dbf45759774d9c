package postgres

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
)

// Backup writes the ledger database to a file as it stands at one moment, while
// others read and write it, with pg_dump, which must be installed and not be older
// than the server. to must not be there.
func Backup(ctx context.Context, address, to string) error {
	if _, err := os.Stat(to); err == nil {
		return fmt.Errorf("back up the ledger: %s is there already; name another file, or move it away", to)
	}
	return tool(ctx, address, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file="+to)
}

// Restore puts a backup into a database that is empty, all of it or nothing, with
// pg_restore, which must be installed.
func Restore(ctx context.Context, backup, address string) error {
	return tool(ctx, address, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", backup)
}

// tool runs one of PostgreSQL's own programs on a database. The password goes by
// the environment, since who is on the machine sees the arguments.
func tool(ctx context.Context, address, program string, args ...string) error {
	path, err := exec.LookPath(program)
	if err != nil {
		return fmt.Errorf("%s is not here: install PostgreSQL's client (Debian: apt-get install postgresql-client)", program)
	}
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("read the address of the ledger database: %w", err)
	}
	cmd := exec.CommandContext(ctx, path)
	cmd.Env = os.Environ()
	if password, has := u.User.Password(); has {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
		u.User = url.User(u.User.Username())
	}
	cmd.Args = append([]string{program, "--dbname=" + u.String()}, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(said.String()))
	}
	return nil
}
