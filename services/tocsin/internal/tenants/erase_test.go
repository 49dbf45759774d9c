package tenants_test

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/erasure"
	"tocsin/pkg/pgtest"
	"tocsin/pkg/rejected"
	"tocsin/pkg/tenantkey"
	"tocsin/pkg/topology"
	"tocsin/services/review"
	"tocsin/services/tocsin/internal/tenants"
)

// onEachLedger runs a test on SQLite and on PostgreSQL.
func onEachLedger(t *testing.T, test func(*house)) {
	t.Run("SQLite", func(t *testing.T) { test(live(t, filepath.Join(t.TempDir(), "ledger.db"))) })
	t.Run("PostgreSQL", func(t *testing.T) {
		test(live(t, pgtest.Database(t, "tenants", func(string) error { return nil })))
	})
}

// lived has two tenants ask, and log-in fail for both; each one's people have its mark.
func (h *house) lived() {
	h.Helper()
	now := time.Now().Add(-time.Minute)
	h.say(topology.IngressTicketSubject("desk"), `{"tenant":"acme","note":"Hushmark is no event"}`)
	for _, d := range []rejected.Delivery{
		{Door: "desk", ReceivedAt: now, Reasons: []string{"who is Hushmark?"}, Tenants: []string{"acme"}},
		{Door: "desk", ReceivedAt: now, Reasons: []string{"not understood"}, Body: []byte(strings.Repeat("acme, Hushmark; ", 3000))},
		{Door: "desk", ReceivedAt: now, Reasons: []string{"who is Northmark?"}, Tenants: []string{"nordwind"}, Body: []byte("unlike acme")},
	} {
		if err := rejected.Keep(h.Context(), h.conn, d); err != nil {
			h.Fatal(err)
		}
	}
	for tenant, mark := range map[string]string{"acme": "Hushmark", "nordwind": "Northmark"} {
		h.ticket(tenant, "T-1", mark, now)
		h.ticket(tenant, "T-2", mark, now)
		h.outage(tenant, mark, now)
	}
	for _, tenant := range []string{"acme", "nordwind"} {
		h.await(tenant+" is told", func() bool {
			return h.count(topology.Notifications, "notification.v1.requester."+tenant+".*") > 0 && h.count(topology.Conditions, "monitoring.v1.condition_changed."+tenant+".*.*") > 0
		})
	}
	h.await("it is parked", func() bool { return h.count(topology.DeadLetter, ">") > 0 })
	h.await("it is kept what was told", func() bool { return h.kept(h.export("acme"), "deliveries") > 0 })
}

// export is what is kept of a tenant, by the names of the files.
func (h *house) export(tenant string) map[string]string {
	h.Helper()
	out := filepath.Join(h.TempDir(), "export")
	m, err := h.work().Export(h.Context(), tenant, out)
	if err != nil {
		h.Fatal(err)
	}
	files := map[string]string{}
	for _, k := range m.Kinds {
		data, err := os.ReadFile(filepath.Join(out, k.File))
		if err != nil {
			h.Fatal(err)
		}
		if files[k.Kind] = string(data); strings.Count(files[k.Kind], "\n") != k.Count {
			h.Errorf("%s has %d lines, and the manifest says %d", k.File, strings.Count(files[k.Kind], "\n"), k.Count)
		}
		lines := bufio.NewScanner(strings.NewReader(files[k.Kind]))
		for lines.Buffer(nil, 1<<20); lines.Scan(); {
			if !json.Valid(lines.Bytes()) {
				h.Errorf("%s holds what is no JSON: %.80s", k.File, lines.Text())
			}
		}
	}
	return files
}

func (h *house) kept(files map[string]string, kind string) int {
	return strings.Count(files[kind], "\n")
}

// verify says that the audit is what was written.
func (h *house) verify() {
	h.Helper()
	audit, err := review.OpenAudit(h.Context(), h.ledger)
	if err != nil {
		h.Fatal(err)
	}
	defer audit.Close()
	check, erased := review.AuditCheck{Found: func(f review.AuditFinding) { h.Errorf("of the audit: %+v", f) }}, 0
	err = audit.Each(h.Context(), review.AuditRange{}, func(l review.AuditLine) error {
		if check.Row(l); l.Name == "erased" && l.Actor == "lena" && l.Person && l.Tenant == "acme" {
			erased++
		}
		return nil
	})
	if check.End(); err != nil || erased == 0 {
		h.Errorf("%d cases were erased by lena (%v)", erased, err)
	}
}

func TestOfAnErasedTenantNothingIsLeftAndTheOthersAreWhole(t *testing.T) {
	onEachLedger(t, func(h *house) {
		h.lived()
		if len(h.remains("hushmark")) == 0 {
			h.Fatal("nothing says what is to be erased, so nothing is tested")
		}
		others, north := h.export("nordwind"), h.own("northmark")
		there, err := h.work().Count(h.Context(), "acme")
		if err != nil || there.Erased || len(h.remains("hushmark")) == 0 {
			h.Fatalf("to count has changed something: %+v (%v)", there, err)
		}
		report, err := h.work().Erase(h.Context(), "acme", "lena")
		if err != nil {
			h.Fatal(err)
		}
		h.nothingLeft(report)
		now := h.own("northmark")
		for _, place := range north {
			if !slices.Contains(now, place) {
				h.Errorf("gone is what the other tenant's people said: %s", place)
			}
		}
		for kind, was := range others {
			if kind != "notifications" && kind != "deliveries" && kind != "conditions" && h.kept(h.export("nordwind"), kind) < h.kept(map[string]string{kind: was}, kind) {
				h.Errorf("%s of the other tenant are fewer", kind)
			}
		}
		h.newLife()
	})
}

// own are the places that hold a mark, but for those of cases that tenants share,
// and what is told of these to leadership: they are said anew, without one of them.
func (h *house) own(mark string) []string {
	h.Helper()
	return slices.DeleteFunc(h.remains(mark), func(place string) bool {
		return strings.HasPrefix(place, topology.Cases.Name) || strings.Contains(place, ".leadership.platform.")
	})
}

// nothingLeft says that no stream, bucket, table or answer holds anything of acme's people.
func (h *house) nothingLeft(report tenants.Report) {
	h.Helper()
	for _, place := range h.remains("hushmark") {
		h.Errorf("left: %s", place)
	}
	removed, stays := map[string]uint64{}, map[string]string{}
	for _, l := range report.Lines {
		removed[l.Where], stays[l.Where] = l.Removed, l.Stays
	}
	if spools := stays["intake/spool"]; !strings.Contains(spools, "as soon as it is back") || !strings.Contains(spools, "TOCSIN_SPOOL") {
		h.Errorf("of what lies on the disks of intakes the report says %q", spools)
	}
	for _, where := range []string{"TICKETS", "ASSESSMENTS", "CONDITIONS", "CASES", "NOTIFICATIONS", "NOTIFICATIONS_JSON", "DELIVERIES", "DEADLETTER", "REJECTED", "key", "ledger/cases", "ledger/deliveries", "ledger/tickets"} {
		if removed[where] == 0 {
			h.Errorf("the report says that nothing was removed of %s", where)
		}
	}
	for kind, text := range h.export("acme") {
		if strings.Contains(strings.ToLower(text), "hushmark") {
			h.Errorf("the export still has %s of it: %s", kind, text)
		}
	}
	if file := h.ledger; !strings.Contains(file, "://") {
		if left := h.onDisk(filepath.Dir(file), "hushmark"); len(left) > 0 {
			h.Errorf("the ledger's files hold it still: %v", left)
		}
	}
	if left := h.onDisk(h.dir, "hushmark"); len(left) > 0 {
		h.Errorf("the bus's files hold it still: %v", left)
	}
	keys, err := tenantkey.Open(h.Context(), h.conn.JS())
	if err != nil {
		h.Fatal(err)
	}
	defer keys.Close()
	if _, err := keys.Get(h.Context(), "acme"); !errors.Is(err, tenantkey.ErrNone) {
		h.Errorf("it has a key still, or again (%v)", err)
	}
	h.verify()
}

// newLife has what was erased come again, and acme say something new.
func (h *house) newLife() {
	h.Helper()
	h.ticket("acme", "T-1", "Hushmark", time.Now().Add(-time.Minute))
	h.outage("acme", "Hushmark", time.Now().Add(-time.Minute))
	h.ticket("acme", "T-1", "Freshmark", time.Now())
	h.ticket("nordwind", "T-3", "Northmark", time.Now())
	h.await("both are told", func() bool {
		return h.count(topology.Notifications, "notification.v1.requester.acme.*") > 0 && strings.Contains(h.export("nordwind")["notifications"], `"T-3"`)
	})
	for _, place := range h.remains("hushmark") {
		h.Errorf("came back: %s", place)
	}
	if tickets := h.export("acme")["tickets"]; !strings.Contains(tickets, "Freshmark") {
		h.Errorf("what is said since then is not kept: %s", tickets)
	}
}

func TestAnErasureThatIsBrokenOffGoesOn(t *testing.T) {
	h := live(t, filepath.Join(t.TempDir(), "ledger.db"))
	h.lived()
	for n := 1; ; n += 7 {
		ctx, cut := context.WithCancel(h.Context())
		w := h.work()
		w.Progress = func(did int) {
			if did >= n {
				cut()
			}
		}
		if n > 60 {
			w.Progress = nil
		}
		report, err := w.Erase(ctx, "acme", map[bool]string{true: "lena", false: "omar"}[n == 1])
		cut()
		if err != nil {
			continue
		}
		if report.By != "lena" {
			h.Errorf("it was ordered by %s, want who ordered it first", report.By)
		}
		h.nothingLeft(report)
		break
	}
	book, err := erasure.Open(h.Context(), h.conn.JS())
	if err != nil {
		h.Fatal(err)
	}
	defer book.Close()
	if r, _ := book.Of("acme"); !r.Done() || r.Cases != nil {
		h.Errorf("the record is %+v, want it done", r)
	}
}

func TestAnExportIsAFileWhereThatIsAskedAndReplacesNothing(t *testing.T) {
	h := live(t, filepath.Join(t.TempDir(), "ledger.db"))
	h.lived()
	out := filepath.Join(t.TempDir(), "acme.tar.gz")
	if _, err := h.work().Export(t.Context(), "acme", out); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for in := tar.NewReader(unzipped); ; {
		part, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, part.Name)
		if text, err := io.ReadAll(in); err != nil || strings.Contains(strings.ToLower(string(text)), "northmark") {
			t.Errorf("%s tells of another tenant (%v)", part.Name, err)
		}
	}
	if len(names) != 12 || !slices.Contains(names, "manifest.json") {
		t.Errorf("the file holds %q", names)
	}
	if _, err := h.work().Export(t.Context(), "acme", out); err == nil {
		t.Error("a second export wrote over the first")
	}
}
