package table

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"tocsin/services/intake/internal/desk"
	"tocsin/services/intake/internal/webhook"
)

const head = "ticket,tenant,subject,body,status,created_at,status_at,last_agent_at,severity,environment,affected_users,assignee,note_at,author_kind,text,field.Ask\n"

func TestATableTellsItsTickets(t *testing.T) {
	d, err := Desk(strings.NewReader(head+
		"T-1,acme,Login,Nobody gets in.,IN_PROGRESS,2026-11-10T09:00:00Z,,2026-11-12 10:00,SITE_UNUSABLE,PRODUCTION,240,ben,,,,yes\n"+
		"T-2,acme,Done,,CLOSED,2026-11-10T09:00:00Z,,,,,,,,,,\n"+
		"T-3,,Late,,Pending,2026-11-10T09:00:00Z,2026-11-11T09:00:00Z,,LOW,,,,,,,\n"+
		"T-3,,,,,,,,,,,,2026-11-12T09:00:00Z,CSM,\"Any, news?\",\n"),
		Source{Name: "csv", Account: webhook.Account{Desk: desk.Account{DefaultTenant: "walk-ins", Fields: map[string]string{"Ask": desk.Escalation}}}})
	if err != nil {
		t.Fatal(err)
	}
	page, _ := d.List(t.Context(), "")
	var got []string
	for _, r := range page.Refs {
		said, err := d.Ticket(t.Context(), r)
		if err != nil || len(said.Ignored) > 0 {
			t.Fatalf("%v, %q", err, said.Ignored)
		}
		for _, ev := range said.Tickets {
			id, _, _ := strings.Cut(ev.ID, "~")
			got = append(got, fmt.Sprintf("%s %s %s %T", ev.Tenant, ev.OccurredAt.Format("01-02 15:04"), id, ev.Said))
		}
	}
	want := []string{
		"acme 11-10 09:00 known/T-1 receive.Opened",
		"acme 11-12 10:00 status/T-1/2026-11-12T10:00:00Z receive.StatusChanged",
		"acme 11-10 09:00 assigned/T-1/ben receive.Assigned",
		"acme 11-12 10:00 comment/ receive.Note",
		"acme 11-10 09:00 requested/T-1 receive.EscalationRequested",
		"walk-ins 11-10 09:00 known/T-3 receive.Opened",
		"walk-ins 11-11 09:00 status/T-3/2026-11-11T09:00:00Z receive.StatusChanged",
		"walk-ins 11-12 09:00 comment/ receive.Note",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestEachMistakeIsNamedWithItsLine(t *testing.T) {
	row := "T-1,acme,S,B,OPEN,2026-11-10T09:00:00Z,,,,,,,,,,\n"
	for table, want := range map[string]string{
		"":                       "line 1: EOF; it has to name the columns",
		"ticket;tenant;status\n": "line 1: columns stand with semicolons between",
		"ticket;status\n":        "line 1: columns stand with semicolons between",
		"\xff\xfet\x00i\x00":     "line 1: this is UTF-16; save",
		"ticket,status,created_at,subject\nT-1,OPEN,2026-11-10T09:00:00Z,Gest\xf6rt\n": "line 2: subject: is not in UTF-8; save",
		"tenant,status\n":           "line 1: the column ticket is missing",
		"ticket,Colour\n":           `line 1: there is no column "Colour"`,
		"ticket,status,Status\n":    "line 1: column 3: status stands there twice",
		head + "T-1,acme\n":         "line 2: has 2 columns where line 1 names 16",
		head + row + row:            "line 3: ticket T-1 stands in line 2 already",
		head + row + "\"x\n":        "line 3: column",
		head + row[3:]:              "line 2: names no ticket",
		"ticket,status\nT-1,OPEN\n": "line 2: created_at is empty",
		"ticket,status,created_at\nT-1,Foo,2026-11-10T09:00:00Z\n":                                 `line 2: status: "Foo" is none of NEW`,
		"ticket,status,created_at,severity\nT-1,OPEN,2026-11-10T09:00:00Z,bad\n":                   `line 2: severity: "bad" is none of`,
		"ticket,status,created_at\nT-1,OPEN,20261110\n":                                            `line 2: created_at: "20261110" is no time`,
		"ticket,status,created_at,status_at\nT-1,OPEN,2026-11-10T09:00:00Z,2026-11-09T09:00:00Z\n": "line 2: status_at is before created_at",
		"ticket,status,created_at,public\nT-1,OPEN,2026-11-10T09:00:00Z,maybe\n":                   `line 2: public: "maybe" is none of TRUE`,
		head + strings.Repeat("T-1\n", 30):                                                         "and 10 more",
	} {
		if _, err := Desk(strings.NewReader(table), Source{Name: "csv"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v\nwant %s", table, err, want)
		}
	}
}

func TestATableOfExcelAndATooLargeOne(t *testing.T) {
	d, err := Desk(strings.NewReader("\ufeff\"ticket\",\"tenant\",\"subject\",\"status\",\"created_at\"\r\n\"T-1\",acme,\"=1+1, \"\"quoted\"\"\r\nin two lines\",OPEN,2026-11-10T09:00:00Z\r\n"),
		Source{Name: "csv"})
	if err != nil {
		t.Fatal(err)
	}
	if page, _ := d.List(t.Context(), ""); len(page.Refs) != 1 {
		t.Errorf("%+v", page)
	}
	large := &bounded{Reader: strings.NewReader("ticket,status\n"), left: 9}
	if _, err := io.ReadAll(large); err == nil || !strings.Contains(err.Error(), "over 256 MiB; split it") {
		t.Errorf("%v", err)
	}
}
