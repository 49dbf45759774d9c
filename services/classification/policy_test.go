package classification_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/services/classification"

	"tocsin/pkg/policy"
)

// changed is the built-in policy with some of its text replaced.
func changed(t *testing.T, pairs ...string) *policy.Policy {
	t.Helper()
	file := string(policy.Builtin())
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(file, pairs[i]) {
			t.Fatalf("the policy has no %q", pairs[i])
		}
		file = strings.Replace(file, pairs[i], pairs[i+1], 1)
	}
	p, err := policy.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// withVideoCalls is a policy with a reason that the operator added.
func withVideoCalls(t *testing.T) *policy.Policy {
	t.Helper()
	return changed(t, "\nreasons:\n", "\nreasons:\n  video_calls_down:\n    title: {en: Video calls down, de: Videoanrufe aus}\n"+
		"    description: {en: No calls, de: Keine Anrufe}\n    text: true\n    signal: false\n    priority: high\n",
		"\nvocabulary:\n  reasons:\n", "\nvocabulary:\n  reasons:\n    video_calls_down:\n      en: [video call]\n      de: [videoanruf*]\n")
}

// assessed is what classify writes of one note, by its fields.
func assessed(t *testing.T, m *classification.Method, note string) map[string]any {
	t.Helper()
	in, err := json.Marshal(map[string]string{"id": "n1", "text": note})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := classification.Classify(t.Context(), m, bytes.NewReader(in), &out, classification.ClassifyOptions{}); err != nil {
		t.Fatal(err)
	}
	var a map[string]any
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

const videoNote = `{"id":"v1","text":"Video calls are down for all 300 of us since 9. Please escalate, the board meets at noon.","label":{"language":"en",` +
	`"is_escalation_request":true,"recommendation":"eligible","reasons":["video_calls_down"],"denials":[],"missing":[],"about":["video_calls_down"],"misses":[],` +
	`"facts":{"affected_users":300,"duration_hours":null,"environment":null,"urgency_given":true,"reason_given":true}}}` + "\n"

func TestLabelsMayNameAReasonThatTheOperatorAdded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ours.jsonl")
	if err := os.WriteFile(file, []byte(videoNote), 0o600); err != nil {
		t.Fatal(err)
	}
	p := withVideoCalls(t)
	e, err := classification.Evaluate(t.Context(), classification.EvaluateOptions{Method: classification.NewMethod(p, nil), Paths: []string{file}})
	if err != nil || len(e.Doubts) > 0 {
		t.Fatalf("%v, doubts %q", err, e.Doubts)
	}
	var out bytes.Buffer
	if err := e.WriteText(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "video_calls_down                    1     1      1.000") || !strings.Contains(out.String(), "reasons, macro-F1                          1.000") {
		t.Errorf("it says\n%s", out.String())
	}
	for _, part := range []struct {
		p    *policy.Policy
		want string
	}{{p, ""}, {policy.Default(), `the policy has no "video_calls_down"`}} {
		_, _, err := classification.Train(classification.TrainOptions{Policy: part.p, Paths: []string{file}})
		if part.want == "" && err != nil || part.want != "" && (err == nil || !strings.Contains(err.Error(), part.want)) {
			t.Errorf("training: got %v, want %q", err, part.want)
		}
	}
}

func TestAReasonThatWordsCannotStateIsNotClaimedByThem(t *testing.T) {
	const note = "Nobody can log in via SSO, the login service is down for all of us. Please escalate, our launch is at noon."
	before := "  sso_unavailable:\n"
	file := string(policy.Builtin())
	block := file[strings.Index(file, before):]
	block = block[:strings.Index(block, "text: true")+len("text: true")]
	silent := changed(t, block, strings.Replace(block, "text: true", "text: false", 1))
	if is := assessed(t, method(), note)["reasons"]; !strings.Contains(strings.Join(list(is), " "), "sso_unavailable") {
		t.Fatalf("the note states no outage of SSO: %v", is)
	}
	a := assessed(t, classification.NewMethod(silent, nil), note)
	whole, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(whole), "sso_unavailable") {
		t.Errorf("it is claimed all the same: %s", whole)
	}
}

func list(of any) (out []string) {
	items, _ := of.([]any)
	for _, item := range items {
		s, _ := item.(string)
		out = append(out, s)
	}
	return out
}
