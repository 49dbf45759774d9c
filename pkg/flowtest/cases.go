package flowtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// aCase is what a story asks of a case.
type aCase struct {
	ID             string            `json:"id"`
	Tenant         string            `json:"tenant"`
	State          string            `json:"state"`
	Version        uint64            `json:"version,string"`
	Recommendation string            `json:"recommendation"`
	Tickets        []json.RawMessage `json:"tickets"`
	Conditions     []json.RawMessage `json:"conditions"`
	Promises       []struct {
		Outcome string `json:"outcome"`
	} `json:"promises"`
}

// promise is what became of the last ETA that was given: standing, kept, missed,
// moved or void; empty where none was.
func (c aCase) promise() string {
	if len(c.Promises) == 0 {
		return ""
	}
	if last := c.Promises[len(c.Promises)-1].Outcome; last != "" {
		return last
	}
	return "standing"
}

// call sends a request to the service whose path it is and gives the answer's body.
func (p *Program) call(method, path, person string, body []byte) ([]byte, error) {
	at := p.Intake
	if strings.HasPrefix(path, "/v1/cases") {
		at = p.Review
	}
	req, err := http.NewRequest(method, at+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if person != "" {
		req.Header.Set("Tocsin-Person", person)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	switch {
	case err != nil || resp.StatusCode/100 == 2:
	case resp.StatusCode == http.StatusServiceUnavailable:
		err = fmt.Errorf("%s %s: %w: %s", method, path, errUnavailable, data)
	default:
		err = fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, data)
	}
	return data, err
}

// errUnavailable is the answer after which a producer sends the same again.
var errUnavailable = errors.New("503 Service Unavailable")

// produce sends events as a producer does: again and again while there is no room for them.
func (p *Program) produce(path string, body []byte) error {
	var err error
	late := until(func() (bool, string, error) {
		_, err = p.call(http.MethodPost, path, "", body)
		return !errors.Is(err, errUnavailable), fmt.Sprint(err), nil
	})
	if late != nil {
		return late
	}
	return err
}

// cases are those of a tenant that were not merged into another; all if tenant is "".
func (p *Program) cases(tenant string) ([]aCase, error) {
	data, err := p.call(http.MethodGet, "/v1/cases?limit=500&tenant="+url.QueryEscape(tenant), "", nil)
	if err != nil {
		return nil, err
	}
	var page struct{ Cases []aCase }
	if err := json.Unmarshal(data, &page); err != nil {
		return nil, err
	}
	var out []aCase
	for _, c := range page.Cases {
		if c.State != "merged" && (tenant == "" || c.Tenant == tenant) { // not those that have a ticket of it
			out = append(out, c)
		}
	}
	return out, nil
}
