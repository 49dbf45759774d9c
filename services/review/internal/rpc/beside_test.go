package rpc_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/desk"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"

	"tocsin/pkg/bus"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

func TestARosterIsKept(t *testing.T) {
	h := open(t)
	for i, tongue := range tongues() {
		c, id := h.client(tongue, ""), fmt.Sprint("mia-", i)
		put, err := c.PutTechnician(t.Context(), &reviewv1.PutTechnicianRequest{Technician: &reviewv1.Technician{
			Id: id, Zone: "UTC", Skills: []string{"site_outage"}, Shifts: []string{"mon-sun 00:00-24:00"}, Capacity: 2, Load: 1,
		}})
		if err != nil || put.GetTechnician().GetVersion() != 1 {
			t.Fatalf("%s: %v %v", tongue.name, put, err)
		}
		away, err := c.SetAbsence(t.Context(), &reviewv1.SetAbsenceRequest{Id: id, Absence: &reviewv1.Absence{Why: "training"}})
		if err != nil || len(away.GetTechnician().GetAbsences()) != 1 || !away.GetTechnician().GetAbsences()[0].GetFrom().AsTime().Equal(morning) {
			t.Errorf("%s: %v %v", tongue.name, away, err)
		}
		_, err = c.PutTechnician(t.Context(), &reviewv1.PutTechnicianRequest{Technician: &reviewv1.Technician{Id: id, Version: 1, Capacity: 3}})
		conflict(t, tongue, err, id, 2)
		if _, err := c.RemoveAbsence(t.Context(), &reviewv1.RemoveAbsenceRequest{Id: id}); err != nil {
			t.Errorf("%s: %v", tongue.name, err)
		}
		list, err := c.ListTechnicians(t.Context(), &reviewv1.ListTechniciansRequest{Skills: []string{"site_outage"}})
		if err != nil || len(list.GetTechnicians()) != 1 || !list.GetTechnicians()[0].GetFree() || list.GetTechnicians()[0].GetBusy() != 1 {
			t.Errorf("%s: %v %v", tongue.name, list, err)
		}
		if list, err = c.ListTechnicians(t.Context(), &reviewv1.ListTechniciansRequest{Skills: []string{"sso"}}); err != nil || len(list.GetTechnicians()) != 0 {
			t.Errorf("%s: with another skill %v %v", tongue.name, list, err)
		}
		for _, there := range []bool{true, false} {
			gone, err := c.DeleteTechnician(t.Context(), &reviewv1.DeleteTechnicianRequest{Id: id})
			if err != nil || gone.GetRemoved() != there {
				t.Errorf("%s: %v %v", tongue.name, gone, err)
			}
		}
		_, err = c.PutTechnician(t.Context(), &reviewv1.PutTechnicianRequest{Technician: &reviewv1.Technician{Id: id, Version: 4}})
		conflict(t, tongue, err, id, 0)
	}
}

// conflict expects a refusal as aborted, with the version that there is now.
func conflict(t *testing.T, tongue tongue, err error, id string, current uint64) {
	t.Helper()
	var refused *connect.Error
	if !errors.As(err, &refused) || refused.Code() != connect.CodeAborted || len(refused.Details()) != 1 {
		t.Errorf("%s: %v", tongue.name, err)
		return
	}
	detail, err := refused.Details()[0].Value()
	if c, ok := detail.(*reviewv1.VersionConflict); err != nil || !ok || c.GetId() != id || c.GetCurrent() != current {
		t.Errorf("%s: %v %v, want %s at %d", tongue.name, detail, err, id, current)
	}
}

func TestAPreviewChangesNothing(t *testing.T) {
	h := open(t)
	agent := h.token(decide.Person{ID: "ada", Role: decide.Agent}, false)
	order := &reviewv1.PreviewDecisionRequest{Id: h.Login, Action: reviewv1.Action_APPROVE, Note: "soon"}
	for _, tongue := range tongues() {
		would, err := h.client(tongue, "").PreviewDecision(t.Context(), order)
		if err != nil || would.GetCase() != h.Login || would.GetState() != "approved" || len(would.GetTold()) != 2 ||
			would.GetTold()[0].GetBody() != "soon" || would.GetTold()[0].GetAlike() != 2 {
			t.Errorf("%s: %v %v", tongue.name, would, err)
		}
		if would, err := h.client(tongue, agent).PreviewDecision(t.Context(), order); err == nil || connect.CodeOf(err) != connect.CodePermissionDenied {
			t.Errorf("%s: an agent's is %v, %v", tongue.name, would, err)
		}
	}
	if c, err := h.Case(t.Context(), h.Login); err != nil || c.Version != 3 {
		t.Errorf("the case is at version %d: %v", c.Version, err)
	}
}

func TestTheAuditIsCheckedFromAfar(t *testing.T) {
	h := open(t)
	if _, err := h.MakeHeads(t.Context(), morning); err != nil {
		t.Fatal(err)
	}
	for _, tongue := range tongues() {
		c, after := h.client(tongue, ""), ""
		check := ledger.Check{Found: func(f ledger.Finding) { t.Errorf("%s: %v", tongue.name, f) }}
		heads, err := c.ListAuditHeads(t.Context(), &reviewv1.ListAuditHeadsRequest{})
		if err != nil {
			t.Fatalf("%s: %v", tongue.name, err)
		}
		check.Published(setsOf(heads.GetSets()))
		for {
			page, err := c.ListAudit(t.Context(), &reviewv1.ListAuditRequest{Limit: 4, After: after})
			if err != nil {
				t.Fatalf("%s: %v", tongue.name, err)
			}
			for _, row := range page.GetRows() {
				check.Row(lineOf(row))
			}
			if after = page.GetNext(); after == "" {
				break
			}
		}
		if check.End(); check.Rows != 9 || check.Cases != 5 || check.Heads != 5 {
			t.Errorf("%s: %d rows of %d cases were checked against %d heads", tongue.name, check.Rows, check.Cases, check.Heads)
		}
	}
}

func setsOf(said []*reviewv1.AuditHeads) []ledger.HeadSet {
	var sets []ledger.HeadSet
	for _, s := range said {
		set := ledger.HeadSet{Seq: s.GetSeq(), At: s.GetAt().AsTime(), Prev: s.GetPreviousHash(), Hash: s.GetHash()}
		for _, h := range s.GetHeads() {
			set.Heads = append(set.Heads, ledger.Head{Case: h.GetCase(), Version: h.GetVersion(), Hash: h.GetHash()})
		}
		sets = append(sets, set)
	}
	return sets
}

// lineOf is a row as who checks it has it.
func lineOf(r *reviewv1.AuditLine) ledger.AuditLine {
	return ledger.AuditLine{
		Case: r.GetCase(), Version: r.GetVersion(), ID: r.GetId(), Name: r.GetName(), From: r.GetFrom(), To: r.GetTo(), Actor: r.GetActor(),
		Person: r.GetPerson(), At: r.GetAt().AsTime(), Cause: r.GetCause(), Tenant: r.GetTenant(), Ticket: r.GetTicket(), Condition: r.GetCondition(),
		Ground: r.GetGround(), Subject: r.GetSubject(), Absorbed: r.GetAbsorbed(), Prev: r.GetPrev(), Hash: r.GetHash(), Latest: r.GetLatest(),
	}
}

func TestReportAndConditionsAreWhole(t *testing.T) {
	h := open(t)
	for i := range 5 { // enough for a share
		h.Do(morning, h.Report, desk.Order{Action: desk.Reopen, Note: "again"})
		h.Do(morning.Add(time.Duration(i)*time.Minute), h.Report, desk.Order{Action: desk.Deny, Ground: policy.AwaitingCustomer})
	}
	for _, tongue := range tongues() {
		c := h.client(tongue, "")
		got, err := c.GetReport(t.Context(), &reviewv1.GetReportRequest{Period: "7d"})
		r := got.GetReport()
		if err != nil || !r.GetUntil().AsTime().Equal(morning) || len(r.GetByPriority()) != 3 || len(r.GetReasons()) != 16 || r.GetEta().GetGiven() != 1 || len(r.GetWeeks()) == 0 {
			t.Errorf("%s: %v %v", tongue.name, r, err)
		}
		board, err := c.ListConditions(t.Context(), &reviewv1.ListConditionsRequest{Points: true})
		if err != nil || !board.GetKnown() || board.GetWatched() != 3204 || len(board.GetBlind()) != 1 || len(board.GetUndetermined()) != 3 {
			t.Fatalf("%s: %v %v", tongue.name, board, err)
		}
		cases := map[string]bool{}
		for _, raised := range board.GetRaised() {
			cases[raised.GetCase()] = len(raised.GetPoints()) > 10
		}
		if !cases[h.Login] {
			t.Errorf("%s: raised is %v", tongue.name, board.GetRaised())
		}
		acme, err := c.ListConditions(t.Context(), &reviewv1.ListConditionsRequest{Tenant: "acme"})
		if err != nil || len(acme.GetUndetermined()) != 0 || len(acme.GetRaised()) == 0 || len(acme.GetRaised()) >= len(board.GetRaised()) {
			t.Errorf("%s: of acme %v %v", tongue.name, acme, err)
		}
	}
}

func TestACorrectionNamesWhatItChanges(t *testing.T) {
	h := open(t)
	conn := natstest.Connect(t)
	_, err := conn.Publish(t.Context(), bus.Event{
		Subject: topology.TicketSubject("acme", "T-4711"), ID: "T-4711", Payload: &intakev1.TicketChanged{Ticket: &intakev1.Ticket{
			Head:  &intakev1.TicketHead{Tenant: "acme", Ticket: "T-4711", Revision: 1, Subject: "Log-in"},
			Notes: []*intakev1.TicketNote{{Id: "z/1", AuthorKind: ingressv1.AuthorKind_CUSTOMER, Opening: true, Text: "Ask vera.klein@acme.example."}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.service.Archive = events.Archive{Conn: conn}
	for _, tongue := range tongues() {
		c, order := h.client(tongue, ""), &reviewv1.CorrectLabelRequest{
			Id: h.Login, Comment: "by " + tongue.name, Label: &reviewv1.Reading{Recommendation: "needs_info"}, Fields: []string{"recommendation", "facts.affected_users"},
		}
		made, err := c.CorrectLabel(key(t.Context(), tongue.name), order)
		l := made.GetLabel()
		if err != nil || l.GetLabel().GetRecommendation() != "needs_info" || l.GetLabel().GetFacts().AffectedUsers != nil || l.GetLabel().GetFacts().GetDurationHours() != 1.5 ||
			len(l.GetLabel().GetReasons()) != 2 || l.GetWas().GetFacts().GetAffectedUsers() != 500 {
			t.Fatalf("%s: %v %v", tongue.name, l, err)
		}
		again, err := c.CorrectLabel(key(t.Context(), tongue.name), order)
		if err != nil || again.GetLabel().GetId() != l.GetId() {
			t.Errorf("%s: sent again it is %v, %v", tongue.name, again, err)
		}
		list, err := c.ListLabels(t.Context(), &reviewv1.ListLabelsRequest{Case: h.Login, Words: "redacted"})
		if err != nil || len(list.GetLabels()) != 1 || list.GetLabels()[0].GetComment() != "by "+tongue.name {
			t.Fatalf("%s: %v %v", tongue.name, list, err)
		}
		if text := list.GetLabels()[0].GetNote().GetText(); !strings.Contains(text, "Ask ") || strings.Contains(text, "vera") {
			t.Errorf("%s: the words are %q", tongue.name, text)
		}
	}
}

func TestWhatMakesNoSenseBesideCasesIsRefusedWithTheField(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		method, body string
		status       int
		says         string
	}{
		{"PutTechnician", `{}`, 400, "technician.id is not there"},
		{"PutTechnician", `{"technician":{"id":"mia","shifts":["always"]}}`, 400, "shifts: "},
		{"PutTechnician", `{"technician":{"id":"a/b"}}`, 400, "holds /"},
		{"PutTechnician", `{"technician":{"id":"mia","zone":"Mars"}}`, 400, "no IANA zone"},
		{"PutTechnician", `{"technician":{"id":"mia","capacity":4000000000}}`, 400, "capacity"},
		{"SetAbsence", `{"id":"none"}`, 404, "no such technician"},
		{"SetAbsence", `{"id":"mia","absence":{"why":"\u0000"}}`, 400, "absence.why holds a NUL"},
		{"GetReport", `{"period":"1000d"}`, 400, "period: "},
		{"ListAudit", `{"after":"x"}`, 400, "after: "},
		{"ListAudit", `{"limit":1001}`, 400, "limit: 1001"},
		{"ListLabels", `{"words":"some"}`, 400, "words: "},
		{"ListLabels", `{"source":"rumour"}`, 400, "source: "},
		{"ListLabels", `{"cursor":"x"}`, 400, "no such page"},
		{"ListLabels", `{"limit":501}`, 400, "limit: 501"},
		{"CorrectLabel", `{"id":"` + h.Login + `"}`, 400, "label is not there"},
		{"CorrectLabel", `{"id":"` + h.Login + `","label":{},"fields":["mood"]}`, 400, `fields: \"mood\" is none of denials, facts`},
		{"CorrectLabel", `{"id":"` + h.Login + `","label":{"facts":{"duration_hours":"NaN"}},"fields":["facts"]}`, 400, "label: it is no reading"},
		{"CorrectLabel", `{"id":"` + h.Login + `","label":{"recommendation":"maybe"},"fields":["recommendation"]}`, 400, "failed_precondition"},
		{"PreviewDecision", `{"id":"` + h.Login + `"}`, 400, "action is not there"},
		{"PreviewDecision", `{"id":"c-none","action":"APPROVE"}`, 404, "no such case"},
		{"PreviewDecision", `{"id":"` + h.Login + `","action":"DENY"}`, 400, "failed_precondition"},
		{"ListConditions", `{"tenant":"a\u0000"}`, 400, "tenant holds a NUL"},
	} {
		status, says := h.post(c.method, c.body)
		if status != c.status || !strings.Contains(says, c.says) {
			t.Errorf("%s %.60s: %d %.200s, want %d and %q", c.method, c.body, status, says, c.status, c.says)
		}
	}
}

// What the schema calls free of side effects is what a token may that only reads.
func TestATokenThatOnlyReadsMayWhatChangesNothing(t *testing.T) {
	h := open(t)
	reader := h.token(decide.Person{ID: "report", Role: decide.Leadership}, true)
	methods := reviewv1.File_review_v1_service_proto.Services().ByName("ReviewService").Methods()
	for i := range methods.Len() {
		m := methods.Get(i)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/review.v1.ReviewService/"+string(m.Name()), strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+reader)
		answer, err := h.plain.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var says bytes.Buffer
		_, err = says.ReadFrom(answer.Body)
		answer.Body.Close()
		var refusal struct{ Message string }
		_ = json.Unmarshal(says.Bytes(), &refusal)
		if reads := !strings.Contains(refusal.Message, "only reads"); err != nil || reads != free(m) {
			t.Errorf("%s: %d %s (%v)", m.Name(), answer.StatusCode, &says, err)
		}
	}
}

// free says that the schema promises that a procedure changes nothing.
func free(m protoreflect.MethodDescriptor) bool {
	options, ok := m.Options().(*descriptorpb.MethodOptions)
	return ok && options.GetIdempotencyLevel() == descriptorpb.MethodOptions_NO_SIDE_EFFECTS
}
