package rpc_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/policy"
	reviewv1 "tocsin/proto/gen/review/v1"
)

func ids(cases []*reviewv1.Case) []string {
	var all []string
	for _, c := range cases {
		all = append(all, c.GetId())
	}
	return all
}

func TestEveryProtocolGivesTheSame(t *testing.T) {
	h := open(t)
	want := []string{h.Login, h.Beta}
	for _, tongue := range tongues() {
		c := h.client(tongue, "")
		page, err := c.ListCases(t.Context(), &reviewv1.ListCasesRequest{States: []string{"pending_review"}})
		if err != nil || !slices.Equal(ids(page.GetCases()), want) {
			t.Errorf("%s: %v, %v, want %v", tongue.name, ids(page.GetCases()), err, want)
		}
		got, err := c.GetCase(t.Context(), &reviewv1.GetCaseRequest{Id: h.Login})
		if err != nil || got.GetCase().GetTenant() != "acme" || len(got.GetAudit()) != 3 || len(got.GetDeliveries()) != 1 {
			t.Errorf("%s: %v %v", tongue.name, got, err)
		}
	}
}

func TestAnOrderOnAnotherVersionIsAbortedWithTheCurrentOne(t *testing.T) {
	h := open(t)
	for _, tongue := range tongues() {
		_, err := h.client(tongue, "").Decide(t.Context(), &reviewv1.DecideRequest{Id: h.Login, Action: reviewv1.Action_APPROVE, Version: 1})
		var refused *connect.Error
		if !errors.As(err, &refused) || refused.Code() != connect.CodeAborted || len(refused.Details()) != 1 {
			t.Errorf("%s: %v", tongue.name, err)
			continue
		}
		detail, err := refused.Details()[0].Value()
		conflict, ok := detail.(*reviewv1.VersionConflict)
		if err != nil || !ok || conflict.GetId() != h.Login || conflict.GetCurrent() != 3 {
			t.Errorf("%s: %v %v", tongue.name, detail, err)
		}
	}
}

func TestWhoDecidesSecondLearnsTheVersionThatWon(t *testing.T) {
	h := open(t)
	h.Do(morning, h.Login, desk.Order{Action: desk.Approve, By: decide.Person{ID: "lena", Role: decide.Leadership}})
	for _, tongue := range tongues() {
		_, err := h.client(tongue, "").Decide(t.Context(), &reviewv1.DecideRequest{Id: h.Login, Action: reviewv1.Action_DENY, Version: 3, Note: "No."})
		var refused *connect.Error
		if !errors.As(err, &refused) || refused.Code() != connect.CodeAborted || !strings.Contains(refused.Message(), "approved by lena") || len(refused.Details()) != 1 {
			t.Errorf("%s: %v", tongue.name, err)
			continue
		}
		if detail, err := refused.Details()[0].Value(); err != nil || detail.(*reviewv1.VersionConflict).GetCurrent() != 4 {
			t.Errorf("%s: %v %v", tongue.name, detail, err)
		}
	}
}

func TestTheSameKeyIsTheSameOrder(t *testing.T) {
	h := open(t)
	for i, tongue := range tongues() {
		id := []string{h.Login, h.Beta, h.Pathways, h.Report}[i]
		order := &reviewv1.DecideRequest{Id: id, Action: reviewv1.Action_CLAIM}
		if id == h.Report {
			order = &reviewv1.DecideRequest{Id: id, Action: reviewv1.Action_REOPEN, Note: "It failed again."}
		}
		var versions []uint64
		for range 3 {
			done, err := h.client(tongue, "").Decide(key(t.Context(), "k-1"), order)
			if err != nil {
				t.Fatalf("%s: %v", tongue.name, err)
			}
			versions = append(versions, done.GetCase().GetVersion())
		}
		if versions[0] != versions[1] || versions[1] != versions[2] {
			t.Errorf("%s: sent three times it made the versions %v", tongue.name, versions)
		}
	}
}

func TestWhatOneOfSeveralIsRefusedForStopsNoOther(t *testing.T) {
	h := open(t)
	for _, tongue := range tongues() {
		done, err := h.client(tongue, "").DecideSeveral(key(t.Context(), "k-1"), &reviewv1.DecideSeveralRequest{Orders: []*reviewv1.DecideRequest{
			{Id: h.Beta, Action: reviewv1.Action_DENY, Ground: "small_audience"},
			{Id: h.Login, Action: reviewv1.Action_APPROVE, Version: 2},
			{Id: "c-none", Action: reviewv1.Action_APPROVE},
			{Id: h.Pathways, Action: reviewv1.Action_APPROVE, Note: "All are hit."},
		}})
		if err != nil {
			t.Fatalf("%s: %v", tongue.name, err)
		}
		var became []string
		for _, r := range done.GetResults() {
			became = append(became, r.GetCase().GetState()+r.GetRefusal().GetKind())
		}
		if want := []string{"denied", "stale", "no-such-case", "approved"}; !slices.Equal(became, want) || done.GetResults()[1].GetRefusal().GetVersion() != 3 {
			t.Errorf("%s: %v, want %v", tongue.name, became, want)
		}
	}
}

func TestAKeyThatOnlySomeOfSeveralOrdersCouldBearIsRefusedForAll(t *testing.T) {
	h := open(t)
	var orders []*reviewv1.DecideRequest
	for range 11 { // the last one's own key is a byte longer
		orders = append(orders, &reviewv1.DecideRequest{Id: h.Login, Action: reviewv1.Action_CLAIM})
	}
	ctx := key(t.Context(), strings.Repeat("k", 254))
	if _, err := h.client(tongues()[0], "").DecideSeveral(ctx, &reviewv1.DecideSeveralRequest{Orders: orders}); connect.CodeOf(err) != connect.CodeInvalidArgument {
		t.Errorf("%v", err)
	}
	if c, err := h.Case(t.Context(), h.Login); err != nil || c.ClaimedBy != "" {
		t.Errorf("claimed by %q (%v)", c.ClaimedBy, err)
	}
}

func TestPagesHaveNoGapsWhileCasesChange(t *testing.T) {
	h := open(t)
	want := map[string]bool{}
	for i := range 40 {
		ticket := consoletest.Beta(morning.Add(-time.Duration(i) * time.Minute))
		ticket.ID, ticket.Tenant = fmt.Sprint("T-", 1000+i), fmt.Sprint("tenant-", i)
		want[h.Hear(morning, ledger.Fact{Ticket: ticket})] = true
	}
	c, seen, cursor := h.client(tongues()[2], ""), map[string]int{}, ""
	for pages := 0; pages < 100; pages++ {
		page, err := c.ListCases(t.Context(), &reviewv1.ListCasesRequest{Order: "time", Limit: 3, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids(page.GetCases()) {
			seen[id]++
		}
		// a case of a page is decided, and another is opened
		h.Do(morning, page.GetCases()[0].GetId(), desk.Order{Action: desk.ETA, ETA: morning.Add(time.Duration(pages+1) * time.Hour), Note: "later"})
		late := consoletest.Beta(morning)
		late.ID, late.Tenant = fmt.Sprint("T-", 2000+pages), fmt.Sprint("late-", pages)
		h.Hear(morning.Add(time.Second), ledger.Fact{Ticket: late})
		if cursor = page.GetNext(); cursor == "" {
			break
		}
	}
	for id := range want {
		if seen[id] != 1 {
			t.Errorf("case %s stood on %d pages", id, seen[id])
		}
	}
}

func TestACSMSeesTheirOwnTenantsAlone(t *testing.T) {
	h := open(t)
	csm := h.token(decide.Person{ID: "m.ruiz", Role: decide.CSM, Tenants: []string{"acme"}}, false)
	for _, tongue := range tongues() {
		c := h.client(tongue, csm)
		page, err := c.ListCases(t.Context(), &reviewv1.ListCasesRequest{})
		if err != nil || !slices.Equal(ids(page.GetCases()), []string{h.Login}) {
			t.Errorf("%s: sees %v, %v", tongue.name, ids(page.GetCases()), err)
		}
		_, hidden := c.GetCase(t.Context(), &reviewv1.GetCaseRequest{Id: h.Beta})
		_, none := c.GetCase(t.Context(), &reviewv1.GetCaseRequest{Id: "c-none"})
		if connect.CodeOf(hidden) != connect.CodeNotFound || hidden.Error() != none.Error() {
			t.Errorf("%s: a hidden case is %q, and none is %q", tongue.name, hidden, none)
		}
		if _, err := c.Decide(t.Context(), &reviewv1.DecideRequest{Id: h.Beta, Action: reviewv1.Action_APPEAL, Note: "x"}); connect.CodeOf(err) != connect.CodeNotFound {
			t.Errorf("%s: an order on a hidden case: %v", tongue.name, err)
		}
		if _, err := c.Decide(t.Context(), &reviewv1.DecideRequest{Id: h.Login, Action: reviewv1.Action_APPROVE}); connect.CodeOf(err) != connect.CodePermissionDenied {
			t.Errorf("%s: an approval by a CSM: %v", tongue.name, err)
		}
	}
}

func TestATokenThatOnlyReadsReads(t *testing.T) {
	h := open(t)
	reader := h.token(decide.Person{ID: "report", Role: decide.Leadership}, true)
	for _, tongue := range tongues() {
		c := h.client(tongue, reader)
		if _, err := c.ListCases(t.Context(), &reviewv1.ListCasesRequest{}); err != nil {
			t.Errorf("%s: %v", tongue.name, err)
		}
		_, err := c.Decide(t.Context(), &reviewv1.DecideRequest{Id: h.Login, Action: reviewv1.Action_APPROVE})
		if code := connect.CodeOf(err); code != connect.CodePermissionDenied && code != connect.CodeUnauthenticated {
			t.Errorf("%s: %v", tongue.name, err)
		}
		if _, err := h.client(tongue, "tcs_forged").ListCases(t.Context(), &reviewv1.ListCasesRequest{}); connect.CodeOf(err) != connect.CodeUnauthenticated {
			t.Errorf("%s: a forged token: %v", tongue.name, err)
		}
	}
}

func TestCasesAreArranged(t *testing.T) {
	h := open(t)
	c := h.client(tongues()[2], "")
	made, err := c.OpenCase(key(t.Context(), "k-1"), &reviewv1.OpenCaseRequest{Tenant: "acme", Reason: string(policy.SiteOutage), Note: "Called in by phone."})
	if err != nil || made.GetCase().GetTenant() != "acme" {
		t.Fatalf("%v %v", made, err)
	}
	again, err := c.OpenCase(key(t.Context(), "k-1"), &reviewv1.OpenCaseRequest{Tenant: "acme", Reason: string(policy.SiteOutage), Note: "Called in by phone."})
	if err != nil || again.GetCase().GetId() != made.GetCase().GetId() {
		t.Errorf("the same key opened %v: %v", again.GetCase().GetId(), err)
	}
	parts, err := c.SplitCase(t.Context(), &reviewv1.SplitCaseRequest{Id: h.Login, Tickets: []*reviewv1.TicketRef{{Tenant: "acme", Ticket: "T-4711"}}, Note: "It is about something else."})
	if err != nil || len(parts.GetCase().GetTickets()) != 0 || len(parts.GetParted().GetTickets()) != 1 {
		t.Fatalf("%v %v", parts, err)
	}
	whole, err := c.MergeCases(t.Context(), &reviewv1.MergeCasesRequest{Id: parts.GetParted().GetId(), Into: h.Login, Note: "It is the same after all."})
	if err != nil || whole.GetCase().GetId() != h.Login || len(whole.GetCase().GetTickets()) != 1 {
		t.Errorf("%v %v", whole, err)
	}
}

func TestWhatMakesNoSenseIsRefusedWithTheField(t *testing.T) {
	h := open(t)
	deep := strings.Repeat(`{"orders":[`, 20_000)
	for _, c := range []struct {
		method, body string
		status       int
		says         string
	}{
		{"Decide", `{"id":"` + h.Login + `","action":"APPROVE","nte":"x"}`, 400, `unknown field \"nte\"`},
		{"Decide", `{"id":"` + h.Login + `","action":"PRAISE"}`, 400, "PRAISE"},
		{"Decide", `{"id":"` + h.Login + `","action":99}`, 400, "action: there is no action 99"},
		{"Decide", `{"id":"` + h.Login + `"}`, 400, "action: action is not there"},
		{"Decide", `{"action":"APPROVE"}`, 400, "id: id is not there"},
		{"Decide", `{"id":"` + h.Login + `","action":"APPROVE","version":-1}`, 400, "version"},
		{"Decide", `{"id":"` + h.Login + `","action":"APPROVE","version":{}}`, 400, "version"},
		{"Decide", `{"id":"` + h.Login + `","action":"ETA","eta":"tomorrow"}`, 400, "Timestamp value"},
		{"Decide", `{"id":"` + h.Login + `","action":"DENY","note":"a\u0000b"}`, 400, "note: note holds a NUL"},
		{"Decide", `{"id":"` + h.Login + `","action":"DENY","note":"` + "\xff" + `"}`, 400, "UTF-8"},
		{"Decide", `{"id":"` + h.Login + `","action":"DENY","note":"` + strings.Repeat("x", 20_000) + `"}`, 400, "note: note has 20000 bytes; at most 16384"},
		{"Decide", `{"id":"` + h.Login + `","action":"DENY","note":"` + strings.Repeat("x", 1<<20) + `"}`, 429, "resource_exhausted"},
		{"Decide", ``, 400, "empty"},
		{"Decide", `not json`, 400, "invalid_argument"},
		{"DecideSeveral", `{}`, 400, "orders: there are 0 orders"},
		{"DecideSeveral", `{"orders":[{"id":"` + h.Login + `","action":"APPROVE"},{"id":"x"}]}`, 400, "orders[1].action"},
		{"DecideSeveral", deep, 400, "invalid_argument"},
		{"ListCases", `{"states":["open"]}`, 400, "state: \\\"open\\\" is none of detected"},
		{"ListCases", `{"order":"name"}`, 400, "order: \\\"name\\\" is none of impact, time, due"},
		{"ListCases", `{"limit":501}`, 400, "limit: 501 is not a number from 1 to 500"},
		{"ListCases", `{"cursor":"x"}`, 400, "no such page"},
		{"ListCases", `{"q":"` + strings.Repeat("x", 300) + `"}`, 400, "q: q has 300 bytes"},
		{"ListCases", `{"reason":"rumour"}`, 400, "reason: "},
		{"GetCase", `{"id":"c-none"}`, 404, "no such case"},
		{"GetCase", `{"id":"'; DROP TABLE cases; --"}`, 404, "no such case"},
		{"GetCase", `{"id":"a\u0000b"}`, 400, "id: id holds a NUL"},
		{"OpenCase", `{"tenant":"a\u001b[31mb","note":"x"}`, 400, "tenant: tenant has a control character"},
		{"OpenCase", `{"note":"x"}`, 400, "tenant: tenant is not there"},
		{"OpenCase", `{"tenant":"acme"}`, 400, "failed_precondition"},
	} {
		status, says := h.post(c.method, c.body)
		if status != c.status || !strings.Contains(says, c.says) {
			t.Errorf("%s %.60s: %d %.200s, want %d and %q", c.method, c.body, status, says, c.status, c.says)
		}
	}
	if c, err := h.Case(t.Context(), h.Login); err != nil || c.Version != 3 {
		t.Errorf("the case is at version %d: %v", c.Version, err)
	}
}
