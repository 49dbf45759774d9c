package notification_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/deliveries"
	"tocsin/pkg/natstest"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	"tocsin/services/notification"

	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// routes writes a file of routes whose destination ops is a webhook at url.
func routes(t testing.TB, url, rest string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "routes.yaml")
	write(t, path, url, rest)
	return path
}

func write(t testing.TB, path, url, rest string) {
	t.Helper()
	text := fmt.Sprintf("destinations:\n  ops: {channel: webhook, with: {url: %q, secret: %q}}\n%s", url, secret, rest)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// served waits until a destination has its place, so that it is told what comes.
func served(t testing.TB, conn *bus.Conn, name string) {
	t.Helper()
	await(t, "the place of "+name, func() bool {
		_, err := conn.JS().Consumer(t.Context(), topology.Notifications.Name, topology.Destinations+name)
		return err == nil
	})
}

func await(t testing.TB, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 400 {
		if is() {
			return
		}
		<-tick.C
	}
	t.Fatalf("%s: not within 20 s", what)
}

// of is a change of another case, with a reason.
func of(id, tenant, reason string) *reviewv1.CaseChanged {
	c := changed(1, "opened", "pending_review")
	c.Case.Id, c.Case.Tenant, c.Case.Reasons = id, tenant, []string{reason}
	return c
}

// fates counts the records of a destination by outcome.
func fates(t testing.TB, conn *bus.Conn, destination string) map[string]int {
	t.Helper()
	got := map[string]int{}
	for _, r := range records(t, conn, destination) {
		got[r.GetOutcome()]++
	}
	return got
}

// records are those of a destination, oldest first.
func records(t testing.TB, conn *bus.Conn, destination string) (got []*notificationv1.DeliveryRecorded) {
	t.Helper()
	err := conn.Retained(t.Context(), topology.Deliveries, func(raw bus.Raw) error {
		records, err := deliveries.Of(raw)
		if err != nil {
			return err
		}
		for _, r := range records {
			if strings.HasPrefix(r.GetDestination(), destination+": ") {
				got = append(got, r)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestADestinationHearsWhatItsRoutesMatchAndNothingElse(t *testing.T) {
	conn := natstest.Connect(t)
	url, got := receiver(t)
	path := routes(t, url, "routes:\n  - {name: acme, to: [ops], when: {audience: [leadership], tenants: [acme]}}\n")
	start(t, conn, notification.Config{RoutesFile: path})
	served(t, conn, "ops")
	publish(t, conn, "one", of("c-1", "globex", "sso_unavailable"))
	publish(t, conn, "two", of("c-2", "acme", "sso_unavailable"))
	if r := next(t, got); r.signed != "valid" || r.data.Case != "c-2" {
		t.Errorf("received %+v", r)
	}
	await(t, "one record", func() bool { return fates(t, conn, "ops")["sent"] == 1 })
}

func TestAStormIsToldInFewMessagesAndEachPartIsRecorded(t *testing.T) {
	const storm = 100
	conn := natstest.Connect(t)
	url, got := receiver(t)
	path := routes(t, url, "routes:\n  - {name: storm, to: [ops], when: {audience: [leadership]}, group: {wait: 3s}}\n")
	start(t, conn, notification.Config{RoutesFile: path})
	served(t, conn, "ops")
	for i := range storm {
		publish(t, conn, fmt.Sprint("c-", i), of(fmt.Sprint("c-", i), "acme", "sso_unavailable"))
	}
	if r := next(t, got); r.signed != "valid" || r.data.Kind != "several" {
		t.Errorf("received %+v", r)
	}
	parts, messages := map[string]int{}, 0
	await(t, "a record for each of them", func() bool {
		parts, messages = map[string]int{}, 0
		for _, r := range records(t, conn, "ops") {
			if r.GetKind() != "several" {
				parts[r.GetCase()]++ // told with others, or late and alone
			}
			if r.GetOutcome() == "sent" {
				messages++
			}
		}
		return len(parts) == storm && waits(t, conn) == 0
	})
	for id, n := range parts {
		if n != 1 {
			t.Errorf("case %s has %d records", id, n)
		}
	}
	if messages > 5 {
		t.Errorf("%d cases were told in %d messages", storm, messages)
	}
}

func waits(t testing.TB, conn *bus.Conn) uint64 {
	t.Helper()
	s, err := conn.JS().Stream(t.Context(), topology.Held.Name)
	if err != nil {
		t.Fatal(err)
	}
	info, err := s.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info.State.Msgs
}

func TestWhatWaitsOutlivesTheProgram(t *testing.T) {
	conn := natstest.Connect(t)
	url, got := receiver(t)
	path := routes(t, url, "routes:\n  - {name: later, to: [ops], when: {audience: [leadership]}, group: {by: [case], wait: 3s}}\n")
	_, stop := start(t, conn, notification.Config{RoutesFile: path})
	served(t, conn, "ops")
	publish(t, conn, "one", of("c-1", "acme", "sso_unavailable"))
	await(t, "it waits", func() bool { return waits(t, conn) == 1 })
	stop()
	start(t, conn, notification.Config{RoutesFile: path})
	if r := next(t, got); r.data.Kind != "case_opened" || r.data.Case != "c-1" {
		t.Errorf("received %+v", r)
	}
}

func TestAnAlarmThatIsOverWhenItsTurnComesSaysSo(t *testing.T) {
	conn := natstest.Connect(t)
	url, got := receiver(t, http.StatusServiceUnavailable, http.StatusServiceUnavailable)
	path := routes(t, url, "routes:\n  - {name: alarms, to: [ops], when: {audience: [leadership], kinds: [case_opened]}}\n")
	start(t, conn, notification.Config{RoutesFile: path})
	served(t, conn, "ops")
	publish(t, conn, "one", changed(1, "opened", "pending_review"))
	first := next(t, got)
	publish(t, conn, "two", changed(2, "resolved", "resolved"))
	second, third := next(t, got), next(t, got)
	if third.id != first.id || !strings.HasPrefix(third.data.Title, "No longer so: ") && !strings.HasPrefix(second.data.Title, "No longer so: ") {
		t.Errorf("received %+v, %+v, %+v", first, second, third)
	}
}

func TestAnOpenOutageSilencesItsConsequences(t *testing.T) {
	conn := natstest.Connect(t)
	url, got := receiver(t)
	path := routes(t, url, `routes:
  - {name: all, to: [ops], when: {audience: [leadership]}}
inhibit:
  - {name: site down, while: [site_outage], silence: [core_function_down]}
`)
	publish(t, conn, "one", of("c-1", "acme", "site_outage"))
	start(t, conn, notification.Config{RoutesFile: path})
	served(t, conn, "ops")
	publish(t, conn, "two", of("c-2", "acme", "core_function_down"))
	publish(t, conn, "three", of("c-3", "globex", "core_function_down"))
	for {
		r := next(t, got)
		if r.data.Case == "c-2" {
			t.Errorf("received %+v", r)
		}
		if r.data.Case == "c-3" {
			break
		}
	}
	await(t, "the silence is recorded", func() bool { return fates(t, conn, "ops")["silenced"] == 1 })
}

func TestAChangedFileCountsWithoutARestartAndABadOneDoesNot(t *testing.T) {
	conn := natstest.Connect(t)
	url, got := receiver(t)
	path := routes(t, url, "routes:\n  - {name: globex, to: [ops], when: {tenants: [globex]}}\n")
	start(t, conn, notification.Config{RoutesFile: path})
	served(t, conn, "ops")
	write(t, path, url, "routes:\n  - {name: nobody, to: [nobody]}\n")
	publish(t, conn, "one", of("c-1", "globex", "sso_unavailable"))
	if r := next(t, got); r.data.Case != "c-1" {
		t.Errorf("with a bad file it received %+v", r)
	}
	if _, err := notification.CheckRoutes([]byte(" \n"), policy.Default(), os.LookupEnv, nil); err == nil || !strings.Contains(err.Error(), "1:1: the file is empty") {
		t.Errorf("an empty file: %v", err)
	}
	other, there := receiver(t)
	text := fmt.Sprintf("destinations:\n  chief: {channel: webhook, with: {url: %q, secret: %q}}\nroutes:\n  - {name: all, to: [chief], when: {audience: [leadership]}}\n", other, secret)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	served(t, conn, "chief")
	publish(t, conn, "two", of("c-2", "acme", "sso_unavailable"))
	if r := next(t, there); r.data.Case != "c-2" {
		t.Errorf("the new destination received %+v", r)
	}
	if _, err := conn.JS().Consumer(t.Context(), topology.Notifications.Name, topology.Destinations+"ops"); err != jetstream.ErrConsumerNotFound { //nolint:errorlint // the promise of the client
		t.Errorf("the place of a destination that is gone: %v", err)
	}
}

func TestAFileOfRoutesThatIsWrongStopsTheServiceAndIsCheckedWithItsPlace(t *testing.T) {
	path := routes(t, "ftp://nowhere", "routes:\n  - {name: all, to: [ops]}\n")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	none := func(string) (string, bool) { return "", false }
	if _, err := notification.CheckRoutes(text, policy.Default(), none, nil); err == nil || !strings.Contains(err.Error(), "2:18: destination ops: webhook: url") {
		t.Errorf("checked: %v", err)
	}
	missing, err := notification.CheckRoutes([]byte(strings.Replace(string(text), "ftp://nowhere", "${OPS_URL}", 1)), policy.Default(), none, nil)
	if err != nil || len(missing) != 1 || missing[0] != "OPS_URL" {
		t.Errorf("a variable that is not set: %q, %v", missing, err)
	}
}
