package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
)

type keysCmd struct {
	Backup  keysBackupCmd  `cmd:"" help:"Write a copy of all keys, with which everything that is sealed can be read."`
	Restore keysRestoreCmd `cmd:"" help:"Put a copy of the keys back where there are none."`
}

func (keysCmd) Help() string {
	return `Examples:
  tocsin keys backup keys-2026-11-22.jsonl
  tocsin keys restore keys-2026-11-22.jsonl

Keep it apart from backups of the ledger, and not for long: it undoes erasures (deploy/backup.md).`
}

// ring is the keys of a bus; on one that is new it makes room for them.
func ring(ctx context.Context, conn *bus.Conn) (*tenantkey.Ring, error) {
	keys, err := tenantkey.Open(ctx, conn.JS())
	if !errors.Is(err, jetstream.ErrBucketNotFound) {
		return keys, err
	}
	if err := topology.Apply(ctx, conn.JS(), 1); err != nil {
		return nil, err
	}
	return tenantkey.Open(ctx, conn.JS())
}

type keysBackupCmd struct {
	natsFlag
	File string `arg:"" type:"path" help:"Where to write it; nothing may be there."`
}

func (keysBackupCmd) Help() string {
	return `Examples:
  tocsin keys backup --nats nats://127.0.0.1:4222 keys-2026-11-22.jsonl

One key a line, not sealed: who has this file and the ledger can read it all. Only you can read the file.`
}

// Run is `tocsin keys backup`.
func (c *keysBackupCmd) Run(s *streams) (err error) {
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	keys, err := tenantkey.Open(s.ctx, conn.JS())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	all, err := keys.Copies(s.ctx)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	for _, one := range all {
		err = errors.Join(err, enc.Encode(one))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write the keys to %s: %w", c.File, err)
	}
	fmt.Fprintf(s.out, "%d keys are in %s.\n", len(all), c.File)
	return nil
}

type keysRestoreCmd struct {
	natsFlag
	File string `arg:"" type:"existingfile" help:"What tocsin keys backup wrote."`
}

func (keysRestoreCmd) Help() string {
	return `Examples:
  tocsin keys restore --nats nats://127.0.0.1:4222 keys-2026-11-22.jsonl

Before any service starts on a new NATS, which would make new keys. No key that is there is
replaced, and none that was destroyed there comes back; each is named. It ends with 1 where
another key stands in the place of one.`
}

// Run is `tocsin keys restore`.
func (c *keysRestoreCmd) Run(s *streams) (err error) {
	conn, err := c.connect(s.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	keys, err := ring(s.ctx, conn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	there, others := 0, 0
	err = readFile(s, c.File, func(one tenantkey.Copy) error {
		err := keys.PutBack(s.ctx, one)
		switch {
		case errors.Is(err, tenantkey.ErrDestroyed):
			fmt.Fprintf(s.out, "%s: was destroyed here, and stays so\n", one.Name)
			return nil
		case errors.Is(err, tenantkey.ErrOther):
			others++
			fmt.Fprintf(s.out, "%s: another key is there, and stays\n", one.Name)
			return nil
		}
		there++
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d keys are there as they were.\n", there)
	if others > 0 {
		return fmt.Errorf("%d keys are not back: what was sealed with them reads as [erased]", others)
	}
	return nil
}
