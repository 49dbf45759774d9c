package notification

import (
	"fmt"
	"os"
	"slices"

	"tocsin/pkg/policy"
	"tocsin/pkg/redact"
	"tocsin/services/notification/internal/deliver"
)

// teller finds words as cfg says. What people wrote is told without personal data.
func teller(cfg Config, p *policy.Policy) (deliver.Teller, error) {
	t := deliver.Teller{Policy: p, Language: cfg.LeadershipLanguage, Console: cfg.ConsoleURL, Redact: redacted}
	var err error
	t.Words, err = words(cfg.WordsFolder)
	return t, err
}

func redacted(s string) string { return redact.Text(s).Text }

// words are those of a folder; nil, the program's own, where there is none.
func words(folder string) (*deliver.Words, error) {
	if folder == "" {
		return nil, nil
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("read the words in %s: it is no folder; make it, or leave TOCSIN_WORDS out", folder)
	}
	w, err := deliver.ReadWords(os.DirFS(folder))
	if err != nil {
		return nil, fmt.Errorf("read the words in %s: %w", folder, err)
	}
	return w, nil
}

// Previewing says which messages Preview shows. What is empty shows all.
type Previewing struct {
	// Folder holds words that stand in place of the program's.
	Folder string
	// Language is en or de; Tenant is whose words are shown, acme where it is empty.
	Language, Tenant string
	// Audience is leadership, requester, csm or agent.
	Audience string
	// Message is a kind of notification, as approved, or the name of a sample.
	Message string
}

// A Sample is a message about a case that is made up.
type Sample struct {
	// Sample names the change of the case that is told.
	Sample   string `json:"sample"`
	Audience string `json:"audience"`
	Kind     string `json:"kind"`
	Language string `json:"language"`
	Title    string `json:"title"`
	Body     string `json:"body"`
}

// Preview says what people would read of changes of a case that is made up, in
// the words of a policy and a folder. It needs neither the bus nor the service.
func Preview(p *policy.Policy, o Previewing) ([]Sample, error) {
	w, err := words(o.Folder)
	if err != nil {
		return nil, err
	}
	if o.Tenant == "" {
		o.Tenant = "acme"
	}
	var shown []Sample
	for _, lang := range slices.Backward(deliver.Languages()) {
		if o.Language != "" && o.Language != lang {
			continue
		}
		t := deliver.Teller{Policy: p, Language: lang, Words: w, Redact: redacted, Console: "https://tocsin.example"}
		for _, s := range deliver.Samples(lang, o.Tenant) {
			told, err := t.Tell(s.Change)
			if err != nil {
				return nil, err
			}
			for _, n := range told {
				if o.shows(s.Name, n) {
					shown = append(shown, Sample{s.Name, n.Audience, string(n.Kind), n.Language, n.Title, n.Body})
				}
			}
		}
		asides, err := t.Asides()
		if err != nil {
			return nil, err
		}
		calls, err := t.Calls(lang, o.Tenant)
		if err != nil {
			return nil, err
		}
		for _, n := range append(asides, calls...) {
			if o.shows(string(n.Kind), n) {
				shown = append(shown, Sample{string(n.Kind), n.Audience, string(n.Kind), n.Language, n.Title, n.Body})
			}
		}
	}
	if len(shown) == 0 {
		return nil, fmt.Errorf("there is no message %q to %s: the kinds are %s", o.Message, o.audience(), kinds())
	}
	return shown, nil
}

// shows leaves out the second ticket, whose messages are like the first's.
func (o Previewing) shows(sample string, n deliver.Notification) bool {
	return (o.Audience == "" || o.Audience == n.Audience) && n.Ticket != "T-2" &&
		(o.Message == "" || o.Message == sample || o.Message == string(n.Kind))
}

func (o Previewing) audience() string {
	if o.Audience == "" {
		return "anybody"
	}
	return o.Audience
}

func kinds() string {
	text := ""
	for i, k := range append(deliver.Kinds(), deliver.Call, deliver.Unacknowledged) {
		if i > 0 {
			text += ", "
		}
		text += string(k)
	}
	return text
}
