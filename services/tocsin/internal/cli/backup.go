package cli

import (
	"fmt"

	"tocsin/services/review"
)

// ledgerFlag names a ledger.
type ledgerFlag struct {
	Ledger string `required:"" env:"TOCSIN_LEDGER_URL" help:"The ledger, postgres://… or the path of a SQLite file."`
}

type backupCmd struct {
	ledgerFlag
	File string `arg:"" type:"path" help:"Where to write it; nothing may be there."`
}

func (backupCmd) Help() string {
	return `Examples:
  tocsin backup --ledger tocsin-data/ledger.db ledger-2026-11-22.backup
  tocsin backup --ledger postgres://… ledger-2026-11-22.backup

The ledger as it stands at one moment, while review goes on. The tenants' keys, without which
what people wrote can not be read, are not in it: tocsin keys backup copies those.`
}

// Run is `tocsin backup`.
func (c *backupCmd) Run(s *streams) error {
	if err := review.Backup(s.ctx, c.Ledger, c.File); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The ledger is in %s.\n", c.File)
	return nil
}

type restoreCmd struct {
	ledgerFlag
	File string `arg:"" type:"existingfile" help:"What tocsin backup wrote."`
}

func (restoreCmd) Help() string {
	return `Examples:
  tocsin restore --ledger tocsin-data/ledger.db ledger-2026-11-22.backup
  tocsin audit verify --ledger tocsin-data/ledger.db --nats nats://127.0.0.1:4222

Into an empty database, or where no file is, while review does not run. The keys first.`
}

// Run is `tocsin restore`.
func (c *restoreCmd) Run(s *streams) error {
	if err := review.Restore(s.ctx, c.File, c.Ledger); err != nil {
		return err
	}
	fmt.Fprintln(s.out, "The ledger is back. See what was lost since, before review starts: tocsin audit verify --nats …")
	return nil
}
