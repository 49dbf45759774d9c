package certs

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// looking is how often the files are looked at.
	looking = time.Second
	// Soon is how long before its end a certificate is worth a word.
	Soon = 14 * 24 * time.Hour
	// again is how often that word is said.
	again = 24 * time.Hour
)

// A Keeper has what the files held when they were last understood.
type Keeper struct {
	files Files
	log   *slog.Logger
	now   atomic.Pointer[state]

	// Watch's alone: what counts, what the last look found, what was refused, and when
	// a near end was last said.
	counts, seen, refused held
	away                  bool
	warned                time.Time
}

// Open reads the files. Without any it gives nil, which is a server without TLS. A
// certificate that is over is served at a start, since what else there is comes up with
// it, and is not taken in another's place. The error says what to mend.
func Open(files Files, log *slog.Logger) (*Keeper, error) {
	if files.None() {
		return nil, nil
	}
	h, err := files.read()
	if err != nil {
		return nil, err
	}
	s, err := files.understand(h)
	if err != nil {
		return nil, err
	}
	k := &Keeper{files: files, log: log, counts: h, seen: h}
	k.now.Store(s)
	k.warn(time.Now())
	return k, nil
}

// Config is what a listener needs: each handshake goes by the files as they now are.
func (k *Keeper) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return k.now.Load().config, nil },
	}
}

// Watch goes by the files as they change, until the context ends.
func (k *Keeper) Watch(ctx context.Context) error {
	for k != nil {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(looking):
			k.look(time.Now())
		}
	}
	<-ctx.Done()
	return nil
}

// look takes what the files now hold, if it is another, stood there at the last look
// too (certificate and key are not replaced in one step), and is understood.
func (k *Keeper) look(now time.Time) {
	k.warn(now)
	h, err := k.files.read()
	if err != nil {
		if !k.away {
			k.log.Error("a certificate can not be read; the one before stays", "error", err)
		}
		k.away = true
		return
	}
	k.away = false
	stood := h == k.seen
	k.seen = h
	if h == k.counts || h == k.refused || !stood {
		return
	}
	s, err := k.files.understand(h)
	if err == nil && now.After(s.leaf.NotAfter) {
		err = fmt.Errorf("certificate %s is over since %s", k.files.Cert, s.leaf.NotAfter.UTC().Format(time.DateTime))
	}
	if err != nil {
		k.refused = h
		k.log.Error("a changed certificate is refused; the one before stays", "error", err)
		return
	}
	k.counts, k.warned = h, time.Time{}
	k.now.Store(s)
	k.log.Info("certificates have changed", "certificate", k.files.Cert, "ends", s.leaf.NotAfter.UTC(), "authorities_of_clients", len(s.authorities))
	k.warn(now)
}

// warn says once a day that the certificate is near its end, or over.
func (k *Keeper) warn(now time.Time) {
	ends := k.now.Load().leaf.NotAfter
	if ends.Sub(now) > Soon || now.Sub(k.warned) < again {
		return
	}
	k.warned = now
	k.log.Warn("the server's certificate is near its end, or over; replace its files", "certificate", k.files.Cert, "ends", ends.UTC())
}
