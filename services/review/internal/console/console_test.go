package console_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/who"
)

var update = flag.Bool("update", false, "write the golden files anew")

// morning is the time of all pages here.
var morning = time.Date(2026, 11, 20, 9, 41, 0, 0, time.UTC)

// A site is a console on a ledger of its own.
type site struct {
	*consoletest.House
	mux *http.ServeMux
}

func open(t testing.TB, adjust ...func(*console.Config)) *site {
	t.Helper()
	s := &site{House: consoletest.New(t, morning), mux: http.NewServeMux()}
	cfg := console.Config{Cases: s.Ledger, Desk: s.Desk(), Now: func() time.Time { return s.At }}
	for _, a := range adjust {
		a(&cfg)
	}
	c, err := console.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.Mount(s.mux)
	return s
}

// ask sends one request as a browser on this machine does.
func (s *site) ask(r *http.Request) *httptest.ResponseRecorder {
	r.RemoteAddr, r.Host = "127.0.0.1:40000", "localhost"
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r)
	return w
}

func (s *site) get(path string) *httptest.ResponseRecorder {
	return s.ask(httptest.NewRequest(http.MethodGet, path, nil))
}

func (s *site) post(path string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set(who.NameHeader, "lena")
	return s.ask(r)
}

// postForm sends a form whose fields may come several times.
func (s *site) postForm(path string, fields url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set(who.NameHeader, "lena")
	return s.ask(r)
}

// want checks the status and that the page holds the texts, in this order.
func want(t *testing.T, w *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if w.Code != status {
		t.Errorf("answered %d, want %d", w.Code, status)
	}
	rest := w.Body.String()
	for _, text := range texts {
		_, after, found := strings.Cut(rest, text)
		if !found {
			t.Errorf("the page lacks %q where it is expected:\n%s", text, w.Body)
			return
		}
		rest = after
	}
}

// What is different each time: keys of forms, and the address of the assets.
var changing = regexp.MustCompile(`(name="key" value="|/assets/)[A-Za-z0-9]+`)

// golden compares the page with the file of that name.
func golden(t *testing.T, name string, w *httptest.ResponseRecorder) {
	t.Helper()
	page := changing.ReplaceAllString(w.Body.String(), "${1}…")
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if page != string(kept) {
		t.Errorf("the page is not %s; look at the difference, and write it with -update if it is right:\n%s", file, page)
	}
}

func TestAnEmptyQueueSaysThatNothingWaits(t *testing.T) {
	golden(t, "empty", open(t).get("/"))
}

func TestTheQueueShowsWhatIsToBeDecidedFirst(t *testing.T) {
	s := open(t)
	s.Morning()
	w := s.get("/")
	golden(t, "queue", w)
	want(t, w, http.StatusOK, "To decide", ">acme<", ">initech<", "Whole platform", "Approved", ">umbrella<", "Ended", ">globex<")
	golden(t, "queue_de", s.get("/?lang=de"))
}

func TestACaseIsOneScreen(t *testing.T) {
	s := open(t)
	c := s.Morning()
	golden(t, "case", s.get("/cases/"+c.Login))
	golden(t, "case_beta", s.get("/cases/"+c.Beta))
	golden(t, "case_de", s.get("/cases/"+c.Login+"?lang=de"))
}

func TestAPieceIsWhatThePageHolds(t *testing.T) {
	s := open(t)
	c := s.Morning()
	queue, file := s.get("/").Body.String(), s.get("/cases/"+c.Login).Body.String()
	for path, page := range map[string]string{"/rows/" + c.Login: queue, "/?fragment=1": queue, "/cases/" + c.Login + "?fragment=1": file} {
		piece := changing.ReplaceAllString(strings.TrimSpace(s.get(path).Body.String()), "")
		if !strings.Contains(changing.ReplaceAllString(page, ""), piece) || piece == "" {
			t.Errorf("%s is not a part of the page:\n%s", path, piece)
		}
	}
}

func TestAnUnknownCaseIsSaidSo(t *testing.T) {
	golden(t, "unknown", open(t).get("/cases/c-none"))
}

func TestALedgerThatIsAwayIsSaidSo(t *testing.T) {
	s := open(t, func(cfg *console.Config) { without(cfg, "Case", "Cases") })
	w := s.get("/")
	golden(t, "away", w)
	want(t, w, http.StatusServiceUnavailable)
	want(t, s.get("/cases/c-any"), http.StatusServiceUnavailable, "They are safe")
}

func TestACaseStandsWithoutItsHistory(t *testing.T) {
	s := open(t, func(cfg *console.Config) { without(cfg, "Audit", "Deliveries") })
	c := s.Morning()
	want(t, s.get("/cases/"+c.Login), http.StatusOK, "at acme", "What was told", "could not be read", "Audit", "could not be read")
}

func TestEveryPageIsGuarded(t *testing.T) {
	s := open(t)
	c := s.Morning()
	for _, path := range []string{
		"/", "/cases/" + c.Login, "/cases/none", "/rows/" + c.Login, "/signin", "/live", "/conditions", "/conditions/acme/none",
		"/tickets", "/policy", "/deliveries", "/audit", "/several?action=deny&case=" + c.Login + "@3",
	} {
		h := s.get(path).Header()
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Cache-Control") != "no-store" || h.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s is not guarded: %v", path, h)
		}
	}
}

func TestNoPageNeedsMoreThanItsPolicyAllows(t *testing.T) {
	s := open(t)
	c := s.Morning()
	inline := regexp.MustCompile(`(?i)<style|<script>|\sstyle=|\son[a-z]+=|javascript:|https?://`)
	for _, path := range []string{"/", "/cases/" + c.Login, "/signin", "/tickets", "/policy", "/deliveries", "/audit", "/several?action=deny&case=" + c.Login + "@3"} {
		page := strings.ReplaceAll(s.get(path).Body.String(), "http://www.w3.org/2000/svg", "")
		if found := inline.FindString(page); found != "" {
			t.Errorf("%s holds %q", path, found)
		}
	}
}

func TestAssetsAreKeptForGood(t *testing.T) {
	s := open(t)
	page := s.get("/signin").Body.String()
	for _, address := range regexp.MustCompile(`/assets/[^"]+`).FindAllString(page, -1) {
		w := s.get(address)
		if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", address, w.Code, w.Header())
		}
	}
	want(t, s.get("/assets/old/app.js"), http.StatusOK)
	want(t, s.get("/assets/old/none.js"), http.StatusNotFound)
}
