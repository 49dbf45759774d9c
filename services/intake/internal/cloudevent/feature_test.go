package cloudevent

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"
)

// feature is where the features of the CloudEvents project lie on some machines; they
// are not ours to keep here.
const feature = "../../../../../shared/data/payloads/cloudevents/conformance__features_http-protocol-binding.feature"

// ownFeature says the same in words of our own.
const ownFeature = `
 Scenario Outline: attributes in headers (<type>)
 Given an HTTP request
  """
  POST /here HTTP/1.1
  Host: intake.example
  ce-specversion: 1.0
  CE-Type: net.example.door.opened
  ce-time: 2026-11-20T09:00:00Z
  ce-id: d-17
  ce-source: /house/doors
  Content-Type: <type>
  Content-Length: 12

  {"door": 17}
  """
 Then the attributes are:
  | key             | value                   |
  |              id | d-17                    |
  |     specversion | 1.0                     |
  |            type | net.example.door.opened |
  |          source | /house/doors            |
  |            time | 2026-11-20T09:00:00Z    |
  | datacontenttype | <type>                  |
 And the data is equal to the following JSON:
  """
  {"door":17}
  """
 Examples:
 | type                            |
 | application/json                |
 | application/json; charset=utf-8 |

 Scenario Outline: all in one object (<type>)
 Given an HTTP request
  """
  POST /here HTTP/1.1
  Host: intake.example
  Content-Type: <type>

  {"specversion":"1.0","type":"net.example.door.opened","time":"2026-11-20T09:00:00Z","id":"d-17",
   "source":"/house/doors","datacontenttype":"application/json","data":{"door":17}}
  """
 Then the attributes are:
  | key             | value                   |
  |              id | d-17                    |
  |     specversion | 1.0                     |
  |            type | net.example.door.opened |
  |          source | /house/doors            |
  |            time | 2026-11-20T09:00:00Z    |
  | datacontenttype | application/json        |
 And the data is equal to the following JSON:
  """
  {"door":17}
  """
 Examples:
 | type                                        |
 | application/cloudevents+json                |
 | application/cloudevents+json; charset=utf-8 |
`

func TestTheProtocolBindingOfHTTPIsKept(t *testing.T) { keeps(t, ownFeature) }

func TestTheConformanceFeaturesAreKept(t *testing.T) {
	raw, err := os.ReadFile(feature)
	if err != nil {
		t.Skipf("NOT CHECKED against the features of the CloudEvents project, for they do not lie here: %v", err)
	}
	keeps(t, string(raw))
}

// keeps runs each scenario of a feature with each of its examples.
func keeps(t *testing.T, text string) {
	t.Helper()
	scenarios := strings.Split(text, "Scenario Outline: ")[1:]
	ran := 0
	for _, s := range scenarios {
		_, examples, _ := strings.Cut(s, "Examples:")
		rows := table(examples)
		name := "<" + rows[0][0] + ">"
		for _, row := range rows[1:] {
			one := strings.ReplaceAll(s, name, row[0])
			ran++
			t.Run(strings.SplitN(one, "\n", 2)[0], func(t *testing.T) { keep(t, one) })
		}
	}
	if ran < 4 {
		t.Errorf("only %d scenarios were run", ran)
	}
}

// keep runs one scenario: a request, the attributes that it has, its data.
func keep(t *testing.T, scenario string) {
	t.Helper()
	quoted := strings.Split(scenario, `"""`)
	attributes, _, _ := strings.Cut(quoted[2], "And the data")
	want := map[string]string{}
	for _, row := range table(attributes)[1:] {
		want[row[0]] = row[1]
	}
	r, body := request(t, quoted[1])
	mode, err := ModeOf(r.Header)
	if err != nil {
		t.Fatal(err)
	}
	var e Event
	switch mode {
	case Structured:
		e, err = FromJSON(body)
	case Binary:
		e, err = FromHeader(r.Header, body, "")
	default:
		t.Fatalf("mode %v", mode)
	}
	if err != nil || !reflect.DeepEqual(e.Attributes, want) {
		t.Errorf("mode %v, attributes %v, want %v: %v", mode, e.Attributes, want, err)
	}
	var got, data any
	if json.Unmarshal(e.Data, &got) != nil || json.Unmarshal([]byte(quoted[3]), &data) != nil || !reflect.DeepEqual(got, data) {
		t.Errorf("data %s, want %s", e.Data, quoted[3])
	}
}

// request reads an indented HTTP request, whose length is what there is.
func request(t *testing.T, text string) (*http.Request, []byte) {
	t.Helper()
	var lines []string
	for _, line := range strings.Split(strings.Trim(text, "\n"), "\n") {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "Content-Length") {
			lines = append(lines, line)
		}
	}
	head, body, _ := strings.Cut(strings.Join(lines, "\n"), "\n\n")
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, r.Body)
	return r, []byte(body)
}

// table are the rows of the first table in a text.
func table(text string) (rows [][]string) {
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			continue
		}
		var row []string
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			row = append(row, strings.TrimSpace(cell))
		}
		rows = append(rows, row)
	}
	return rows
}
