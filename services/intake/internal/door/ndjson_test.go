package door_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestTheGoodLinesAreTakenAndTheOthersListed(t *testing.T) {
	h := open(t)
	body := strings.Join([]string{
		upload("a"), "", "no JSON", upload("b") + upload("c"), upload(" d"),
		`{"id":"e","source":"okta","occurred_at":"2026-11-20T09:00:00Z","auth_attempt":{"outcome":"FAILURE"}}`,
		"[" + upload("f") + "]", upload("g"),
	}, "\n")
	got := h.post(t, "/v1/signals", ndjsonType, body)
	if got.status != http.StatusAccepted || got.Accepted != 2 || got.RejectedLines != 5 {
		t.Errorf("accepted %d, rejected %d: %+v", got.Accepted, got.RejectedLines, got)
	}
	var named []string
	for _, r := range got.Rejected {
		if r.Reason == "" {
			t.Errorf("no reason: %+v", r)
		}
		named = append(named, fmt.Sprint(r.Line, r.Field))
	}
	if fmt.Sprint(named) != "[3 4 5id 6auth_attempt.user 6auth_attempt.method 7]" {
		t.Errorf("rejected %v", named)
	}
	if ids := fmt.Sprint(h.signals(t)); ids != "[a g]" {
		t.Errorf("the stream has %s", ids)
	}
	got = h.post(t, "/v1/tickets", ndjsonType, note("1", "T-1")+"\n"+note("2", " T-1")+"\n"+note("3", "T-1"))
	if got.Accepted != 2 || len(got.Rejected) != 1 || got.Rejected[0].Line != 2 || got.Rejected[0].Field != "ticket" {
		t.Errorf("tickets: %+v", got)
	}
	if n := h.ticket(t, "acme", "T-1").GetHead().GetRevision(); n != 2 {
		t.Errorf("the ticket has revision %d", n)
	}
}

func TestAHugeLineIsRejectedAndThoseAfterItAreTaken(t *testing.T) {
	h := open(t)
	huge := strings.Replace(upload("b"), "u-b", strings.Repeat("x", 3<<20), 1)
	got := h.post(t, "/v1/signals", ndjsonType, upload("a")+"\n"+huge+"\n"+upload("c")+"\n"+huge)
	if got.status != http.StatusAccepted || got.Accepted != 2 || got.RejectedLines != 2 || len(got.Rejected) != 2 ||
		got.Rejected[0].Line != 2 || got.Rejected[1].Line != 4 {
		t.Fatalf("%+v", got)
	}
	if ids := fmt.Sprint(h.signals(t)); ids != "[a c]" {
		t.Errorf("the stream has %s", ids)
	}
}

func TestLinesWithoutAnEventAreTakenAsNothing(t *testing.T) {
	h := open(t)
	for _, body := range []string{"", "\n", " \r\n\n"} {
		if got := h.post(t, "/v1/signals", ndjsonType, body); got.status != http.StatusAccepted || got.Accepted != 0 || got.RejectedLines != 0 {
			t.Errorf("%q: %+v", body, got)
		}
	}
}

func TestMoreLinesThanAreStoredAtOnceAreAllStored(t *testing.T) {
	h := open(t)
	var body strings.Builder
	for i := range 4500 {
		fmt.Fprintln(&body, upload(fmt.Sprint(i)))
		fmt.Fprintln(&body, "rubbish")
	}
	got := h.post(t, "/v1/signals", ndjsonType, body.String())
	if got.Accepted != 4500 || got.RejectedLines != 4500 || len(got.Rejected) != 1000 {
		t.Errorf("accepted %d, rejected %d, listed %d", got.Accepted, got.RejectedLines, len(got.Rejected))
	}
	if n := len(h.signals(t)); n != 4500 {
		t.Errorf("the stream has %d", n)
	}
}

func TestLinesThatBreakOffAreNotAcceptedAsAWhole(t *testing.T) {
	h := open(t)
	r, w := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/v1/signals", r)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", ndjsonType)
	go func() {
		_, _ = fmt.Fprintln(w, upload("a"))
		_ = w.CloseWithError(io.ErrUnexpectedEOF)
	}()
	res, err := http.DefaultClient.Do(req)
	if err == nil {
		_ = res.Body.Close()
		if res.StatusCode == http.StatusAccepted {
			t.Error("half a body was accepted")
		}
	}
}
