package door_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/services/intake/internal/alert"
	"tocsin/services/intake/internal/door"

	"tocsin/pkg/rejected"
)

// shelf keeps in memory.
type shelf struct {
	mu   sync.Mutex
	kept []rejected.Delivery
	err  error
}

func (s *shelf) Keep(_ context.Context, d rejected.Delivery) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, d)
	return s.err
}

// take are those that were kept since it was asked last.
func (s *shelf) take() []rejected.Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.kept
	s.kept = nil
	return all
}

func TestWhatADoorDoesNotTakeIsKeptWithItsReason(t *testing.T) {
	kept := &shelf{}
	h := open(t, withZendesk, withAlertmanager, func(of *door.Door) { of.Shelf = kept })
	nobody := strings.Replace(commented, `"77"`, `""`, 1)
	noise := `{"type":"zen:event-type:user.deleted","id":"1","detail":{},"event":{}}`
	for _, tt := range []struct {
		name, path, body string
		header           []string
		want             string
	}{
		{"a ticket of nobody", "/v1/hooks/zendesk", nobody, signed(nobody, signingSecret, now), "zendesk: ticket 42: has no organization"},
		{"an alert of no component", "/v1/hooks/alertmanager", firing(`"job":"x"`), []string{"Authorization", "Bearer am"}, "alertmanager: alert A: it names no component"},
		{"a body that is none", "/v1/hooks/alertmanager", `{"version":"3"}`, []string{"Authorization", "Bearer am"}, "alertmanager: body not understood"},
		{"an event that is refused", "/v1/signals", `{"id":"x"}`, nil, "signals: "},
		{"what is taken", "/v1/hooks/zendesk", commented, signed(commented, signingSecret, now), ""},
		{"what says nothing here", "/v1/hooks/zendesk", noise, signed(noise, signingSecret, now), ""},
		{"an alert that says nothing is broken", "/v1/hooks/alertmanager", firing(`"component":"sso","severity":"info"`), []string{"Authorization", "Bearer am"}, ""},
		{"a stranger", "/v1/hooks/zendesk", nobody, nil, ""},
		{"a guessed token", "/v1/hooks/alertmanager", `{"version":"3"}`, []string{"Authorization", "Bearer x"}, ""},
	} {
		h.post(t, tt.path, jsonType, tt.body, tt.header...)
		got := kept.take()
		if tt.want == "" {
			if len(got) > 0 {
				t.Errorf("%s: kept is %+v", tt.name, got)
			}
			continue
		}
		if len(got) != 1 || !strings.HasPrefix(got[0].Door+": "+strings.Join(got[0].Reasons, "; "), tt.want) || string(got[0].Body) != tt.body || !got[0].ReceivedAt.Equal(now) {
			t.Errorf("%s: kept is %+v", tt.name, got)
			continue
		}
		for name, value := range got[0].Headers {
			if strings.Contains(name, "Signature") || strings.Contains(value, "Bearer") {
				t.Errorf("%s: what lets in is kept: %s", tt.name, name)
			}
		}
	}
}

func TestWhatWasKeptIsTakenOnceWhenTheMappingIsMended(t *testing.T) {
	kept := &shelf{}
	var d *door.Door
	h := open(t, withAlertmanager, func(of *door.Door) { of.Shelf, d = kept, of })
	h.post(t, "/v1/hooks/alertmanager", jsonType, firing(`"job":"x"`), "Authorization", "Bearer am")
	was := kept.take()[0]
	if ids, reasons, err := d.Again(t.Context(), was); err != nil || len(ids) > 0 || len(reasons) != 1 {
		t.Fatalf("%v %v %v", ids, reasons, err)
	}
	mended := d.Hooks["alertmanager"]
	mended.Account.Alerts = alert.Account{Components: map[string]string{"A": "sso"}}
	d.Follow(door.Hooks{"alertmanager": mended})
	for range 2 {
		ids, reasons, err := d.Again(t.Context(), was)
		if err != nil || len(ids) != 2 || len(reasons) > 0 {
			t.Fatalf("%v %v %v", ids, reasons, err)
		}
	}
	stored := h.signals(t)
	slices.Sort(stored)
	if ids := slices.Compact(stored); len(ids) != 2 { // readers drop what comes again by its id
		t.Errorf("the stream has %v", stored)
	}
	d.Follow(door.Hooks{})
	if _, _, err := d.Again(t.Context(), was); !errors.Is(err, door.ErrNoDoor) {
		t.Errorf("a door that is no more: %v", err)
	}
}

func TestWhatOurOwnPathsRefuseIsTriedAgainAsItCame(t *testing.T) {
	kept := &shelf{}
	var d *door.Door
	clock := now
	h := open(t, func(of *door.Door) { of.Shelf, d, of.Intake.Now = kept, of, func() time.Time { return clock } })
	early := `{"id":"e1","source":"okta","tenant":"acme","occurred_at":"` + now.Add(time.Hour).Format(time.RFC3339) + `","auth_attempt":{"user":"u","method":"SSO","outcome":"SUCCESS"}}`
	h.post(t, "/v1/signals", jsonType, early).problem(t, http.StatusBadRequest)
	was := kept.take()
	if len(was) != 1 || was[0].Door != "signals" {
		t.Fatalf("%+v", was)
	}
	if _, reasons, err := d.Again(t.Context(), was[0]); err != nil || len(reasons) != 1 {
		t.Errorf("%v %v", reasons, err)
	}
	clock = now.Add(2 * time.Hour)
	if ids, reasons, err := d.Again(t.Context(), was[0]); err != nil || fmt.Sprint(ids) != "[e1]" || len(reasons) > 0 {
		t.Errorf("%v %v %v", ids, reasons, err)
	}
}

func TestRefusedLinesAreKeptAndTriedAgainByThemselves(t *testing.T) {
	kept := &shelf{}
	var d *door.Door
	clock := now
	h := open(t, func(of *door.Door) { of.Shelf, d, of.Intake.Now = kept, of, func() time.Time { return clock } })
	line := func(id string, at time.Time) string {
		return `{"id":"` + id + `","source":"okta","tenant":"acme","occurred_at":"` + at.Format(time.RFC3339) + `","auth_attempt":{"user":"u","method":"SSO","outcome":"SUCCESS"}}` + "\n"
	}
	got := h.post(t, "/v1/signals", "application/x-ndjson", line("a", now)+line("b", now.Add(time.Hour))+"no JSON\n")
	if got.Accepted != 1 || got.RejectedLines != 2 {
		t.Fatalf("%+v", got)
	}
	was := kept.take()
	if len(was) != 1 || string(was[0].Body) != line("b", now.Add(time.Hour))+"no JSON\n" || was[0].Accepted != 1 ||
		len(was[0].Reasons) != 2 || !strings.HasPrefix(was[0].Reasons[0], "line 2: occurred_at") || !strings.HasPrefix(was[0].Reasons[1], "line 3: ") {
		t.Fatalf("kept is %+v", was)
	}
	clock = now.Add(2 * time.Hour)
	ids, reasons, err := d.Again(t.Context(), was[0])
	if err != nil || fmt.Sprint(ids) != "[b]" || len(reasons) != 1 || !strings.HasPrefix(reasons[0], "line 2: ") {
		t.Errorf("%v %v %v", ids, reasons, err)
	}
	h.post(t, "/v1/signals", "application/x-ndjson", strings.Repeat("{}\n", 1000))
	if was := kept.take(); len(was) != 1 || len(was[0].Reasons) != 101 || was[0].Reasons[100] != "and 900 more lines, which are not kept" {
		t.Errorf("kept is %d with %d reasons", len(was), len(was[0].Reasons))
	}
}

func TestLogRecordsThatMeanSomethingAreKeptAndTriedAgainByThemselves(t *testing.T) {
	kept := &shelf{}
	var d *door.Door
	h := open(t, func(of *door.Door) { of.Shelf, d = kept, of })
	record := func(attributes string) string {
		return `{"timeUnixNano":"1763629200000000000","attributes":[` + attributes + `]}`
	}
	probe := `{"key":"tocsin.kind","value":{"stringValue":"probe"}},{"key":"tocsin.severity","value":{"stringValue":"%s"}},{"key":"tocsin.component","value":{"stringValue":"sso"}}`
	body := `{"resourceLogs":[{"scopeLogs":[{"logRecords":[` + record("") + `,` + record(fmt.Sprintf(probe, "P-weird")) + `]}]}]}`
	h.post(t, "/v1/logs", jsonType, body)
	was := kept.take()
	if len(was) != 1 || was[0].Door != "logs" || len(was[0].Reasons) != 1 || !strings.Contains(was[0].Reasons[0], "severity") {
		t.Fatalf("kept is %+v", was)
	}
	if ids, reasons, err := d.Again(t.Context(), was[0]); err != nil || len(ids) > 0 || len(reasons) != 1 {
		t.Fatalf("%v %v %v", ids, reasons, err)
	}
	mended := door.Hook{}
	mended.Account.Alerts.Map = func(map[string]any) (alert.Mapped, error) {
		return alert.Mapped{Labels: map[string]string{"status": "DOWN"}}, nil
	}
	d.Follow(door.Hooks{"otlp": mended})
	if ids, reasons, err := d.Again(t.Context(), was[0]); err != nil || len(ids) != 1 || len(reasons) > 0 {
		t.Errorf("%v %v %v", ids, reasons, err)
	}
	h.post(t, "/v1/logs", jsonType, `{"resourceLogs":[{"scopeLogs":[{"logRecords":[`+record("")+`]}]}]}`)
	if was := kept.take(); len(was) > 0 {
		t.Errorf("a log that means nothing is kept: %+v", was)
	}
}

func TestOneDoorNeverFillsTheShelf(t *testing.T) {
	kept := &shelf{err: errors.New("the bus is away")}
	clock := now
	h := open(t, withAlertmanager, func(of *door.Door) { of.Shelf, of.Intake.Now = kept, func() time.Time { return clock } })
	large := `{"version":"3","x":"` + strings.Repeat("x", 1000<<10) + `"}`
	n := 0
	for range 70 {
		h.post(t, "/v1/hooks/alertmanager", jsonType, large, "Authorization", "Bearer am").problem(t, http.StatusBadRequest)
		n += len(kept.take())
	}
	if n != 65 {
		t.Errorf("%d are kept in a day, want 64 MiB of them", n)
	}
	clock = now.Add(12 * time.Hour)
	h.post(t, "/v1/hooks/alertmanager", jsonType, large, "Authorization", "Bearer am")
	h.post(t, "/v1/signals", jsonType, `{}`)
	if got := kept.take(); len(got) != 2 {
		t.Errorf("half a day later, and at another door: %d", len(got))
	}
}
