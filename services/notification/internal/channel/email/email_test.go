package email

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tocsin/services/notification/internal/channel"
	"tocsin/services/notification/internal/channel/channeltest"
	"tocsin/services/notification/internal/channel/mailtest"
)

// to opens the channel to a server, with further settings.
func to(t testing.TB, s *mailtest.Server, more ...map[string]any) channel.Channel {
	t.Helper()
	with := map[string]any{
		"host": "127.0.0.1", "port": s.Port, "ca": s.CA, "from": "Tocsin <tocsin@example.com>", "to": []any{"chief@example.com"},
	}
	for _, m := range more {
		for k, v := range m {
			with[k] = v
		}
	}
	c, err := Open(with)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAMailboxIsAChannel(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) channeltest.Bench {
		s := mailtest.Serve(t)
		moods := map[channeltest.Mood]string{
			channeltest.Takes: "", channeltest.Fails: "451 4.3.0 the disk is full", channeltest.Refuse: "550 5.1.1 no such mailbox",
			channeltest.Waits: "450 4.2.0 Greylisted for 7 seconds", channeltest.Hangs: "hang",
		}
		return channeltest.Bench{
			Channel: to(t, s),
			Behave:  func(m channeltest.Mood) { s.Set("RCPT", moods[m]) },
			Taken: func() (ids []string) {
				for _, m := range s.Took() {
					id, _, _ := strings.Cut(strings.TrimPrefix(m.Message.Header.Get("Message-ID"), "<"), "@")
					ids = append(ids, id)
				}
				return ids
			},
		}
	})
}

func TestAnAnswerSaysWhetherToTryAgain(t *testing.T) {
	const again, refused, taken = "again", "refused", "taken"
	for _, c := range []struct{ command, says, fate string }{
		{"GREETING", "554 5.7.1 your address is on a list", again},
		{"GREETING", "421 too many connections", again},
		{"GREETING", "drop", again},
		{"EHLO", "half", again},
		{"EHLO", "250 mail.example.com", again}, // no STARTTLS: nothing is said in the clear
		{"STARTTLS", "454 4.7.0 no entropy", again},
		{"MAIL", "530 5.7.0 authenticate first", again},
		{"MAIL", "553 5.1.8 no such sender", refused},
		{"RCPT", "452 4.2.2 mailbox full", again},
		{"RCPT", "550 5.1.1 no such mailbox", refused},
		{"RCPT", "half", again},
		{"DATA", "554 5.7.1 no", refused},
		{"DATA", "451 4.3.0 later", again},
		{".", "554 5.7.1 looks like spam", refused},
		{".", "451 4.3.0 later", again},
		{".", "drop", again},
		{".", "half", again},
		{"QUIT", "drop", taken},
		{"QUIT", "500 what?", taken},
		{"QUIT", "hang", taken},
	} {
		t.Run(c.command+" "+c.says, func(t *testing.T) {
			s := mailtest.Serve(t)
			s.Set(c.command, c.says)
			began := time.Now()
			answer, err := to(t, s).Deliver(t.Context(), channeltest.Notification("n-1"))
			if time.Since(began) > Timeout/2 {
				t.Errorf("it took %s", time.Since(began))
			}
			got := again
			if errors.As(err, new(*channel.Refused)) {
				got = refused
			} else if err == nil {
				got = taken
			}
			if got != c.fate || answer.Text == "" || (got == taken) != (len(s.Took()) == 1) {
				t.Errorf("%s (%q, %v), want %s; the server took %d", got, answer.Text, err, c.fate, len(s.Took()))
			}
			if code, _, _ := strings.Cut(c.says, " "); len(code) == 3 && got != taken && code[0] >= '4' && !strings.HasPrefix(answer.Text, code) && c.command != "RCPT" {
				t.Errorf("answer %q does not say %s", answer.Text, code)
			}
		})
	}
}

func TestARecipientWhoIsGoneDoesNotKeepTheOthersFromHearing(t *testing.T) {
	s := mailtest.Serve(t)
	s.Set("RCPT TO:<gone@example.com>", "550 5.1.1 no such mailbox")
	c := to(t, s, map[string]any{"to": []any{"gone@example.com", "Chief <chief@example.com>"}})
	answer, err := c.Deliver(t.Context(), channeltest.Notification("n-1"))
	if err != nil || !strings.Contains(answer.Text, "queued as 4711; not for gone@example.com: 550 5.1.1 no such mailbox") {
		t.Errorf("answer %q, %v", answer.Text, err)
	}
	if c.Destination() != "gone@example.com, chief@example.com" {
		t.Errorf("destination %q", c.Destination())
	}
	s.Set("RCPT TO:<chief@example.com>", "452 4.2.2 mailbox full")
	if _, err := c.Deliver(t.Context(), channeltest.Notification("n-2")); err == nil || errors.As(err, new(*channel.Refused)) || len(s.Took()) != 1 {
		t.Errorf("%v; the server took %d", err, len(s.Took()))
	}
}

func TestWhoeverHasAPasswordShowsItInPrivateOnly(t *testing.T) {
	known := map[string]any{"user": mailtest.User, "password": mailtest.Password}
	for _, implicit := range []bool{false, true} {
		s := mailtest.Serve(t, func(s *mailtest.Server) { s.Implicit = implicit })
		more := map[string]any{"tls": map[bool]string{false: "starttls", true: "implicit"}[implicit]}
		if _, err := to(t, s, known, more).Deliver(t.Context(), channeltest.Notification("n-1")); err != nil || len(s.Took()) != 1 {
			t.Errorf("implicit %v: %v, the server took %d", implicit, err, len(s.Took()))
		}
		answer, err := to(t, s, known, more, map[string]any{"password": "wrong"}).Deliver(t.Context(), channeltest.Notification("n-1"))
		if err == nil || errors.As(err, new(*channel.Refused)) || !strings.HasPrefix(answer.Text, "535") || !strings.Contains(err.Error(), "mend the settings") {
			t.Errorf("a wrong password: %q, %v", answer.Text, err)
		}
	}
	s := mailtest.Serve(t, func(s *mailtest.Server) { s.TLS = nil })
	if _, err := to(t, s, known).Deliver(t.Context(), channeltest.Notification("n-1")); err == nil || !strings.Contains(err.Error(), "STARTTLS") || len(s.Took()) != 0 {
		t.Errorf("a server without TLS: %v", err)
	}
	if _, err := to(t, s, map[string]any{"tls": "none"}).Deliver(t.Context(), channeltest.Notification("n-1")); err != nil || len(s.Took()) != 1 {
		t.Errorf("a relay in the clear, as the settings say: %v", err)
	}
}

func TestNothingIsSaidToAServerWhoseCertificateDoesNotHold(t *testing.T) {
	other := mailtest.Serve(t)
	for name, s := range map[string]*mailtest.Server{
		"of another host": mailtest.Serve(t, func(s *mailtest.Server) { s.Certify(t, "mail.example.net") }),
		"of nobody known": mailtest.Serve(t, func(s *mailtest.Server) { s.CA = other.CA }),
		"from the start":  mailtest.Serve(t, func(s *mailtest.Server) { s.Implicit, s.CA = true, other.CA }),
	} {
		more := map[string]any{"tls": map[bool]string{false: "starttls", true: "implicit"}[s.Implicit]}
		_, err := to(t, s, more).Deliver(t.Context(), channeltest.Notification("n-1"))
		if err == nil || errors.As(err, new(*channel.Refused)) || !strings.Contains(err.Error(), "certificate") || len(s.Took()) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAServerThatHangsIsLeftWhereverItDoes(t *testing.T) {
	for _, command := range []string{"GREETING", "EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "."} {
		s := mailtest.Serve(t)
		s.Set(command, "hang")
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		began := time.Now()
		_, err := to(t, s).Deliver(ctx, channeltest.Notification("n-1"))
		cancel()
		if err == nil || errors.As(err, new(*channel.Refused)) || time.Since(began) > 5*time.Second {
			t.Errorf("%s: %v after %s", command, err, time.Since(began))
		}
	}
}

func TestAnAnswerMaySayHowLongToWait(t *testing.T) {
	for said, want := range map[string]time.Duration{
		"4.2.0 <a@b>: Recipient address rejected: Greylisted for 300 seconds": 5 * time.Minute,
		"4.7.1 Greylisting in action, please come back in 00:04:59":           4*time.Minute + 59*time.Second,
		"4.7.0 try again in 5 minutes":                                        5 * time.Minute,
		"4.7.0 try again in 99999 minutes":                                    time.Hour,
		"4.7.0 try again later":                                               0,
		"4.2.2 mailbox full, 100 MB":                                          0,
	} {
		if got := waitIn(said); got != want {
			t.Errorf("%q: %s, want %s", said, got, want)
		}
	}
}

func TestWrongSettingsAreNamedAllAtOnce(t *testing.T) {
	right := map[string]any{"host": "smtp.example.com", "from": "tocsin@example.com", "to": []any{"chief@example.com"}}
	for _, c := range []struct {
		change map[string]any
		want   []string
	}{
		{map[string]any{}, nil},
		{map[string]any{"host": "", "from": "", "to": []any{}}, []string{`"host"`, `"from"`, `"to"`}},
		{map[string]any{"host": "smtp://smtp.example.com:587"}, []string{"write it alone"}},
		{map[string]any{"to": []any{"chief"}}, []string{`"chief" is no mail address`}},
		{map[string]any{"to": "chief@example.com"}, []string{`setting "to"`}},
		{map[string]any{"user": "tocsin"}, []string{"set both or neither"}},
		{map[string]any{"user": "tocsin", "password": "p", "tls": "none"}, []string{"in the clear"}},
		{map[string]any{"tls": "ssl", "port": 70000}, []string{"none of starttls", "70000"}},
		{map[string]any{"ca": "/nowhere.pem"}, []string{"/nowhere.pem"}},
		{map[string]any{"ca": "email_test.go"}, []string{"no certificate"}},
		{map[string]any{"pasword": "p"}, []string{`unknown setting "pasword"`}},
	} {
		with := map[string]any{}
		for _, m := range []map[string]any{right, c.change} {
			for k, v := range m {
				with[k] = v
			}
		}
		_, err := Open(with)
		if (err == nil) != (c.want == nil) {
			t.Errorf("%v: %v", c.change, err)
		}
		for _, want := range c.want {
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%v: %v, want %q in it", c.change, err, want)
			}
		}
	}
}

// BenchmarkMail is one mail at a time to a server on this machine: a
// connection, TLS, a password and the mail.
func BenchmarkMail(b *testing.B) {
	c := to(b, mailtest.Serve(b), map[string]any{"user": mailtest.User, "password": mailtest.Password})
	for b.Loop() {
		if _, err := c.Deliver(b.Context(), whole()); err != nil {
			b.Fatal(err)
		}
	}
}
