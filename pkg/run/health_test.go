package run

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Who asks whether a program is ready asks by any name: a pod's address, a service's name.
func TestReadinessIsToldByWhateverNameIsAsked(t *testing.T) {
	health, mux := &Health{}, http.NewServeMux()
	health.Add("bus", func(context.Context) error { return nil })
	health.Mount(mux)
	for _, host := range []string{"127.0.0.1:8080", "10.1.2.3:8080", "intake.tocsin.svc:8080", "tocsin.example", ""} {
		for _, path := range []string{"/healthz", "/readyz"} {
			r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
			r.Host = host
			if mux.ServeHTTP(w, r); w.Code != http.StatusOK {
				t.Errorf("%s at %q: %d %s", path, host, w.Code, w.Body)
			}
		}
	}
}

func TestWhatIsWorthALookOrWrongLeavesAProgramReady(t *testing.T) {
	for name, tt := range map[string]struct {
		err     error
		status  int
		notices string
	}{
		"ok": {nil, 200, ""}, "a notice": {Notice("x"), 200, "part"}, "a fault": {Fault("x"), 200, ""}, "an error": {http.ErrNotSupported, 503, ""},
	} {
		health, mux := &Health{}, http.NewServeMux()
		health.Add("part", func(context.Context) error { return tt.err })
		health.Mount(mux)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		if w.Code != tt.status || w.Header().Get(NoticesHeader) != tt.notices {
			t.Errorf("%s: %d, notices %q; want %d, %q", name, w.Code, w.Header().Get(NoticesHeader), tt.status, tt.notices)
		}
	}
}
