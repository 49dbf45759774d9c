package ledgertest

import (
	"context"
	"crypto/sha256"
	"strings"
	"sync"
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/seal"

	"tocsin/pkg/tenantkey"
)

// Keys are a site's tenants' keys in memory, the same for every process.
type Keys struct {
	mu   sync.Mutex
	have map[string]tenantkey.Key
	lost map[string]bool
	away bool // no key can be made
}

// Of is the tenant's key, made now if it has none.
func (k *Keys) Of(_ context.Context, tenant string) (tenantkey.Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.have == nil {
		k.have, k.lost = map[string]tenantkey.Key{}, map[string]bool{}
	}
	if k.have[tenant] == nil && k.away {
		return nil, tenantkey.ErrAway
	}
	if k.have[tenant] == nil {
		text := "key of " + tenant
		if k.lost[tenant] {
			text = "another " + text
		}
		sum := sha256.Sum256([]byte(text))
		k.have[tenant] = sum[:]
	}
	return k.have[tenant], nil
}

// Get is the tenant's key, or tenantkey.ErrNone.
func (k *Keys) Get(_ context.Context, tenant string) (tenantkey.Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key := k.have[tenant]; key != nil {
		return key, nil
	}
	return nil, tenantkey.ErrNone
}

// Site is the key of the whole site.
func (k *Keys) Site(context.Context) (tenantkey.Key, error) {
	return tenantkey.Key("the key of the site, 32 bytes it is"), nil
}

// Sealed has a ledger seal with these keys.
func (k *Keys) Sealed() ledger.Option { return ledger.Sealed(seal.New(k)) }

func (k *Keys) destroy(tenant string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.have, tenant)
	k.lost[tenant] = true
}

// secret is in every text that a person wrote.
const secret = "hush-hush"

// written opens a case in which every kind of personal text says the secret.
func written(d *desk) string {
	id := d.hear("e1", ticket("acme", "T-1", 1, func(t *decide.Ticket) {
		t.Subject, t.Requester, t.CSM, t.Agent = secret, secret, secret, secret
		t.Quotes[0].Text = secret
		t.Contradictions = []decide.Contradiction{{About: "people", Claimed: secret, Measured: secret}}
		t.NearMisses = []decide.NearMiss{{Stated: secret}}
	}))[0].Case.ID
	d.hear("e2", ticket("nordwind", "T-2", 1, func(t *decide.Ticket) { t.Subject = secret }))
	d.hear("e3", ticket("acme", "T-3", 1, func(t *decide.Ticket) { t.Subject, t.Asks = secret, "" }))
	must(d.do(id, func(c *decide.Case, cmd decide.Command) (decide.Event, error) {
		cmd.Note = secret
		return c.Approve(cmd, cmd.At.Add(time.Hour))
	}))(d)
	sent := ledger.Delivery{ID: "d1", Case: id, Tenant: "acme", Kind: "approved", Outcome: "failed", At: timeKept(nine), Answer: secret}
	if err := d.RecordDeliveries(d.Context(), sent); err != nil {
		d.Fatal(err)
	}
	if err := d.Dispose(d.Context(), disposal(7, "drop")); err != nil {
		d.Fatal(err)
	}
	return id
}

func personalIsSealed(d *desk) {
	id := written(d)
	for column, table := range map[string]string{
		"body": "cases", "note": "notes", "event": "outbox", "answer": "deliveries", "reason": "disposals", "note || reason": "disposals", "comment": "label_comments",
	} {
		rows := must(d.DB.QueryContext(d.Context(), "SELECT "+column+" FROM "+table))(d)
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				d.Error(err)
			}
			if strings.Contains(text, secret) {
				d.Errorf("%s.%s holds what a person wrote: %s", table, column, text)
			}
		}
		if err := rows.Err(); err != nil {
			d.Error(err)
		}
	}
	c := must(d.Case(d.Context(), id))(d)
	if c.Tickets[0].Subject != secret || c.Tickets[0].CSM != secret || c.Tickets[0].Quotes[0].Text != secret || c.Decision.Note != secret {
		d.Errorf("read again it is %+v, decided %+v", c.Tickets[0], c.Decision)
	}
	if out := must(d.Pending(d.Context(), 10))(d); out[len(out)-1].Event.Note != secret || out[len(out)-1].Case.Decision.Note != secret {
		d.Errorf("to be published: %+v", out[len(out)-1])
	}
	if rows := must(d.Audit(d.Context(), id))(d); rows[len(rows)-1].Event.Note != secret {
		d.Errorf("the audit's note is %q", rows[len(rows)-1].Event.Note)
	}
	if told := must(d.Deliveries(d.Context(), id))(d); told[0].Answer != secret {
		d.Errorf("the answer is %q", told[0].Answer)
	}
}

func noteWithoutBus(d *desk) {
	id := d.hear("e1", condition("k1", decide.Platform, decide.Raised, nine))[0].Case.ID // nobody has written anything yet
	d.Keys.away = true
	c, err := d.do(id, func(c *decide.Case, cmd decide.Command) (decide.Event, error) {
		cmd.Note = secret
		return c.Approve(cmd, time.Time{})
	})
	if err != nil || c.Decision.Note != secret {
		d.Errorf("decided %+v: %v", c.Decision, err)
	}
}

func keyDestroyed(d *desk) {
	id := written(d)
	d.Keys.destroy("acme")
	c := must(d.Case(d.Context(), id))(d)
	if got := c.Tickets[0]; got.Subject != seal.Erased || got.CSM != "" || got.Requester != "" || got.Quotes[0].Text != seal.Erased || got.ID != "T-1" {
		d.Errorf("the ticket is %+v", got)
	}
	if c.Decision.Note != seal.Erased || c.Decision.By != "lena" {
		d.Errorf("the decision is %+v", c.Decision)
	}
	rows := must(d.Audit(d.Context(), id))(d)
	if err := ledger.Verify(rows); err != nil || rows[len(rows)-1].Event.Note != seal.Erased {
		d.Errorf("the audit's note is %q (%v)", rows[len(rows)-1].Event.Note, err)
	}
	if told := must(d.Deliveries(d.Context(), id))(d); told[0].Answer != seal.Erased {
		d.Errorf("the answer is %q", told[0].Answer)
	}
	for _, other := range d.opened() {
		if other.Tenant == "nordwind" && other.Tickets[0].Subject != secret {
			d.Errorf("another tenant's subject is %q", other.Tickets[0].Subject)
		}
	}
	// The case goes on, under a new key, and what was erased stays so.
	d.hear("e4", ticket("acme", "T-1", 2, func(t *decide.Ticket) { t.Subject = "said again" }))
	c = must(d.Case(d.Context(), id))(d)
	if c.Tickets[0].Subject != "said again" || c.Decision.Note != seal.Erased {
		d.Errorf("it went on as %+v, decided %+v", c.Tickets[0], c.Decision)
	}
	d.whole(&c)
}

func plainIsRead(d *desk) {
	const body = `{"id":"c-1","tenant":"acme","state":"pending_review","version":1,"round":1,"tickets":[{"tenant":"acme","id":"T-1","subject":"written before"}]}`
	for _, statement := range []string{
		`INSERT INTO cases (case_id, tenant, state, version, round, decided_by, impact, opened_at, updated_at, wake_at, body)
			VALUES ('c-1', 'acme', 'pending_review', 1, 1, '', 0, 1, 1, 0, '` + body + `')`,
		`INSERT INTO notes (case_id, version, note) VALUES ('c-1', 1, 'so it was')`,
		`INSERT INTO audit (case_id, version, event_id, name, from_state, to_state, actor, by_person, happened_at, cause, tenant,
			ticket, condition_id, ground, absorbed, prev_hash, hash) VALUES ('c-1', 1, 'e', 'opened', '', '', '', 0, 1, '', '', '', '', '', '', '', '')`,
	} {
		if _, err := d.DB.ExecContext(d.Context(), statement); err != nil {
			d.Fatal(err)
		}
	}
	if c := must(d.Case(d.Context(), "c-1"))(d); c.Tickets[0].Subject != "written before" {
		d.Errorf("the subject is %q", c.Tickets[0].Subject)
	}
	if rows := must(d.Audit(d.Context(), "c-1"))(d); rows[0].Event.Note != "so it was" {
		d.Errorf("the note is %q", rows[0].Event.Note)
	}
}
