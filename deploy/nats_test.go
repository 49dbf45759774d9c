package deploy

import (
	"testing"

	"github.com/nats-io/nats-server/v2/server"
)

func TestNATSKeepsWhatItAcknowledges(t *testing.T) {
	options := natsOptions(t)
	if !options.JetStream || !options.SyncAlways {
		t.Errorf("JetStream %v, sync always %v: a power cut loses what was acknowledged", options.JetStream, options.SyncAlways)
	}
	if options.JetStreamMaxStore <= 0 {
		t.Error("the store has no limit: a full disk stops a stream without saying why")
	}
	if options.MaxPayload > 1<<20 {
		t.Errorf("messages of %d bytes are taken; more than 1 MiB has stopped streams", options.MaxPayload)
	}
}

func TestNATSKeepsItsOwnAccountToItself(t *testing.T) {
	options := natsOptions(t)
	if options.SystemAccount != "SYS" {
		t.Errorf("the system account is %q, want SYS", options.SystemAccount)
	}
	if options.NoAuthUser != "" {
		t.Errorf("who gives no password is %s", options.NoAuthUser)
	}
	for _, user := range options.Users {
		if want := map[string]string{"tocsin": "TOCSIN", "sys": "SYS"}[user.Username]; user.Account.Name != want {
			t.Errorf("the user %s is in the account %s, want %s", user.Username, user.Account.Name, want)
		}
		if user.Password == "" {
			t.Errorf("the user %s needs no password", user.Username)
		}
	}
	if len(options.Users) != 2 {
		t.Errorf("%d users, want 2", len(options.Users))
	}
}

// natsOptions are the settings as the server itself reads them.
func natsOptions(t *testing.T) *server.Options {
	t.Helper()
	for name, value := range compose(t).Services["nats"].Environment {
		t.Setenv(name, *value)
	}
	options, err := server.ProcessConfigFile("nats/server.conf")
	if err != nil {
		t.Fatal(err)
	}
	return options
}
