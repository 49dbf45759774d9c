package rpc_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/duty"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/outlook"
	"tocsin/services/review/internal/report"
	"tocsin/services/review/internal/rpc"
	"tocsin/services/review/internal/wall"
	"tocsin/services/review/internal/who"

	"tocsin/pkg/policy"
	"tocsin/pkg/run"
	"tocsin/proto/gen/review/v1/reviewv1connect"
)

var morning = time.Date(2026, 11, 20, 9, 41, 0, 0, time.UTC)

// A house is the service after a morning, served as a program serves it.
type house struct {
	*consoletest.House
	consoletest.Cases
	url     string
	service *rpc.Service
	// plain speaks HTTP/1.1, early HTTP/2 without encryption, as gRPC begins.
	plain, early *http.Client
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{House: consoletest.New(t, morning), plain: &http.Client{}}
	h.Cases = h.Morning()
	mux, seen := http.NewServeMux(), wall.New(h.Ledger)
	h.service = &rpc.Service{
		Cases: seen, History: seen, Desk: h.Desk(), Labels: seen, Outlook: sky(), Book: h.Ledger, Duty: duty.Desk{Ledger: h.Ledger},
		Reports: &report.Desk{Source: h.Ledger, Policy: policy.Default()}, Previews: told{},
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return morning },
	}
	h.service.Mount(mux, who.Gate{Book: h.Ledger, Now: func() time.Time { return morning }})
	ctx, cancel := context.WithCancel(context.Background())
	up, down := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		down <- run.Site{Addr: "127.0.0.1:0", Handler: mux, Listening: func(a net.Addr) { up <- a }}.Serve(ctx)
	}()
	h.url = "http://" + (<-up).String()
	speaks := new(http.Protocols)
	speaks.SetUnencryptedHTTP2(true)
	wire := &http.Transport{Protocols: speaks}
	h.early = &http.Client{Transport: wire}
	t.Cleanup(func() {
		wire.CloseIdleConnections()
		h.plain.CloseIdleConnections()
		cancel()
		if err := <-down; err != nil {
			t.Error(err)
		}
	})
	return h
}

// sky is how the conditions stand in the morning.
func sky() *outlook.Outlook {
	o, from := outlook.New(), consoletest.NewSky(morning)
	for _, m := range from.Standings {
		o.Stand(events.Standing(m))
	}
	for _, m := range from.Looks {
		o.Look(events.Looked(m))
	}
	for _, m := range from.Changes {
		o.Change(events.Change(m), morning)
	}
	for _, m := range from.Sights {
		o.See(events.Sight(m))
	}
	for _, p := range []outlook.Part{outlook.Looks, outlook.Changes, outlook.Sights} {
		o.Ready(p)
	}
	return o
}

// told says what people would be told, in words of its own.
type told struct{}

func (told) Of(_ context.Context, c decide.Case, e decide.Event) ([]events.Message, error) {
	return []events.Message{
		{Audience: "requester", Ticket: "T-4711", Language: "de", Kind: string(e.Name), Title: string(c.State), Body: e.Note, Others: 2},
		{Audience: "leadership", Kind: string(e.Name), Body: "among ourselves"},
	}, nil
}

// token is one with which a program acts as the person.
func (h *house) token(p decide.Person, readsOnly bool) string {
	h.T.Helper()
	token, kept, err := who.NewToken(ledger.Token{Person: p, ReadsOnly: readsOnly, MadeBy: "lena", MadeAt: morning, EndsAt: morning.Add(time.Hour)})
	if err == nil {
		err = h.MakeToken(context.Background(), kept)
	}
	if err != nil {
		h.T.Fatal(err)
	}
	return token
}

// A tongue is one of the protocols.
type tongue struct {
	name    string
	options []connect.ClientOption
	early   bool
}

func tongues() []tongue {
	return []tongue{
		{"Connect in JSON", []connect.ClientOption{connect.WithProtoJSON()}, false},
		{"Connect in protobuf, with GET", []connect.ClientOption{connect.WithHTTPGet()}, false},
		{"gRPC over HTTP/2", []connect.ClientOption{connect.WithGRPC()}, true},
		{"gRPC-Web", []connect.ClientOption{connect.WithGRPCWeb()}, false},
	}
}

// client speaks a tongue, with a token unless it is empty.
func (h *house) client(t tongue, token string) reviewv1connect.ReviewServiceClient {
	http := h.plain
	if t.early {
		http = h.early
	}
	options := append(t.options, connect.WithInterceptors(connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
			if token != "" {
				r.Header().Set("Authorization", "Bearer "+token)
			}
			if key, ok := ctx.Value(keyed{}).(string); ok {
				r.Header().Set(rpc.KeyHeader, key)
			}
			return next(ctx, r)
		}
	})))
	return reviewv1connect.NewReviewServiceClient(http, h.url, options...)
}

type keyed struct{}

// key is a context whose requests have an idempotency key.
func key(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, keyed{}, key)
}

// post sends a body as it is, in Connect's JSON, and gives the answer.
func (h *house) post(method, body string) (status int, says string) {
	h.T.Helper()
	answer, err := h.plain.Post(h.url+"/review.v1.ReviewService/"+method, "application/json", strings.NewReader(body))
	if err != nil {
		h.T.Fatal(err)
	}
	defer answer.Body.Close()
	var text strings.Builder
	if _, err := io.Copy(&text, answer.Body); err != nil {
		h.T.Fatal(err)
	}
	return answer.StatusCode, text.String()
}
