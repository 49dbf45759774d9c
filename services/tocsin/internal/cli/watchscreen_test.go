package cli

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"tocsin/services/tocsin/internal/screen"
)

func TestAnOrderOfTheScreenThatIsSentAgainIsTheSame(t *testing.T) {
	var keys []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		_, _ = w.Write([]byte(`{"case":{"id":"c-1","a_field_of_tomorrow":1}}`))
	}))
	defer server.Close()
	desk := distantDesk{serverFlag{Server: server.URL}, "lena"}
	for range 2 {
		if _, err := desk.Do(t.Context(), screen.Order{Case: "c-1", Action: "claim", Key: "k"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(keys) != 2 || keys[0] != "k" || keys[1] != "k" {
		t.Errorf("sent under %q", keys)
	}
}

func TestWhereNobodyAnswersThereIsNoPreviewAndARefusalIsOne(t *testing.T) {
	status := http.StatusServiceUnavailable
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"detail":"no"}`))
	}))
	defer server.Close()
	desk := distantDesk{serverFlag{Server: server.URL}, "lena"}
	if _, known, err := desk.Preview(t.Context(), screen.Order{Case: "c-1", Action: "deny"}); known || err != nil {
		t.Errorf("away: %v, %v", known, err)
	}
	status = http.StatusUnprocessableEntity
	if _, _, err := desk.Preview(t.Context(), screen.Order{Case: "c-1", Action: "deny"}); err == nil {
		t.Error("a refusal was taken for silence")
	}
}
