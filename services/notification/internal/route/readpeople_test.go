package route

import (
	"strings"
	"testing"
)

func TestARouteToPeopleIsForOnePersonAtATime(t *testing.T) {
	file := func(destination, route string) string {
		return "destinations:\n  mail: {channel: email, with: {to: [\"{recipient}\"]}" + destination + "}\nroutes:\n  - {name: r, to: [mail]" + route + "}\n"
	}
	known := Known{Channels: []string{"email"}}
	outside := ", when: {audience: [requester, csm]}"
	if _, err := Read([]byte(file("", outside)), known); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		file("", ""): "set audience",
		file("", ", when: {audience: [csm, leadership]}"):                                  "set audience",
		file("", outside+", group: {by: [case], wait: 30s}"):                               "neither gathers nor digests",
		file("", outside+", digest: {at: \"08:00\", zone: UTC}"):                           "neither gathers nor digests",
		file(", quiet: {from: \"22:00\", to: \"07:00\", zone: UTC}", outside):              "quiet hours make one message of several",
		file(", heartbeat: 1h", outside):                                                   "a heartbeat is for nobody",
		file("", outside) + "ladders:\n  - {name: l, steps: [{to: [mail], within: 5m}]}\n": "a call is for leadership",
	} {
		if _, err := Read([]byte(text), known); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v, want %q", text, err, want)
		}
	}
}
