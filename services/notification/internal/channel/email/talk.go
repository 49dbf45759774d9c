package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"tocsin/services/notification/internal/channel"
)

const (
	// maxWait bounds what an answer may ask for.
	maxWait = time.Hour
	// farewell is how long the server may take to say good-bye.
	farewell = time.Second
)

// talk offers a mail to the server, once, and returns what the server said to
// it. It hangs up when the context ends.
func (e *Email) talk(ctx context.Context, written []byte) (said string, err error) {
	server, err := e.call(ctx)
	if err != nil {
		return lineOf(err), e.verdict(err, false)
	}
	if err := server.Mail("<" + e.from.Address + ">"); err != nil {
		return lineOf(err), e.verdict(err, true)
	}
	var lost []string
	for _, to := range e.to {
		err := server.Rcpt("<" + to.Address + ">")
		switch {
		case err == nil:
			continue
		case !final(err):
			return lineOf(err), e.verdict(err, true)
		}
		who := to.Address
		if e.people != nil {
			who = "the recipient" // whose address stands in no record
		}
		if lost = append(lost, who+": "+lineOf(err)); len(lost) == len(e.to) {
			said = strings.Join(lost, "; ")
			return said, e.refused(said)
		}
	}
	said, err = hand(server, written)
	if err != nil {
		return lineOf(err), e.verdict(err, true)
	}
	// It is the server's now, whatever becomes of the farewell.
	if server.UpdateDeadline(farewell) == nil {
		_ = server.Quit()
	}
	if len(lost) > 0 {
		said += "; not for " + strings.Join(lost, "; ")
	}
	return said, nil
}

// call dials the server, and makes itself known to it.
func (e *Email) call(ctx context.Context) (*smtp.Client, error) {
	dial := func(dialing context.Context, network, address string) (net.Conn, error) {
		line, err := new(net.Dialer).DialContext(dialing, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = line.Close() })
		if e.settings.TLS != implicit {
			return line, nil
		}
		sealed := tls.Client(line, e.tls)
		return sealed, sealed.HandshakeContext(dialing)
	}
	options := []gomail.Option{
		gomail.WithPort(e.settings.Port), gomail.WithTimeout(Timeout), gomail.WithTLSConfig(e.tls),
		gomail.WithDialContextFunc(dial), gomail.WithTLSPolicy(gomail.TLSMandatory),
	}
	if e.settings.TLS != starttls {
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if e.ascii() {
		// A server that passes on the wish for SMTPUTF8 loses mails at one without it.
		options = append(options, gomail.WithoutSMTPUTF8())
	}
	if e.settings.User != "" {
		options = append(options, gomail.WithUsername(e.settings.User), gomail.WithPassword(e.settings.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	client, err := gomail.NewClient(e.settings.Host, options...)
	if err != nil {
		return nil, err
	}
	return client.DialToSMTPClientWithContext(ctx)
}

// ascii says that no address needs SMTPUTF8.
func (e *Email) ascii() bool {
	all := e.from.Address + e.Destination()
	return !strings.ContainsFunc(all, func(r rune) bool { return r > 0x7f })
}

// hand gives the mail over and returns the server's receipt.
func hand(server *smtp.Client, written []byte) (string, error) {
	w, err := server.Data()
	if err != nil {
		return "", err
	}
	if _, err := w.Write(written); err != nil {
		return "", err // and nothing ends it: half a mail must not look like a whole one
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	receipt := "250"
	if d, ok := w.(*smtp.DataCloser); ok {
		receipt += " " + d.ServerResponse()
	}
	return short(receipt), nil
}

// verdict says what an answer that is no yes means. Offered says that it is an
// answer to the mail, and not yet to whoever brings it.
func (e *Email) verdict(err error, offered bool) error {
	if offered && final(err) {
		return e.refused(lineOf(err))
	}
	why := fmt.Errorf("mail through %s: %w; trying again may help", e.address(), err)
	if answer := (*textproto.Error)(nil); errors.As(err, &answer) {
		why = fmt.Errorf("mail through %s: it answers %s; trying again may help", e.address(), lineOf(err))
		if answer.Code >= 500 {
			why = fmt.Errorf("mail through %s: it answers %s; mend the settings of this destination, and what waits is sent", e.address(), lineOf(err))
		}
		if after := waitIn(answer.Msg); after > 0 {
			return &channel.Busy{After: after, Err: why}
		}
	}
	return why
}

func (e *Email) refused(said string) error {
	return &channel.Refused{Err: fmt.Errorf("%s answers %s; no retry mends that: look at the mailbox, then retry the dead letter", e.address(), said)}
}

// final says that the server will not take this mail: 5xx, but for the wish
// that we make ourselves known first.
func final(err error) bool {
	var answer *textproto.Error
	return errors.As(err, &answer) && answer.Code >= 500 && answer.Code != 530
}

// lineOf is an error in one line: the server's answer where it is one.
func lineOf(err error) string {
	var answer *textproto.Error
	switch {
	case errors.As(err, &answer):
		return short(strconv.Itoa(answer.Code) + " " + answer.Msg)
	case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
		return "the connection ended amid the conversation"
	}
	return short(err.Error())
}

// short is the beginning of what a server said, in one line.
func short(said string) string {
	said = strings.Join(strings.Fields(said), " ")
	return strings.ToValidUTF8(said[:min(len(said), 200)], "")
}

// Servers say in words how long they put somebody off: there is no header for it.
var (
	seconds = regexp.MustCompile(`(?i)\b(\d{1,5}) ?(s|sec|secs|seconds?|m|min|mins|minutes?)\b`)
	clock   = regexp.MustCompile(`\b(\d\d):(\d\d):(\d\d)\b`)
)

// waitIn is how long an answer asks to wait; 0 where it does not say.
func waitIn(said string) time.Duration {
	number := func(digits string) time.Duration {
		n, _ := strconv.Atoi(digits) // at most five digits
		return time.Duration(n)
	}
	var wait time.Duration
	if m := seconds.FindStringSubmatch(said); m != nil {
		wait = number(m[1]) * time.Second
		if strings.HasPrefix(strings.ToLower(m[2]), "m") {
			wait = number(m[1]) * time.Minute
		}
	} else if m := clock.FindStringSubmatch(said); m != nil {
		wait = number(m[1])*time.Hour + number(m[2])*time.Minute + number(m[3])*time.Second
	}
	return min(wait, maxWait)
}
