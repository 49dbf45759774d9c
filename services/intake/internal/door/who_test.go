package door_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake/internal/door"
	"tocsin/services/intake/internal/source"

	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// withSources names the sources, of which sftp speaks for acme and the desk for all.
func withSources(d *door.Door) {
	book, err := source.NewBook([]source.Source{
		{Name: "sftp", Tokens: []string{"s-old", "s-new"}, Tenants: []string{"acme"}, Trust: source.Tenant},
		{Name: "desk", Tokens: []string{"d"}, All: true, Trust: source.Platform},
	}, nil)
	if err != nil {
		panic(err)
	}
	d.Sources = &source.Register{}
	d.Sources.Follow(book)
	d.Intake.Signals.Sources = d.Sources
}

func bearer(token string) []string { return []string{"Authorization", "Bearer " + token} }

func TestASourcesTokenStatesItsOwnEventsOnly(t *testing.T) {
	kept := &shelf{}
	h := open(t, withSources, func(d *door.Door) { d.Shelf = kept })
	other := strings.Replace(upload("o"), `"acme"`, `"nordwind"`, 1)
	outside := `{"id":"p","source":"sftp","occurred_at":"2026-11-20T09:00:00Z","probe":{"component":"site","prober":"eu","status":"DOWN"}}`
	ce := `{"specversion":"1.0","type":"tocsin.ingress.v1.FileUpload","id":"c1","source":"desk","tenant":"acme","time":"2026-11-20T09:00:00Z","data":{"upload":"u","outcome":"FAILED"}}`
	for name, tt := range map[string]struct {
		path, kind, token, body string
		status                  int
		fields                  []string
	}{
		"its own":                 {"/v1/signals", jsonType, "s-new", upload("1"), 202, nil},
		"by the token before":     {"/v1/signals", jsonType, "s-old", upload("2"), 202, nil},
		"nobody's token":          {"/v1/signals", jsonType, "s", upload("3"), 401, nil},
		"no token":                {"/v1/signals", jsonType, "", upload("3"), 401, nil},
		"another tenant":          {"/v1/signals", jsonType, "s-new", other, 403, []string{"tenant"}},
		"the platform":            {"/v1/signals", jsonType, "s-new", outside, 403, []string{"tenant"}},
		"another source":          {"/v1/signals", jsonType, "d", upload("4"), 403, []string{"source"}},
		"one of an array":         {"/v1/signals", jsonType, "s-new", "[" + upload("5") + "," + other + "]", 403, []string{"[1].tenant"}},
		"an array of one":         {"/v1/signals", jsonType, "s-new", " [" + other + "]", 403, []string{"[0].tenant"}},
		"one of a protobuf batch": {"/v1/signals", protobufType, "s-new", batch(t, upload("6"), other), 403, []string{"signals[1].tenant"}},
		"a note of another":       {"/v1/tickets", jsonType, "s-new", note("7", "T-1"), 403, []string{"source"}},
		"a note in protobuf":      {"/v1/tickets", protobufType, "s-new", marshal(t, encoded[ingressv1.TicketEvent](t, note("7", "T-1"))), 403, []string{"source"}},
		"a note of its own":       {"/v1/tickets", jsonType, "d", note("8", "T-1"), 202, nil},
		"a CloudEvent of another": {"/v1/signals", "application/cloudevents+json", "s-new", ce, 403, []string{"source"}},
	} {
		a := h.post(t, tt.path, tt.kind, tt.body, bearer(tt.token)...)
		if a.status != tt.status {
			t.Errorf("%s: %d %+v, want %d", name, a.status, a.Errors, tt.status)
		}
		for _, field := range tt.fields {
			if !a.names(field) || a.Type != "urn:tocsin:problem:not-yours" {
				t.Errorf("%s: %s %+v, want %s named", name, a.Type, a.Errors, field)
			}
		}
	}
	if a := h.post(t, "/v1/signals", jsonType, upload("9"), "X-Tocsin-Token", "s-new"); a.status != http.StatusAccepted {
		t.Errorf("a token in a header of ours: %+v", a)
	}
	if n := len(h.stored(t)); n != 3 {
		t.Errorf("%d signals are stored, want 3", n)
	}
	if was := kept.take(); len(was) > 0 {
		t.Errorf("what is somebody else's is kept to be tried again: %+v", was)
	}
}

func TestOfLinesThoseOfOthersAreRejected(t *testing.T) {
	h := open(t, withSources)
	lines := upload("1") + "\n" + strings.Replace(upload("2"), `"acme"`, `"nordwind"`, 1) + "\n" + upload("3")
	a := h.post(t, "/v1/signals", ndjsonType, lines, bearer("s-new")...)
	if a.status != http.StatusAccepted || a.Accepted != 2 || len(a.Rejected) != 1 || a.Rejected[0].Line != 2 || a.Rejected[0].Field != "tenant" {
		t.Errorf("%+v", a)
	}
}

func TestTheHousesTokenSpeaksForAll(t *testing.T) {
	h := open(t, withSources, func(d *door.Door) { d.Token = "house" })
	for token, want := range map[string]int{"house": 202, "s-new": 202, "d": 403, "": 401} {
		if a := h.post(t, "/v1/signals", jsonType, upload("1"), bearer(token)...); a.status != want {
			t.Errorf("%q: %d, want %d", token, a.status, want)
		}
	}
}

func TestALogRecordOfAnotherIsLeftOut(t *testing.T) {
	h := open(t, withSources)
	record := func(source, tenant string) string {
		text := func(k, v string) string { return fmt.Sprintf(`{"key":%q,"value":{"stringValue":%q}}`, k, v) }
		return `{"timeUnixNano":"1795165200000000000","attributes":[` + strings.Join([]string{
			text("tocsin.kind", "file_upload"), text("tocsin.source", source), text("tocsin.tenant", tenant), text("tocsin.id", tenant+source),
			text("tocsin.file_upload.upload", "u"), text("tocsin.file_upload.outcome", "FAILED"),
		}, ",") + `]}`
	}
	body := `{"resourceLogs":[{"scopeLogs":[{"logRecords":[` + record("sftp", "acme") + "," + record("sftp", "nordwind") + "," + record("desk", "acme") + `]}]}]}`
	if a := h.post(t, "/v1/logs", jsonType, body, bearer("s-new")...); a.status != http.StatusOK {
		t.Fatalf("%+v", a)
	}
	if got := fmt.Sprint(h.signals(t)); got != "[acmesftp]" {
		t.Errorf("stored are %s", got)
	}
}

func TestWhatASourceSentIsTriedAgainAsThatSource(t *testing.T) {
	kept := &shelf{}
	var d *door.Door
	h := open(t, withSources, func(of *door.Door) { of.Shelf, d = kept, of })
	// What is not valid is kept, and what is valid of it is another's.
	h.post(t, "/v1/signals", jsonType, "["+strings.Replace(upload("1"), `"acme"`, `"nordwind"`, 1)+`,{"id":"2","source":"sftp","tenant":"acme","occurred_at":"2026-11-20T12:00:00Z","file_upload":{"upload":"u","outcome":"FAILED"}}]`,
		bearer("s-new")...).problem(t, http.StatusBadRequest)
	was := kept.take()
	if len(was) != 1 || was[0].Source != "sftp" {
		t.Fatalf("%+v", was)
	}
	d.Intake.Now = func() time.Time { return now.AddDate(0, 0, 1) }
	_, reasons, err := d.Again(t.Context(), was[0])
	if err != nil || len(reasons) != 1 || !strings.Contains(reasons[0], `does not speak for "nordwind"`) {
		t.Errorf("%v %v", reasons, err)
	}
	d.Sources.Follow(nil)
	if _, reasons, err = d.Again(t.Context(), was[0]); err != nil || len(reasons) != 1 || !strings.Contains(reasons[0], "no more in the doors' file") {
		t.Errorf("%v %v", reasons, err)
	}
	if n := len(h.stored(t)); n > 0 {
		t.Errorf("%d are stored", n)
	}
}
