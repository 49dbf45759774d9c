package intake_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake"
	"tocsin/services/intake/internal/pull/helpdesk/helpdesktest"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// stuck is a ticket of ten days ago on which support wrote once, a day later.
func stuck() helpdesktest.Ticket {
	began := time.Now().UTC().AddDate(0, 0, -10).Truncate(time.Second)
	return helpdesktest.Ticket{
		ID: 42, Subject: "Blank page", Body: "The page stays blank.", Urgent: true, Created: began, Updated: began.AddDate(0, 0, 1),
		Notes: []helpdesktest.Note{{ID: 8001, Author: 401, Staff: true, Public: true, Text: "We look at it.", At: began.AddDate(0, 0, 1)}},
	}
}

// ticket awaits the ticket at a revision or later.
func ticket(t *testing.T, conn *bus.Conn, tenant, id string, revision uint64) *intakev1.Ticket {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var got *intakev1.Ticket
	_ = conn.Follow(ctx, bus.Following{Stream: topology.Tickets, Filters: []string{topology.TicketSubject(tenant, id)}}, func(_ context.Context, raw bus.Raw) error {
		var changed intakev1.TicketChanged
		if err := bus.Decode(raw, &changed); err != nil {
			return err
		}
		if got = changed.GetTicket(); got.GetHead().GetRevision() >= revision {
			cancel()
		}
		return nil
	})
	if got.GetHead().GetRevision() < revision {
		t.Fatalf("ticket %s is at revision %d, want %d", id, got.GetHead().GetRevision(), revision)
	}
	return got
}

func imported(t *testing.T, conn *bus.Conn, web *httptest.Server) intake.Import {
	t.Helper()
	return intake.Import{
		Vendor: "zendesk", URL: web.URL, User: "lena@acme.example", Token: "secret", To: intake.ImportBus{Conn: conn}, Rate: 1e6,
		CA: authority(web), Doors: []byte(`doors: {zendesk: {secrets: [$Z], tenants: {"77": acme}}}`),
	}
}

// authority is whose certificate a server has; none if it has none.
func authority(web *httptest.Server) []byte {
	if web.Certificate() == nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
}

const told = `{"type":"zen:event-type:ticket.%s","id":"e-1","time":"%s","subject":"zen:ticket:42","event":%s,
 "detail":{"id":"42","status":"OPEN","subject":"Blank page","description":"The page stays blank.","priority":"URGENT",
  "organization_id":"77","requester_id":"301","actor_id":"401","created_at":"%s","updated_at":"%[2]s","tags":[]}}`

// deliver has Zendesk tell of the ticket, signed.
func deliver(t *testing.T, url, kind, event string, at, created time.Time) int {
	t.Helper()
	body := fmt.Sprintf(told, kind, at.Format(time.RFC3339), event, created.Format(time.RFC3339))
	stamp := time.Now().UTC().Format(time.RFC3339)
	mac := hmac.New(sha256.New, []byte("z"))
	mac.Write([]byte(stamp + body))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v1/hooks/zendesk", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Zendesk-Webhook-Signature-Timestamp", stamp)
	req.Header.Set("X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

func TestWhatWasImportedAndIsToldOfAgainIsOne(t *testing.T) {
	conn, url, stop := start(t, map[string]string{"TOCSIN_ZENDESK_SECRET": "z", "TOCSIN_ZENDESK_TENANTS": "77:acme"})
	defer stop()
	of := stuck()
	web := httptest.NewTLSServer(helpdesktest.New(of).Zendesk())
	defer web.Close()
	what := imported(t, conn, web)
	sum, err := what.Run(t.Context())
	if err != nil || sum.Accepted != 3 || sum.Events != 3 {
		t.Fatalf("%+v, %v; want an opening, a status and a note", sum, err)
	}
	was := ticket(t, conn, "acme", "42", 3)
	comment := `{"comment":{"id":"8001","body":"We look at it.","is_public":true,"author":{"id":"401","is_staff":true}}}`
	if got := deliver(t, url, "comment_added", comment, of.Notes[0].At, of.Created); got != http.StatusAccepted {
		t.Fatalf("status %d", got)
	}
	// Something that is news, so that what came before it is seen to be done.
	later := strings.NewReplacer("8001", "8002", "We look", "We still look").Replace(comment)
	if got := deliver(t, url, "comment_added", later, of.Notes[0].At.Add(time.Hour), of.Created); got != http.StatusAccepted {
		t.Fatalf("status %d", got)
	}
	is := ticket(t, conn, "acme", "42", 4)
	if is.GetHead().GetRevision() != was.GetHead().GetRevision()+1 || len(is.GetNotes()) != len(was.GetNotes())+1 || len(is.GetApplied()) != 4 {
		t.Errorf("revision %d, %d notes, %d events; want 4, one more than before, 4", is.GetHead().GetRevision(), len(is.GetNotes()), len(is.GetApplied()))
	}
	// The other way round: what the door told of is known to the import.
	if sum, err = what.Run(t.Context()); err != nil || sum.Known != 3 || sum.Accepted != 0 {
		t.Errorf("%+v, %v; want three that are known", sum, err)
	}
}

// nothing takes events, and keeps none.
type nothing struct{}

func (nothing) Take(_ context.Context, evs []*ingressv1.TicketEvent) (intake.ImportTaken, error) {
	return intake.ImportTaken{Accepted: len(evs)}, nil
}

func TestAnImportRefusesWhatItWouldNotDoSafely(t *testing.T) {
	web := httptest.NewTLSServer(helpdesktest.New(stuck()).Zendesk())
	defer web.Close()
	for name, tt := range map[string]struct {
		spoil func(*intake.Import)
		want  string
	}{
		"a certificate of nobody":     {func(i *intake.Import) { i.CA = nil }, "is not trusted: "},
		"a token in the clear":        {func(i *intake.Import) { i.URL = "http://help.acme.example" }, "would get the token unencrypted; write https://"},
		"credentials in the address":  {func(i *intake.Import) { i.URL = "https://a:b@acme.zendesk.com" }, "leave credentials out of the address"},
		"no address":                  {func(i *intake.Import) { i.URL = "acme" }, "is no address of a helpdesk"},
		"a door that is not there":    {func(i *intake.Import) { i.Door = "telex" }, `there is no door "telex"`},
		"a door of another vendor":    {func(i *intake.Import) { i.Door = "jira" }, "door jira is not of zendesk"},
		"a vendor that is none":       {func(i *intake.Import) { i.Vendor, i.Door = "telex", "zendesk" }, `is of zendesk and not of telex`},
		"another's file":              {func(i *intake.Import) { i.Query = "x" }, "is of an import of "},
		"a file that is none":         {func(i *intake.Import) { i.Doors = []byte("doors: 7") }, "1:8: "},
		"an authority that is none":   {func(i *intake.Import) { i.CA = []byte("x") }, "holds no certificate in PEM"},
		"a token that is not theirs":  {func(i *intake.Import) { i.Token = "guess" }, "refuses the credentials (401"},
		"a folder that is not there":  {func(i *intake.Import) { i.State = "/nowhere/at/all" }, "open what was done before"},
		"no token where one is asked": {func(i *intake.Import) { i.Token = "" }, "a token is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			what := imported(t, nil, web)
			what.State, what.To = filepath.Join(t.TempDir(), "state"), nothing{}
			if _, err := what.Run(t.Context()); name == "another's file" && err != nil {
				t.Fatal(err)
			}
			tt.spoil(&what)
			if _, err := what.Run(t.Context()); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "guess") {
				t.Errorf("%v; want %s", err, tt.want)
			}
		})
	}
}
