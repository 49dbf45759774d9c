package classification_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tocsin/services/classification"
	"tocsin/services/classification/internal/second/chattest"

	"tocsin/pkg/bus"
	"tocsin/pkg/config"
	"tocsin/pkg/natsserver"
	"tocsin/pkg/policy"
	"tocsin/pkg/run"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
)

// settingsOf are the service's settings with these variables.
func settingsOf(t *testing.T, vars map[string]string) classification.Config {
	t.Helper()
	cfg, err := config.From[classification.Config](vars)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// begin runs classification on a bus of its own, until the test ends; what it
// logs goes to log.
func begin(t *testing.T, vars map[string]string, log io.Writer) *bus.Conn {
	t.Helper()
	s, err := natsserver.Start(natsserver.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	conn, err := bus.Connect(t.Context(), bus.Settings{InProcess: s, Name: "test", Log: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := topology.Apply(t.Context(), conn.JS(), 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	at := run.Place{Conn: conn, Policy: policy.Default(), Mux: http.NewServeMux(), Health: &run.Health{}, Log: logger}
	cfg := settingsOf(t, vars)
	go func() { done <- classification.Run(ctx, cfg, at) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return conn
}

// asks stores tickets that ask for an escalation, as intake does.
func asks(t *testing.T, conn *bus.Conn, tickets int) {
	t.Helper()
	nine := timestamppb.New(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	for i := range tickets {
		id := fmt.Sprint("T-", i)
		ev := &intakev1.TicketChanged{Ticket: &intakev1.Ticket{
			Head: &intakev1.TicketHead{Tenant: "acme", Ticket: id, Source: "helpdesk", Revision: 1, Subject: "SSO", OpenedAt: nine, LastEventAt: nine},
			Notes: []*intakev1.TicketNote{{
				Id: "n", AuthorKind: ingressv1.AuthorKind_CUSTOMER, At: nine, Public: true, Opening: true,
				Text: fmt.Sprintf("SSO is down for all %d of us. Please escalate, our launch is at noon. Frau Oelke, 044 123 45 67", i+30),
			}},
		}}
		if _, err := conn.Publish(t.Context(), bus.Event{Subject: topology.TicketSubject("acme", id), ID: id, Payload: ev}); err != nil {
			t.Fatal(err)
		}
	}
}

// stored waits for so many messages of a stream and gives their payloads by subject.
func stored(t *testing.T, conn *bus.Conn, s topology.Stream, n int) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := conn.Follow(ctx, bus.Following{Stream: s}, func(_ context.Context, raw bus.Raw) error {
		if out[raw.Subject] = raw.Data; len(out) == n {
			cancel()
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(out) != n {
		t.Fatalf("%s holds %d messages, want %d", s.Name, len(out), n)
	}
	return out
}

const (
	apiKey    = "sk-the-key-of-the-operator"
	disagrees = `{"recommendation":"not_a_request","reasons":[],"denials":[],"quotes":[]}`
)

// second are the settings that ask an endpoint.
func second(endpoint *chattest.Server) map[string]string {
	return map[string]string{
		"TOCSIN_SECOND_READER_URL": endpoint.URL + "/v1", "TOCSIN_SECOND_READER_MODEL": "m", "TOCSIN_SECOND_READER_KEY": apiKey,
		"TOCSIN_SECOND_READER_PRICE_IN": "0.5", "TOCSIN_SECOND_READER_PRICE_OUT": "2",
	}
}

func TestAssessmentsAreTheSameWithAndWithoutASecondReader(t *testing.T) {
	const tickets = 3
	without := begin(t, nil, io.Discard)
	asks(t, without, tickets)
	want := stored(t, without, topology.Assessments, tickets)

	agreeable, stubborn := chattest.New(t, chattest.Says(disagrees)), chattest.New(t, chattest.Hangs)
	for name, endpoint := range map[string]*chattest.Server{"one that disagrees": agreeable, "one that hangs": stubborn} {
		conn := begin(t, second(endpoint), io.Discard)
		asks(t, conn, tickets)
		got := stored(t, conn, topology.Assessments, tickets) // while the hanging one still does
		for subject, data := range want {
			if !bytes.Equal(got[subject], data) {
				t.Errorf("with %s the assessment %s has other bytes", name, subject)
			}
		}
		if endpoint == stubborn {
			continue
		}
		for subject, data := range stored(t, conn, topology.SecondReads, tickets) {
			var read classificationv1.SecondRead
			if err := bus.Decode(bus.Raw{Data: data}, &read); err != nil {
				t.Fatal(err)
			}
			if read.GetOutcome() != "answered" || read.GetAgrees() || read.GetSecond().GetRecommendation() != "not_a_request" || read.GetCostMicros() != 700 {
				t.Errorf("%s says %v", subject, &read)
			}
		}
	}
	if last, err := without.LastSequence(t.Context(), topology.SecondReads); err != nil || last != 0 {
		t.Errorf("without a second reader %d readings are stored, %v", last, err)
	}
	for _, r := range agreeable.Requests() {
		for _, private := range []string{"Oelke", "044 123", "acme", "T-0"} {
			if strings.Contains(r.Body, private) {
				t.Errorf("%q left the house", private)
			}
		}
	}
}

func TestTheKeyIsNeverLogged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(apiKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	endpoint := chattest.New(t, chattest.Status(401))
	vars := second(endpoint)
	vars["TOCSIN_SECOND_READER_KEY"], vars["TOCSIN_SECOND_READER_KEY_FILE"] = "", file
	var log bytes.Buffer
	t.Run("rejected", func(t *testing.T) {
		conn := begin(t, vars, &log)
		asks(t, conn, 1)
		stored(t, conn, topology.SecondReads, 1)
	})
	if got := endpoint.Requests()[0].Header.Get("Authorization"); got != "Bearer "+apiKey {
		t.Errorf("the endpoint was sent %q", got)
	}
	if text := log.String(); strings.Contains(text, apiKey) || !strings.Contains(text, "401") {
		t.Errorf("the log, in which the refusal has to stand and the key must not:\n%s", text)
	}
}

func TestSettingsOfASecondReaderAreHeldAgainstEachOther(t *testing.T) {
	good := map[string]string{
		"TOCSIN_SECOND_READER_URL": "https://api.example/v1", "TOCSIN_SECOND_READER_MODEL": "m", "TOCSIN_SECOND_READER_KEY": apiKey,
		"TOCSIN_SECOND_READER_PRICE_IN": "0", "TOCSIN_SECOND_READER_PRICE_OUT": "0",
	}
	for name, c := range map[string]struct {
		set  map[string]string
		want []string
	}{
		"no prices":         {map[string]string{"PRICE_IN": "", "PRICE_OUT": ""}, []string{"PRICE_IN"}},
		"a negative price":  {map[string]string{"PRICE_IN": "-1"}, []string{"a price or cap of -1"}},
		"no number":         {map[string]string{"DAILY_CAP": "NaN"}, []string{"a price or cap of NaN"}},
		"two keys":          {map[string]string{"KEY_FILE": "x"}, []string{"both set"}},
		"no key file":       {map[string]string{"KEY": "", "KEY_FILE": "/none"}, []string{"KEY_FILE"}},
		"all wrong at once": {map[string]string{"URL": "http://api.example", "MODEL": "", "PRICE_IN": ""}, []string{"not encrypted", "no model", "PRICE_IN"}},
	} {
		vars := map[string]string{}
		for k, v := range good {
			vars[k] = v
		}
		for k, v := range c.set {
			vars["TOCSIN_SECOND_READER_"+k] = v
		}
		at := run.Place{Policy: policy.Default(), Mux: http.NewServeMux(), Log: slog.New(slog.DiscardHandler)}
		err := classification.Run(t.Context(), settingsOf(t, vars), at)
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), apiKey) {
				t.Errorf("%s: %v, which should say %q", name, err, want)
			}
		}
	}
}
