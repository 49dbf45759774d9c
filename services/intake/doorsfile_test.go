package intake_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/services/intake"

	"tocsin/pkg/rejected"
	"tocsin/pkg/topology"
)

// trigger is what the template of Zendesk's trigger sends of ticket 7, without an organization.
const trigger = `{"tocsin":1,"ticket":{"id":"7","subject":"Login","description":"Nobody gets in.","status":"open","site":"Nord",
 "requester_id":"11","created_at":"2026-01-20T09:00:00Z","updated_at":"2026-01-20T09:00:00Z"},"actor_id":"11"}`

// write writes the doors' file whole, as an editor does.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// until posts until the status is the wanted one.
func until(t *testing.T, want int, send func() int) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		got := send()
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still %d, want %d", got, want)
		}
	}
}

func TestADoorIsWhatTheFileNowSays(t *testing.T) {
	path, secret := filepath.Join(t.TempDir(), "doors.yaml"), filepath.Join(t.TempDir(), "token")
	write(t, secret, "first\n")
	file := "doors:\n  desk-eu: {vendor: zendesk, tokens: ['file:" + secret + "'], default_tenant: acme}\n"
	write(t, path, file)
	conn, url, stop := start(t, map[string]string{"TOCSIN_DOORS_FILE": path, "TOCSIN_ALERTMANAGER_TOKEN": "am"})
	defer stop()
	send := func(token string) func() int {
		return func() int { return post(t, url+"/v1/hooks/desk-eu", token, trigger) }
	}
	if got := send("guessed")(); got != http.StatusUnauthorized {
		t.Errorf("a guessed token: %d", got)
	}
	if got := send("first")(); got != http.StatusAccepted {
		t.Errorf("the token: %d", got)
	}
	if got := post(t, url+"/v1/hooks/alertmanager", "am", `{"version":"4","alerts":[]}`); got != http.StatusAccepted {
		t.Errorf("the door of the settings: %d", got)
	}
	if got := post(t, url+"/v1/hooks/zendesk", "", trigger); got != http.StatusForbidden {
		t.Errorf("a door that nobody opened: %d", got)
	}
	write(t, secret, "second\n") // the secret is replaced where it stands
	until(t, http.StatusAccepted, send("second"))
	if got := send("first")(); got != http.StatusUnauthorized {
		t.Errorf("the token that was replaced: %d", got)
	}
	write(t, path, "doors: {desk-eu: {vendor: nobody}}") // is refused, and changes nothing
	write(t, path, file+"  desk-us: {vendor: zendesk, tokens: ['file:"+secret+"'], map: {tenant: it.?site}}\n")
	until(t, http.StatusAccepted, func() int { return post(t, url+"/v1/hooks/desk-us", "second", trigger) })
	raw, err := conn.Last(t.Context(), topology.Tickets, topology.TicketSubject("Nord", "7"))
	if err != nil || raw.Sequence == 0 {
		t.Errorf("the expression's tenant has no ticket: %v", err)
	}
	write(t, path, "doors: {}")
	until(t, http.StatusNotFound, send("second"))
}

func TestAFileThatIsNotUnderstoodStartsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "doors.yaml")
	for _, tt := range []struct{ text, want string }{
		{"doors: {desk: {vendor: remedy}}", path + `:1:24: there is no vendor "remedy"`},
		{"doors: {zendesk: {secrets: [$NOBODY_SET_THIS]}}", "door zendesk: set NOBODY_SET_THIS in the environment"},
	} {
		write(t, path, tt.text)
		if err := intake.Run(t.Context(), intake.Config{DoorsFile: path}, place(t)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %q", err, tt.want)
		}
	}
}

func TestTheExampleIsUnderstood(t *testing.T) {
	text, err := os.ReadFile("../../deploy/examples/doors.yaml")
	if err != nil {
		t.Fatal(err)
	}
	missing, err := intake.CheckDoors(text, "", func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	if want := "$TOCSIN_ACME_ALERTS_TOKEN $TOCSIN_ALERTMANAGER_TOKEN $TOCSIN_ZENDESK_SECRET $TOCSIN_ZENDESK_SECRET_OLD file:/run/secrets/zendesk-eu " +
		"$TOCSIN_ACME_TOKEN $TOCSIN_OKTA_TOKEN $TOCSIN_OKTA_TOKEN_OLD file:/run/secrets/probes"; strings.Join(missing, " ") != want {
		t.Errorf("missing are %q", missing)
	}
	all, err := intake.Doors(text)
	if err != nil || len(all) < 3 {
		t.Errorf("doors %v, %v", all, err)
	}
	body := strings.Replace(trigger, `"site":"Nord"`, `"brand_id":99001`, 1)
	tried, err := intake.Trial{Text: text, Door: "zendesk", Body: []byte(body), At: time.Date(2026, 1, 20, 9, 1, 0, 0, time.UTC)}.Try(os.LookupEnv)
	if err != nil || len(tried.Tickets) == 0 || tried.Tickets[0].GetTenant() != "partners" {
		t.Errorf("%+v, %v", tried, err)
	}
	steps, _ := json.Marshal(tried.Steps)
	if !strings.Contains(string(steps), `"name":"tenant"`) || !strings.Contains(tried.Let, "not checked") {
		t.Errorf("%s %s", steps, tried.Let)
	}
}

func TestWhatWasRejectedIsTakenWhenTheFileIsMended(t *testing.T) {
	path := filepath.Join(t.TempDir(), "doors.yaml")
	t.Setenv("DESK_TOKEN", "s3")
	write(t, path, "doors: {desk: {vendor: zendesk, tokens: [$DESK_TOKEN]}}\n")
	conn, url, stop := start(t, map[string]string{"TOCSIN_DOORS_FILE": path})
	defer stop()
	for range 2 { // a vendor tries again
		if got := post(t, url+"/v1/hooks/desk", "s3", trigger); got != http.StatusAccepted {
			t.Fatalf("status %d", got)
		}
	}
	list, err := rejected.List(t.Context(), conn, rejected.Query{Text: "no organization"})
	if err != nil || len(list) != 1 || list[0].Door != "desk" || list[0].Vendor != "zendesk" {
		t.Fatalf("%+v, %v", list, err)
	}
	again, err := rejected.Retry(t.Context(), conn, list[0].ID, "lena")
	if err != nil || len(again.IDs) > 0 || len(again.Reasons) != 1 || again.ID == 0 {
		t.Fatalf("before it is mended: %+v, %v", again, err)
	}
	id := again.ID
	write(t, path, "doors: {desk: {vendor: zendesk, tokens: [$DESK_TOKEN], map: {tenant: it.?site}}}\n")
	deadline := time.Now().Add(20 * time.Second)
	for again.ID != 0 {
		id = again.ID
		if again, err = rejected.Retry(t.Context(), conn, id, "lena"); err != nil || time.Now().After(deadline) {
			t.Fatalf("%+v, %v", again, err)
		}
	}
	if len(again.IDs) != 2 {
		t.Errorf("taken are %v", again.IDs)
	}
	raw, err := conn.Last(t.Context(), topology.Tickets, topology.TicketSubject("Nord", "7"))
	if err != nil || raw.Sequence == 0 {
		t.Errorf("there is no ticket: %v", err)
	}
	if list, _ := rejected.List(t.Context(), conn, rejected.Query{}); len(list) != 0 {
		t.Errorf("still kept: %+v", list)
	}
	if _, err := rejected.Retry(t.Context(), conn, id, "lena"); err == nil || !strings.Contains(err.Error(), "nothing is kept under this number") {
		t.Errorf("a second try: %v", err)
	}
}

func TestWhoMaySpeakIsWhatTheFileNowSays(t *testing.T) {
	path, token := filepath.Join(t.TempDir(), "doors.yaml"), filepath.Join(t.TempDir(), "token")
	write(t, token, "first\n")
	write(t, path, "sources:\n  desk: {tokens: ['file:"+token+"'], tenants: [nordwind]}\n")
	_, url, stop := start(t, map[string]string{"TOCSIN_DOORS_FILE": path})
	defer stop()
	send := func(token string) func() int {
		return func() int { return post(t, url+"/v1/tickets", token, note) }
	}
	for token, want := range map[string]int{"": http.StatusUnauthorized, "guessed": http.StatusUnauthorized, "first": http.StatusForbidden} {
		if got := send(token)(); got != want {
			t.Errorf("%q: %d, want %d", token, got, want)
		}
	}
	write(t, path, "sources:\n  desk: {tokens: ['file:"+token+"'], tenants: [nordwind, acme]}\n")
	until(t, http.StatusAccepted, send("first"))
	write(t, token, "second\n")
	until(t, http.StatusAccepted, send("second"))
	if got := send("first")(); got != http.StatusUnauthorized {
		t.Errorf("the token that was replaced: %d", got)
	}
	write(t, path, "doors: {}") // nobody is named: nobody is asked
	until(t, http.StatusAccepted, send(""))
}
