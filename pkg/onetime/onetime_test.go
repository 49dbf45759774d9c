package onetime_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/pkg/natstest"
	"tocsin/pkg/onetime"
	"tocsin/pkg/topology"
)

var (
	nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	key  = bytes.Repeat([]byte{7}, 32)
)

func claim() onetime.Claim {
	return onetime.Claim{ID: "l-1", Case: "c-abc", Round: 2, To: "slack-leads", Expires: nine.Add(time.Hour)}
}

func TestAClaimComesBackAsItWasSigned(t *testing.T) {
	for _, c := range []onetime.Claim{claim(), {Expires: nine}, {ID: "ä/ö", Case: strings.Repeat("c", 300), Round: 1 << 63, To: "mail:lena@example.org\x00", Expires: nine}} {
		got, err := onetime.Open(key, onetime.Sign(key, c), nine.Add(-time.Second))
		if err != nil || got != c {
			t.Errorf("signed %+v, opened %+v (%v)", c, got, err)
		}
	}
	if onetime.Sign(key, claim()) != onetime.Sign(key, claim()) {
		t.Error("one claim has two tokens")
	}
}

func TestATokenIsGoodUntilItsTime(t *testing.T) {
	token, ends := onetime.Sign(key, claim()), claim().Expires
	if _, err := onetime.Open(key, token, ends.Add(-time.Nanosecond)); err != nil {
		t.Errorf("just in time: %v", err)
	}
	for _, at := range []time.Time{ends, ends.Add(time.Hour)} {
		c, err := onetime.Open(key, token, at)
		if !errors.Is(err, onetime.ErrExpired) || c != claim() || !strings.Contains(err.Error(), "2026-11-20T10:00:00Z") {
			t.Errorf("at %s: %+v, %v", at, c, err)
		}
	}
}

func TestNobodyMakesOrChangesAToken(t *testing.T) {
	token := onetime.Sign(key, claim())
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	var forged []string
	for i := range raw {
		changed := bytes.Clone(raw)
		changed[i] ^= 1
		forged = append(forged, base64.RawURLEncoding.EncodeToString(changed))
	}
	other := onetime.Sign(bytes.Repeat([]byte{8}, 32), claim())
	forged = append(forged, "", "x", "not base64!", token+"A", token[:len(token)-1], token+"=", " "+token, other, strings.Repeat("A", 1<<20))
	for _, f := range forged {
		if c, err := onetime.Open(key, f, nine); !errors.Is(err, onetime.ErrForged) || c != (onetime.Claim{}) {
			t.Errorf("%.80q opened as %+v (%v)", f, c, err)
		}
	}
	for _, weak := range [][]byte{nil, {}, []byte("short")} {
		if _, err := onetime.Open(weak, onetime.Sign(weak, claim()), nine); !errors.Is(err, onetime.ErrForged) {
			t.Errorf("a key of %d bytes opens what it signed: %v", len(weak), err)
		}
	}
}

func TestWhoeverAsksFirstMakesTheKeyForAll(t *testing.T) {
	conn := natstest.Connect(t)
	keys := make([][]byte, 8)
	var asking sync.WaitGroup
	for i := range keys {
		asking.Go(func() {
			key, err := onetime.Key(t.Context(), conn.JS())
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	asking.Wait()
	for _, k := range keys {
		if len(k) != 32 || !bytes.Equal(k, keys[0]) {
			t.Errorf("got the keys %x and %x", k, keys[0])
		}
	}
	bucket, err := conn.JS().KeyValue(t.Context(), topology.LinkBucket)
	if err != nil {
		t.Fatal(err)
	}
	if err := bucket.Purge(t.Context(), "current"); err != nil {
		t.Fatal(err)
	}
	changed, err := onetime.Key(t.Context(), conn.JS())
	if err != nil || len(changed) != 32 || bytes.Equal(changed, keys[0]) {
		t.Errorf("after it was taken out: %x (%v)", changed, err)
	}
	if _, err := bucket.Put(t.Context(), "current", []byte("mine")); err != nil {
		t.Fatal(err)
	}
	if k, err := onetime.Key(t.Context(), conn.JS()); err == nil || !strings.Contains(err.Error(), topology.LinkBucket) || strings.Contains(err.Error(), "mine") {
		t.Errorf("a key that anybody guesses: %x (%v)", k, err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(nil), "")
	f.Add([]byte("\x01"), onetime.Sign(key, claim()))
	raw, _ := base64.RawURLEncoding.DecodeString(onetime.Sign(key, claim()))
	f.Add(raw[:len(raw)-32], "AAAA")
	f.Fuzz(func(t *testing.T, said []byte, token string) {
		if c, err := onetime.Open(key, token, nine); err == nil && onetime.Sign(key, c) != token {
			t.Errorf("%q opens as %+v, which has another token", token, c)
		}
		// What carries our signature may still be of a program that signs otherwise.
		if token = onetime.Signed(key, said); len(token) > onetime.Longest {
			return
		}
		c, err := onetime.Open(key, token, nine)
		switch {
		case errors.Is(err, onetime.ErrForged):
		case onetime.Sign(key, c) != token:
			t.Errorf("%x opens as %+v (%v), which has another token", said, c, err)
		}
	})
}
