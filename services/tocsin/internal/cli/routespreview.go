package cli

import (
	"encoding/json"
	"fmt"

	"tocsin/pkg/run"
	"tocsin/services/notification"
)

type routesPreviewCmd struct {
	formatFlag
	policyFlag
	Message  string `arg:"" optional:"" help:"A kind of message, as approved, or what happens, as denied_small_audience; all by default."`
	Words    string `type:"existingdir" env:"TOCSIN_WORDS" help:"Folder of words that stand in place of the program's."`
	Language string `enum:",en,de" default:"" help:"en or de; both by default."`
	Tenant   string `default:"acme" help:"Whose words are shown, where the folder has words for a customer organization."`
	Audience string `enum:",leadership,requester,csm,agent" default:"" help:"leadership, requester, csm or agent; all by default."`
}

func (routesPreviewCmd) Help() string {
	return `The messages are about a case that is made up. What a case that there is would tell
before somebody decides it is shown by the console and, on a terminal, by tocsin watch.

Words are text/template files in a folder; each may define any message or part anew
(services/notification/README.md says how):
  en/requester.tmpl                  for all requesters who write English
  tenants/acme/de/requester.tmpl     for those of acme who write German

Examples:
  tocsin routes preview approved --language de --audience requester
  tocsin routes preview --words ./words --tenant acme
  tocsin routes preview --output json | jq -r .title`
}

// Run is `tocsin routes preview`.
func (c *routesPreviewCmd) Run(s *streams) error {
	pol, err := run.Policy(c.Policy)
	if err != nil {
		return err
	}
	shown, err := notification.Preview(pol, notification.Previewing{
		Folder: c.Words, Language: c.Language, Tenant: c.Tenant, Audience: c.Audience, Message: c.Message,
	})
	if err != nil {
		return err
	}
	enc := json.NewEncoder(s.out)
	enc.SetEscapeHTML(false)
	for _, m := range shown {
		if c.json() {
			err = enc.Encode(m)
		} else {
			_, err = fmt.Fprintf(s.out, "--- %s: %s to %s, %s\n%s\n\n%s\n\n", m.Sample, m.Kind, m.Audience, m.Language, m.Title, m.Body)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
