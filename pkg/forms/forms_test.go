package forms_test

import (
	"errors"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	"tocsin/pkg/forms"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

const signal = `{"id":"a1","source":"okta","tenant":"acme","occurred_at":"2026-11-20T09:00:00Z",
 "auth_attempt":{"user":"u17","method":"SSO","outcome":"FAILURE","failure":"SERVICE_UNAVAILABLE"}}`

func TestASignalReadsAndPrintsWithShortNames(t *testing.T) {
	var s ingressv1.Signal
	if err := forms.JSON([]byte(signal), &s); err != nil {
		t.Fatal(err)
	}
	if got := s.GetAuthAttempt().GetFailure(); got != ingressv1.AuthAttempt_SERVICE_UNAVAILABLE {
		t.Errorf("failure = %v", got)
	}
	out, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(&s)
	if err != nil {
		t.Fatal(err)
	}
	var again ingressv1.Signal
	if err := forms.JSON(out, &again); err != nil {
		t.Errorf("what it prints it does not read: %v\n%s", err, out)
	}
}

func TestARefusalNamesTheField(t *testing.T) {
	for _, c := range []struct{ name, body, field string }{
		{"unknown field", `{"id":"a","source":"s","colour":"red"}`, "colour"},
		{"unknown enum word", `{"id":"a","source":"s","auth_attempt":{"user":"u","method":"FAX"}}`, "method"},
		{"no id", `{"source":"s","occurred_at":"2026-11-20T09:00:00Z","file_upload":{"upload":"u","outcome":"ACCEPTED"}}`, "id"},
		{"no time", `{"id":"a","source":"s","file_upload":{"upload":"u","outcome":"ACCEPTED"}}`, "occurred_at"},
		{"no kind", `{"id":"a","source":"s","occurred_at":"2026-11-20T09:00:00Z"}`, "kind"},
		{"no user", `{"id":"a","source":"s","occurred_at":"2026-11-20T09:00:00Z","auth_attempt":{"method":"SSO","outcome":"SUCCESS"}}`, "auth_attempt.user"},
		{"time in words", `{"id":"ä","source":"s","occurred_at":"yesterday","file_upload":{"upload":"u"}}`, "occurred_at"},
		{"time on a line of its own", "{\"id\":\"a\",\n \"occurred_at\" : \"noon\"}", "occurred_at"},
		{"number that is none", `{"id":"a","probe":{"component":"sso","latency_ms":"slow"}}`, "latency_ms"},
		{"list of something else", `{"id":"a","profile_audit":{"discrepant_users":[{}]}}`, "discrepant_users"},
		{"unknown field, the first of its object", `{"id":"a","file_upload":{"colour":"red"}}`, "colour"},
		{"reserved tenant", `{"id":"a","source":"s","tenant":"platform","occurred_at":"2026-11-20T09:00:00Z","file_upload":{"upload":"u","outcome":"ACCEPTED"}}`, "tenant"},
		{"audit without a number", `{"id":"a","source":"s","tenant":"t","occurred_at":"2026-11-20T09:00:00Z","profile_audit":{"audit":"x"}}`, "profile_audit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := forms.JSON([]byte(c.body), &ingressv1.Signal{})
			var refused *forms.Refused
			if !errors.As(err, &refused) {
				t.Fatalf("error = %v, want a refusal", err)
			}
			for _, p := range refused.Problems {
				if p.Field == c.field {
					return
				}
			}
			t.Errorf("problems %+v do not name %s", refused.Problems, c.field)
		})
	}
}
