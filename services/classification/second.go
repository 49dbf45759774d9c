package classification

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/events"
	"tocsin/services/classification/internal/second"
	"tocsin/services/classification/internal/second/chat"
	"tocsin/services/classification/internal/second/purse"

	"tocsin/pkg/run"
	classificationv1 "tocsin/proto/gen/classification/v1"
)

// SecondReader are the settings of the second reader: a language model that
// reads the words of tickets as well, for leadership to compare. Without an
// address there is none.
type SecondReader struct {
	// URL is the base of an endpoint that speaks OpenAI's chat completions, such as
	// https://api.example/v1; plain HTTP on this machine only.
	URL string `env:"TOCSIN_SECOND_READER_URL"`
	// Model is the model's name as the endpoint knows it.
	Model string `env:"TOCSIN_SECOND_READER_MODEL"`
	// Key is the endpoint's key; KeyFile is a file that holds it instead.
	Key     string `env:"TOCSIN_SECOND_READER_KEY"`
	KeyFile string `env:"TOCSIN_SECOND_READER_KEY_FILE"`
	// Timeout is how long one answer may take.
	Timeout time.Duration `env:"TOCSIN_SECOND_READER_TIMEOUT" envDefault:"30s"`
	// PriceIn and PriceOut are what a million tokens cost, in any currency; they
	// must be said unless the endpoint is on this machine.
	PriceIn  *float64 `env:"TOCSIN_SECOND_READER_PRICE_IN"`
	PriceOut *float64 `env:"TOCSIN_SECOND_READER_PRICE_OUT"`
	// DailyCap and NoteCap are what a day (UTC) and a question may cost, in that currency.
	DailyCap float64 `env:"TOCSIN_SECOND_READER_DAILY_CAP" envDefault:"1"`
	NoteCap  float64 `env:"TOCSIN_SECOND_READER_NOTE_CAP" envDefault:"0.05"`
	// LimitField is how the endpoint calls the limit of an answer's tokens.
	LimitField string `env:"TOCSIN_SECOND_READER_LIMIT_FIELD" envDefault:"max_completion_tokens"`
}

// key is the endpoint's key, "" for none.
func (s SecondReader) key() (string, error) {
	if s.KeyFile == "" {
		return s.Key, nil
	}
	if s.Key != "" {
		return "", errors.New("TOCSIN_SECOND_READER_KEY and TOCSIN_SECOND_READER_KEY_FILE are both set")
	}
	data, err := os.ReadFile(s.KeyFile)
	if err != nil {
		return "", fmt.Errorf("TOCSIN_SECOND_READER_KEY_FILE: %w", err)
	}
	key := strings.TrimSpace(string(data))
	if key == "" {
		return "", errors.New("TOCSIN_SECOND_READER_KEY_FILE: the file is empty")
	}
	return key, nil
}

// prices are those of the settings. Who forgets them has no cap: so they must be
// said where an endpoint may send a bill.
func (s SecondReader) prices() (second.Prices, error) {
	var p second.Prices
	if s.PriceIn == nil || s.PriceOut == nil {
		if !chat.Loopback(s.URL) {
			return p, errors.New("TOCSIN_SECOND_READER_PRICE_IN and _PRICE_OUT: say what a million tokens cost, 0 if nothing; the caps hang on it")
		}
	}
	if s.PriceIn != nil {
		p.In = *s.PriceIn
	}
	if s.PriceOut != nil {
		p.Out = *s.PriceOut
	}
	for _, n := range []float64{p.In, p.Out, s.DailyCap, s.NoteCap} {
		if !(n >= 0 && n <= mostMoney) { // not a number is neither
			return p, fmt.Errorf("a price or cap of %v: it must be between 0 and %v", n, mostMoney)
		}
	}
	return p, nil
}

// mostMoney bounds prices and caps, so that sums of them stay exact.
const mostMoney = 1_000_000.0

// micros is an amount in millionths.
func micros(amount float64) second.Micros { return second.Micros(math.Round(amount * 1e6)) }

// opinion is the second reader that the settings ask for, nil for none; all that
// is wrong with them is said at once.
func (s SecondReader) opinion(ctx context.Context, method *classify.Method, at run.Place) (*events.SecondOpinion, error) {
	if s.URL == "" {
		return nil, nil
	}
	key, err := s.key()
	prices, wrong := s.prices()
	client, wrongClient := chat.New(chat.Settings{URL: s.URL, Model: s.Model, Key: key, Timeout: s.Timeout, LimitField: s.LimitField})
	if err := errors.Join(err, wrong, wrongClient); err != nil {
		return nil, fmt.Errorf("settings of the second reader: %w", err)
	}
	money, err := purse.Open(ctx, at.Conn.JS(), micros(s.DailyCap))
	if err != nil {
		return nil, err
	}
	reader := second.New(second.Settings{Model: s.Model, Prices: prices, NoteCap: micros(s.NoteCap), Log: at.Log}, client, money)
	at.Log.Info("a second reader is asked about tickets that make cases; its answers change nothing", "url", s.URL, "model", s.Model, "daily_cap", s.DailyCap)
	return &events.SecondOpinion{Conn: at.Conn, Method: method, Reader: reader, Heard: measured()}, nil
}

// measured counts what second readings bring and cost.
func measured() func(context.Context, *classificationv1.SecondRead) {
	m := otel.Meter("tocsin/services/classification")
	reads, _ := m.Int64Counter("tocsin_classification_second_reads", metric.WithDescription("second readings, by outcome, and whether they agree"))
	tokens, _ := m.Int64Counter("tocsin_classification_second_tokens", metric.WithDescription("tokens of second readings, by direction"))
	cost, _ := m.Float64Counter("tocsin_classification_second_cost", metric.WithDescription("what second readings cost, in the currency of the prices"))
	in, out := metric.WithAttributes(attribute.String("direction", "in")), metric.WithAttributes(attribute.String("direction", "out"))
	return func(ctx context.Context, r *classificationv1.SecondRead) {
		reads.Add(ctx, 1, metric.WithAttributes(attribute.String("outcome", r.GetOutcome()), attribute.Bool("agrees", r.GetAgrees()), attribute.Bool("repeats", r.GetRepeats())))
		tokens.Add(ctx, int64(r.GetTokensIn()), in)
		tokens.Add(ctx, int64(r.GetTokensOut()), out)
		cost.Add(ctx, float64(r.GetCostMicros())/1e6)
	}
}
