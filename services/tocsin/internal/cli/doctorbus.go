package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
)

const (
	// fullFrom is the share of a stream's bytes from which it is worth a look: full, it refuses.
	fullFrom = 0.8
	// lateFrom is how many messages may wait before it is worth a look.
	lateFrom = 10_000
	// never is a sequence that no stream reaches: to publish after it is refused, and
	// shows that we might.
	never = 1 << 53

	// setUp is what to do about a stream or consumer that is not as it should be.
	setUp = "Restart the services: each sets up the streams as its version needs them. What a server refuses to change stands in their log."
)

// lookAtBus asks NATS for all that the topology names.
func (c *doctorCmd) lookAtBus(ctx context.Context, d *doctor) {
	asked := time.Now()
	conn, err := bus.Connect(ctx, bus.Settings{URL: c.NATS, Name: "tocsin-cli", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		d.finds(wrong, "nats", err.Error(), "Start it (tocsin up starts one), or say with --nats where it is.")
		return
	}
	defer conn.Close()
	d.fine("nats", "%s answers in %s, version %s", bus.Address(c.NATS), time.Since(asked).Round(time.Millisecond), conn.NC().ConnectedServerVersion())
	within, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	if _, err := conn.JS().AccountInfo(within); err != nil {
		d.finds(wrong, "streams", err.Error(), "Turn JetStream on in the NATS server, and let this account use it.")
		return
	}
	there := lookAtStreams(ctx, conn.JS(), d)
	lookAtConsumers(ctx, conn.JS(), d, there)
	mayPublish(ctx, conn, d)
	if there[topology.Pulse.Name] {
		lookAtPulse(ctx, conn, d)
	}
}

// lookAtStreams says which streams are not as they should be, and how full they
// are, and gives the names of those that are there.
func lookAtStreams(ctx context.Context, js jetstream.JetStream, d *doctor) map[string]bool {
	good, bytes, there := 0, uint64(0), map[string]bool{}
	for _, want := range topology.Streams() {
		check := "stream " + want.Name
		asked := time.Now()
		is, err := streamInfo(ctx, js, want.Name)
		if err != nil {
			d.finds(wrong, check, err.Error(), setUp)
			continue
		}
		if len(there) == 0 && !is.TimeStamp.IsZero() {
			d.clock("clock of nats", is.TimeStamp, asked.Add(time.Since(asked)/2))
		}
		there[want.Name] = true
		bytes += is.State.Bytes
		share := float64(is.State.Bytes) / float64(max(want.MaxBytes, 1))
		switch found := want.Differs(is.Config); {
		case len(found) > 0:
			d.finds(wrong, check, strings.Join(found, "; "), setUp)
		case want.MaxBytes > 0 && !want.Newest && share >= fullFrom:
			d.finds(look, check, fmt.Sprintf("is %.0f %% full, and refuses what comes when it is", share*100), "See that its readers run and keep up.")
		case want.Name == topology.DeadLetter.Name && is.State.Msgs > 0:
			d.finds(look, check, fmt.Sprintf("holds %s that could not be handled", messages(is.State.Msgs)), "tocsin deadletter list says which and why.")
		case want.Name == topology.Rejected.Name && is.State.Msgs > 0:
			d.finds(look, check, fmt.Sprintf("holds %s that doors did not take whole", messages(is.State.Msgs)), "tocsin rejected list says which and why; mend the doors' file, then tocsin rejected retry --all.")
		default:
			good++
		}
	}
	if good > 0 {
		d.fine("streams", "%d are as they should be; all hold %s", good, bytesOf(bytes))
	}
	return there
}

func messages(n uint64) string {
	if n == 1 {
		return "1 message"
	}
	return fmt.Sprintf("%d messages", n)
}

func streamInfo(ctx context.Context, js jetstream.JetStream, name string) (*jetstream.StreamInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	s, err := js.Stream(ctx, name) // which asks for its info
	if err != nil {
		return nil, err
	}
	return s.CachedInfo(), nil
}

// lookAtConsumers says which consumers of the streams that are there are not as
// they should be, and who lags.
func lookAtConsumers(ctx context.Context, js jetstream.JetStream, d *doctor, there map[string]bool) {
	good, waiting := 0, uint64(0)
	for _, want := range consumers() {
		if !there[want.Stream.Name] {
			continue
		}
		check := "consumer " + want.Name
		is, err := consumerInfo(ctx, js, want)
		if err != nil {
			d.finds(wrong, check, err.Error(), setUp)
			continue
		}
		waiting += is.NumPending
		idle := is.NumWaiting == 0 && is.NumAckPending == 0
		service, _, _ := strings.Cut(want.Name, "-")
		switch found := want.Differs(is.Config); {
		case len(found) > 0:
			d.finds(wrong, check, strings.Join(found, "; "), setUp)
		case is.NumPending > 0 && idle && !want.Optional && !want.Pinned:
			d.finds(wrong, check, messages(is.NumPending)+" to read, and nobody reads", "Start "+service+".")
		case is.NumPending >= lateFrom && !want.Optional:
			d.finds(look, check, messages(is.NumPending)+" to read", "Look again in a minute: if there are more, "+service+" does not keep up.")
		default:
			good++
		}
	}
	if good > 0 {
		d.fine("consumers", "%d are as they should be; %s to read", good, messages(waiting))
	}
}

// consumers are all durable consumers, those for dead letters too.
func consumers() []topology.Consumer {
	var all []topology.Consumer
	for _, c := range topology.Consumers() {
		if all = append(all, c); !c.Pinned {
			retry := c.Retry()
			retry.Optional = c.Optional
			all = append(all, retry)
		}
	}
	return all
}

func consumerInfo(ctx context.Context, js jetstream.JetStream, c topology.Consumer) (*jetstream.ConsumerInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	is, err := js.Consumer(ctx, c.Stream.Name, c.Name) // which asks for its info
	if err != nil {
		return nil, err
	}
	return is.CachedInfo(), nil
}

// mayPublish says whether we may send events. It sends one that the stream refuses,
// since it is to follow a message that is not there.
func mayPublish(ctx context.Context, conn *bus.Conn, d *doctor) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	subject := topology.IngressTicketSubject("doctor")
	_, err := conn.JS().Publish(ctx, subject, nil, jetstream.WithExpectLastSequence(never), jetstream.WithRetryAttempts(0))
	var refused *jetstream.APIError
	switch {
	case errors.As(err, &refused) && refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence:
		d.fine("publishing", "we may send events")
	case conn.NC().LastError() != nil:
		d.finds(wrong, "publishing", conn.NC().LastError().Error(), "Give this account the permission to publish to ingress.v1.>, or use another.")
	case err != nil:
		d.finds(wrong, "publishing", fmt.Sprintf("%s: %v", subject, err), "See above what is wrong with the stream "+topology.Ingress.Name+".")
	}
}
