package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"tocsin/services/review"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Find any row of the audit that was changed, taken out, moved or cut off."`
	Export auditExportCmd `cmd:"" help:"Write the audit, one JSON object a line."`
	Heads  auditHeadsCmd  `cmd:"" help:"Write the published heads of the audit, one JSON object a line."`
	Erase  auditEraseCmd  `cmd:"" help:"Destroy a tenant's key: what its people wrote can never be read again."`
}

func (auditCmd) Help() string {
	return `Examples:
  tocsin audit verify --ledger tocsin-data/ledger.db --nats nats://127.0.0.1:4222
  tocsin audit export > audit.jsonl`
}

// auditFlag says where the audit is: a ledger, or else a server.
type auditFlag struct {
	serverFlag
	Ledger string `help:"Read the ledger itself, postgres://… or the path of a SQLite file, instead of asking the server."`
}

// natsURL is an address that is only used where it is given.
type natsURL struct {
	NATS string `name:"nats" help:"URL of the NATS server, for the heads as they were published."`
}

// published are the heads as they were published; none where no server is given.
func (f natsURL) published(ctx context.Context) ([]review.AuditHeads, error) {
	if f.NATS == "" {
		return nil, nil
	}
	conn, err := natsFlag(f).connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return review.PublishedHeads(ctx, conn)
}

// An auditPage is an answer of GET /v1/audit or /v1/audit/heads.
type auditPage struct {
	Rows []review.AuditLine  `json:"rows"`
	Sets []review.AuditHeads `json:"sets"`
	Next string              `json:"next"`
}

// pages hands on each page of a path of the server.
func (f serverFlag) pages(ctx context.Context, path string, q url.Values, on func(auditPage) error) error {
	for {
		var page auditPage
		if err := f.get(ctx, path+"?"+q.Encode(), &page); err != nil {
			return err
		}
		if err := on(page); err != nil || page.Next == "" {
			return err
		}
		q.Set("after", page.Next)
	}
}

// each hands the rows on, by case and version, and gives the cases that have none.
func (f auditFlag) each(ctx context.Context, q review.AuditRange, fn func(review.AuditLine) error) (without []string, err error) {
	if f.Ledger != "" {
		audit, err := review.OpenAudit(ctx, f.Ledger)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, audit.Close()) }()
		if err := audit.Each(ctx, q, fn); err != nil || q.Case != "" || !q.Since.IsZero() {
			return nil, err
		}
		return audit.Without(ctx)
	}
	asked := url.Values{}
	if q.Case != "" {
		asked.Set("case", q.Case)
	}
	if !q.Since.IsZero() {
		asked.Set("since", q.Since.UTC().Format(time.RFC3339Nano))
	}
	return nil, f.pages(ctx, "/v1/audit", asked, func(p auditPage) error {
		for _, row := range p.Rows {
			if err := fn(row); err != nil {
				return err
			}
		}
		return nil
	})
}

// heads are the sets that the ledger itself keeps.
func (f auditFlag) heads(ctx context.Context) (sets []review.AuditHeads, err error) {
	if f.Ledger != "" {
		audit, err := review.OpenAudit(ctx, f.Ledger)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, audit.Close()) }()
		return audit.Heads(ctx)
	}
	err = f.pages(ctx, "/v1/audit/heads", url.Values{}, func(p auditPage) error {
		sets = append(sets, p.Sets...)
		return nil
	})
	return sets, err
}

type auditExportCmd struct {
	auditFlag
	Case  string `help:"Only the rows of this case."`
	Since string `help:"Only since then: 720h ago, a day as 2026-11-01, or an RFC 3339 time."`
}

func (auditExportCmd) Help() string {
	return `Examples:
  tocsin audit export > audit.jsonl
  tocsin audit export --ledger postgres://… --since 2026-11-01 | jq -r .actor | sort | uniq -c

A line is a row, with ids only, its hash, and the hash of the row before it.`
}

// Run is `tocsin audit export`.
func (c *auditExportCmd) Run(s *streams) error {
	q := review.AuditRange{Case: c.Case}
	if c.Since != "" {
		var err error
		if q.Since, err = moment("--since", c.Since, time.Now()); err != nil {
			return err
		}
	}
	out := bufio.NewWriter(s.out)
	enc := json.NewEncoder(out)
	b := newBar(s.err, "rows")
	defer b.done()
	n := 0
	_, err := c.each(s.ctx, q, func(row review.AuditLine) error {
		n++
		b.set(n)
		return enc.Encode(row)
	})
	return errors.Join(err, out.Flush())
}

type auditHeadsCmd struct {
	auditFlag
	natsURL
}

func (auditHeadsCmd) Help() string {
	return `Examples:
  tocsin audit heads --nats nats://127.0.0.1:4222 > heads.jsonl
  tocsin audit heads > heads.jsonl

Kept where nobody who has the database can reach them, they show later what was cut or forged.`
}

// Run is `tocsin audit heads`.
func (c *auditHeadsCmd) Run(s *streams) error {
	sets, err := c.published(s.ctx)
	if c.NATS == "" {
		sets, err = c.heads(s.ctx)
	}
	if err != nil {
		return err
	}
	enc := json.NewEncoder(s.out)
	for _, set := range sets {
		if err := enc.Encode(set); err != nil {
			return err
		}
	}
	return nil
}

// readLines hands each line of a file of JSON objects to on.
func readLines[T any](name string, in io.Reader, on func(T) error) error {
	dec := json.NewDecoder(bufio.NewReaderSize(in, 1<<16))
	for n := 1; ; n++ {
		var one T
		err := dec.Decode(&one)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s, object %d: %w", name, n, err)
		}
		if err := on(one); err != nil {
			return err
		}
	}
}

// readFile hands each line of a file to on; "-" is stdin.
func readFile[T any](s *streams, name string, on func(T) error) (err error) {
	if name == "-" {
		return readLines("stdin", s.in, on)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return readLines(name, f, on)
}
