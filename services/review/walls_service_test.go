package review

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	reviewv1 "tocsin/proto/gen/review/v1"
)

// procedures are those of review.v1.ReviewService. Who adds one says here who may call it.
func procedures() map[string]visit {
	order := `"version":999,"note":"x"`
	return map[string]visit{
		"ListCases": {anyone, "", `{}`}, "GetCase": {orders, "", `{"id":"%s"}`},
		"Decide":          {orders, "", `{"id":"%s","action":"DENY",` + order + `}`},
		"DecideSeveral":   {anyone, "", `{"orders":[{"id":"%s","action":"DENY",` + order + `}]}`},
		"OpenCase":        {leads, "", `{"tenant":"acme"}`},
		"MergeCases":      {orders, "", `{"id":"%s","into":"c-none",` + order + `}`},
		"SplitCase":       {orders, "", `{"id":"%s","tickets":[{"tenant":"acme","ticket":"A-2"}],` + order + `}`},
		"PreviewDecision": {orders, "", `{"id":"%s","action":"DENY","note":"x"}`},
		"ListDeliveries":  {anyone, "", `{}`},
		"ListConditions":  {anyone, "", `{"points":true}`},
		"ListTechnicians": {staff, "", `{}`}, "PutTechnician": {leads, "", `{"technician":{"id":"none","zone":"UTC"}}`},
		"DeleteTechnician": {leads, "", `{"id":"none"}`}, "SetAbsence": {leads, "", `{"id":"none"}`}, "RemoveAbsence": {leads, "", `{"id":"none"}`},
		"GetReport": {whole, "", `{}`}, "ListAudit": {whole, "", `{}`}, "ListAuditHeads": {whole, "", `{}`},
		"ListLabels": {leads, "", `{"words":"whole"}`}, "CorrectLabel": {orders, "", `{"id":"%s","ticket":"G-1","tenant":"globex","revision":1,"label":{}}`},
	}
}

func TestEveryProcedureShowsEachPersonTheirOwn(t *testing.T) {
	s := serve(t)
	known := procedures()
	methods := reviewv1.File_review_v1_service_proto.Services().ByName("ReviewService").Methods()
	for i := range methods.Len() {
		name := string(methods.Get(i).Name())
		v, listed := known[name]
		if !listed {
			t.Errorf("nobody said who may call %s: add it to procedures", name)
			continue
		}
		cases := []target{s.own, s.other, s.shared}
		if !strings.Contains(v.body, "%") {
			cases = cases[:1]
		}
		for _, of := range cases {
			for who, p := range s.people {
				s.walk(t, fmt.Sprint(who, " ", of.name), p, of, request{http.MethodPost, "/review.v1.ReviewService/" + name, fill(v.body, of), v.to})
			}
		}
	}
}
