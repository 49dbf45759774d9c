package label_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/pkg/policy"
	"tocsin/services/classification/internal/label"
)

var shipped = policy.Default()

const sound = `{"id":"n1","text":"SSO is down","label":{"language":"en","is_escalation_request":true,"recommendation":"needs_info",` +
	`"reasons":["sso_unavailable"],"denials":[],"missing":["urgency"],"facts":{"affected_users":null,"duration_hours":1.5,"environment":null,"urgency_given":false,"reason_given":true}}}`

// read reads one line that is as sound but for one change.
func read(old, now string) (label.Note, error) {
	notes, err := label.ReadAll(shipped, strings.NewReader("\n"+strings.Replace(sound, old, now, 1)+"\n"))
	if err != nil {
		return label.Note{}, err
	}
	return notes[0], nil
}

func TestANoteNeedsNoMoreThanIDTextAndLabel(t *testing.T) {
	n, err := read("", "")
	if err != nil {
		t.Fatal(err)
	}
	if n.ID != "n1" || n.Text != "SSO is down" || n.AuthorKind != "" || *n.Label.Facts.DurationHours != 1.5 || n.Label.Facts.AffectedUsers != nil {
		t.Errorf("read %+v", n)
	}
	if n.Label.About != nil {
		t.Error("about was not said, and is not nil")
	}
	if wrong := label.Check(shipped, n); len(wrong) > 0 {
		t.Errorf("it is sound, but %q", wrong)
	}
}

func TestARefusalNamesLineAndField(t *testing.T) {
	for _, c := range []struct{ old, now, want string }{
		{sound, `{`, `line 2: no labelled note, as {"id":"n1","text":"…","label":{…}}: unexpected end of JSON input`},
		{sound, `[1]`, `line 2: no labelled note, but array`},
		{sound, sound + sound, `line 2: no labelled note, as {"id":"n1","text":"…","label":{…}}: invalid character '{' after top-level value`},
		{`"id":"n1",`, ``, `line 2: id is not there`},
		{`"n1"`, `""`, `line 2: id is empty`},
		{`"n1"`, `1`, `line 2: id cannot be number`},
		{`"text":"SSO is down",`, ``, `line 2: text is not there`},
		{`"label":`, `"labels":`, `line 2: label is not there`},
		{`"id"`, `"kind":1,"id"`, `line 2: nobody reads the field "kind"`},
		{`"id"`, `"author_kind":"BOSS","id"`, `line 2: author_kind "BOSS" is none of CUSTOMER, CSM, AGENT, SYSTEM`},
		{`"id"`, `"source":"rumour","id"`, `line 2: source "rumour" is neither decision nor correction`},
		{`"id"`, `"difficulty":"easy","id"`, `line 2: difficulty "easy" is neither plain nor hard`},
		{`"reasons":["sso_unavailable"],`, ``, `line 2: label.reasons is not there`},
		{`["sso_unavailable"]`, `null`, `line 2: label.reasons is null`},
		{`"sso_unavailable"`, `"sso_down"`, `line 2: label.reasons: the policy has no "sso_down"`},
		{`"sso_unavailable"`, `"sso_unavailable","sso_unavailable"`, `line 2: label.reasons: "sso_unavailable" is there twice`},
		{`"urgency"`, `"hurry"`, `line 2: label.missing: the policy has no "hurry"`},
		{`"denials":[]`, `"denials":["beta"]`, `line 2: label.denials: the policy has no "beta"`},
		{`"denials":[]`, `"denials":[],"about":["x"],"misses":["y"]`, `line 2: label.about: the policy has no "x"; label.misses: the policy has no "y"`},
		{`"needs_info"`, `"maybe"`, `line 2: label.recommendation "maybe" is none of eligible, ineligible, needs_info, not_a_request`},
		{`"affected_users":null,`, ``, `line 2: label.facts.affected_users is not there; null says that the note does not say`},
		{`"affected_users":null`, `"affected_users":"many"`, `line 2: label.facts.affected_users cannot be string`},
		{`"affected_users":null`, `"affected_users":-1`, `line 2: label.facts.affected_users -1 is below 0`},
		{`"environment":null`, `"environment":"test"`, `line 2: label.facts.environment "test" is neither production nor beta`},
		{`"urgency_given":false,`, ``, `line 2: label.facts.urgency_given is not there`},
		{`"facts":{`, `"facts":1,"x":{`, `line 2: label.facts is no object`},
	} {
		if _, err := read(c.old, c.now); err == nil || err.Error() != c.want {
			t.Errorf("%s → %s:\n got %v\nwant %s", c.old, c.now, err, c.want)
		}
	}
}

func TestAnIDStandsForOneNote(t *testing.T) {
	_, err := label.ReadAll(shipped, strings.NewReader(sound+"\n\n"+sound+"\n"))
	if err == nil || err.Error() != `line 3: id "n1" stands at line 1 already` {
		t.Errorf("got %v", err)
	}
}

func TestReadingEndsWhereNobodyAsksForMore(t *testing.T) {
	for n, err := range label.Read(shipped, strings.NewReader(sound+"\nrubbish\n")) {
		if err != nil || n.ID != "n1" {
			t.Errorf("got %v, %v", n, err)
		}
		break
	}
}

func TestCheckSaysWhatCannotBeMeant(t *testing.T) {
	sso, ftp := []policy.ReasonID{policy.SSOUnavailable}, []policy.ReasonID{policy.FTPDenied}
	for _, c := range []struct {
		change func(n *label.Note)
		want   string
	}{
		{func(n *label.Note) { n.Text = " \n" }, "there is no text"},
		{func(n *label.Note) { n.Label.Language = "fr" }, `language "fr" is neither en nor de`},
		{func(n *label.Note) { n.Label.Request = false }, "not_a_request goes with is_escalation_request false, and with nothing else"},
		{func(n *label.Note) { n.Label.Missing = nil }, "needs_info goes with something in missing, and with nothing else"},
		{func(n *label.Note) {
			n.Label.Recommendation, n.Label.Missing, n.Label.Reasons = "eligible", nil, nil
		}, "eligible needs a reason"},
		{func(n *label.Note) { n.Label.Recommendation, n.Label.Missing = "ineligible", nil }, "ineligible with a reason needs a denial ground"},
		{func(n *label.Note) { n.Label.About = ftp }, "sso_unavailable is in reasons and not in about"},
		{func(n *label.Note) { n.Label.About = []policy.ReasonID{} }, "sso_unavailable is in reasons and not in about"},
		{func(n *label.Note) { n.Label.About, n.Label.Misses = sso, ftp }, "ftp_denied is in misses and not in about"},
		{func(n *label.Note) { n.Label.About, n.Label.Misses = sso, sso }, "sso_unavailable is in misses and in reasons"},
		{func(n *label.Note) { n.Label.Reasons = []policy.ReasonID{"sso_down"} }, `label.reasons: the policy has no "sso_down"`},
	} {
		n, err := read("", "")
		if err != nil {
			t.Fatal(err)
		}
		c.change(&n)
		if got := label.Check(shipped, n); !slices.Equal(got, []string{c.want}) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestAPartHasTheNotesOfItsWriters(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	of := func(id, writer string) string {
		return strings.Replace(sound, `"id":"n1"`, `"id":"`+id+`","writer":"`+writer+`"`, 1) + "\n"
	}
	write("split.json", `{"train":["b","a"],"dev":["c"],"test":[]}`)
	write("a.jsonl", of("a1", "a"))
	write("b.jsonl", of("b1", "b")+of("b2", "b"))
	write("c.jsonl", of("c1", "d"))
	notes, err := label.Part(shipped, dir, "train")
	if err != nil || len(notes) != 3 || notes[0].ID != "b1" || notes[2].ID != "a1" {
		t.Errorf("train is %v, %v", notes, err)
	}
	for part, want := range map[string]string{
		"dev": `c1 is of writer "d"`, "test": "nobody is in part test", "exam": `part "exam" is none of train, dev, test, all`,
	} {
		if _, err := label.Part(shipped, dir, part); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", part, err, want)
		}
	}
}

func TestANoteIsWrittenAsItIsRead(t *testing.T) {
	n, err := read("", "")
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(n)
	if err != nil || string(data) != sound {
		t.Errorf("got %s, %v", data, err)
	}
}
