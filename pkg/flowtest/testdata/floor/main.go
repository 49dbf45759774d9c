// Command floor opens what `tocsin up` stands on, an embedded NATS server with
// its streams on disk and a ledger file, says that it is ready, and idles: what
// the program's own start and memory are held against.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"

	_ "modernc.org/sqlite"

	"tocsin/pkg/bus"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/run"
)

func main() { run.Main("floor", floor) }

// floor keeps its files in the folder where it is run.
func floor(ctx context.Context) error {
	nats, err := natsserver.Start(natsserver.Options{Addr: "127.0.0.1:0", Dir: "nats"})
	if err != nil {
		return err
	}
	defer nats.Shutdown()
	conn, err := bus.Connect(ctx, bus.Settings{InProcess: nats, Name: "floor"})
	if err != nil {
		return err
	}
	defer conn.Close()
	file, err := filepath.Abs("ledger.db")
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "CREATE TABLE cases (case_id TEXT PRIMARY KEY)"); err != nil {
		return err
	}
	fmt.Println("ready")
	<-ctx.Done()
	return nil
}
