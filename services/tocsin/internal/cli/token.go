package cli

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"tocsin/services/review"
)

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a token for a program; it is shown once."`
	List   tokenListCmd   `cmd:"" help:"Show which tokens there are, and when each was used last."`
	Revoke tokenRevokeCmd `cmd:"" help:"Take a token back."`
}

func (tokenCmd) Help() string {
	return `Examples:
  tocsin token create bi --role viewer --read-only --expires 90d
  tocsin token list
  tocsin token revoke t-0a1b2c3d4e`
}

type tokenCreateCmd struct {
	serverFlag
	formatFlag
	Name     string   `arg:"" help:"Whom the program acts as; it stands in the audit."`
	Role     string   `enum:"viewer,csm,agent,leadership,admin" default:"viewer" help:"viewer, csm, agent, leadership or admin."`
	Tenant   []string `help:"Only these tenants; a csm needs one."`
	Expires  string   `default:"90d" help:"How long it is good for, as 90d or 12h; a year at most."`
	ReadOnly bool     `name:"read-only" help:"It changes nothing."`
	Ledger   string   `help:"Make it in this ledger, a postgres:// URL or a SQLite file, without a server: the first one."`
	As       string   `help:"Your name, where the server does not know it."`
}

func (tokenCreateCmd) Help() string {
	return `Examples:
  tocsin token create bi --role viewer --read-only --expires 90d
  tocsin token create acme-portal --role csm --tenant acme
  tocsin token create first --role admin --expires 1d --ledger postgres://…`
}

// madeToken is the part of the server's answer that is shown.
type madeToken struct {
	ID    string `json:"id"`
	Token string `json:"token"`
}

// Run is `tocsin token create`.
func (c *tokenCreateCmd) Run(s *streams) error {
	lasts, err := goodFor(c.Expires)
	if err != nil {
		return err
	}
	wish := review.TokenWish{Name: c.Name, Role: c.Role, Tenants: c.Tenant, EndsAt: time.Now().UTC().Add(lasts), ReadsOnly: c.ReadOnly}
	var made madeToken
	if c.Ledger != "" {
		if made.Token, made.ID, err = review.MakeToken(s.ctx, c.Ledger, wish); err != nil {
			return err
		}
	} else {
		var answer struct{ Token madeToken }
		body := map[string]any{"name": wish.Name, "role": wish.Role, "tenants": wish.Tenants, "ends_at": wish.EndsAt, "reads_only": wish.ReadsOnly}
		if err := c.post(s.ctx, order{path: "/v1/tokens", as: c.As, body: body}, &answer); err != nil {
			return err
		}
		made = answer.Token
	}
	if c.json() {
		return json.NewEncoder(s.out).Encode(made)
	}
	fmt.Fprintf(s.out, "%s\n\nThis is shown once: keep it where only the program finds it. It ends at %s.\ntocsin token revoke %s takes it back.\n",
		made.Token, wish.EndsAt.Local().Format("2006-01-02 15:04"), made.ID)
	return nil
}

// goodFor reads 90d, or a duration of Go's.
func goodFor(text string) (time.Duration, error) {
	if days, found := strings.CutSuffix(text, "d"); found {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n <= 366 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return d, nil
	}
	return 0, wrongUsage("--expires %q is not a time such as 90d or 12h, of a year at most", text)
}

type tokenListCmd struct {
	serverFlag
	formatFlag
}

func (tokenListCmd) Help() string {
	return `Examples:
  tocsin token list
  tocsin token list --output json | jq -r 'select(.revoked_at == null) | .name'`
}

// shownToken is a token as lists show it.
type shownToken struct {
	ID, Name, Role string
	Tenants        []string
	ReadsOnly      bool       `json:"reads_only"`
	EndsAt         time.Time  `json:"ends_at"`
	UsedAt         *time.Time `json:"used_at"`
	RevokedAt      *time.Time `json:"revoked_at"`
}

// Run is `tocsin token list`.
func (c *tokenListCmd) Run(s *streams) error {
	var answer struct{ Tokens []json.RawMessage }
	if err := c.get(s.ctx, "/v1/tokens", &answer); err != nil {
		return err
	}
	if c.json() {
		for _, one := range answer.Tokens {
			if err := printJSON(s.out, one); err != nil {
				return err
			}
		}
		return nil
	}
	if len(answer.Tokens) == 0 {
		fmt.Fprintln(s.out, "There is no token. tocsin token create makes one.")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TOKEN\tNAME\tROLE\tTENANTS\tENDS\tUSED\tSTATE")
	for _, raw := range answer.Tokens {
		var t shownToken
		if err := readJSON(raw, &t); err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Name, t.Role, t.tenants(), onClock(t.EndsAt), t.used(), t.state())
	}
	return w.Flush()
}

func (t *shownToken) tenants() string {
	if len(t.Tenants) == 0 {
		return "all"
	}
	return strings.Join(t.Tenants, ",")
}

func (t *shownToken) used() string {
	if t.UsedAt == nil {
		return "never"
	}
	return onClock(*t.UsedAt)
}

func (t *shownToken) state() string {
	switch {
	case t.RevokedAt != nil:
		return "taken back"
	case !time.Now().Before(t.EndsAt):
		return "ended"
	case t.ReadsOnly:
		return "good, reads only"
	}
	return "good"
}

type tokenRevokeCmd struct {
	serverFlag
	ID string `arg:"" help:"The token's id, as the list shows it."`
	As string `help:"Your name, where the server does not know it."`
}

func (tokenRevokeCmd) Help() string {
	return `Examples:
  tocsin token revoke t-0a1b2c3d4e`
}

// Run is `tocsin token revoke`.
func (c *tokenRevokeCmd) Run(s *streams) error {
	var answer struct{ Revoked string }
	if err := c.post(s.ctx, order{path: "/v1/tokens/" + url.PathEscape(c.ID) + "/revoke", as: c.As, body: struct{}{}}, &answer); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The token %s is good for nothing any more.\n", answer.Revoked)
	return nil
}

type signinLinkCmd struct {
	serverFlag
	formatFlag
}

func (signinLinkCmd) Help() string {
	return `Examples:
  tocsin signin-link
  xdg-open "$(tocsin signin-link)"`
}

// Run is `tocsin signin-link`.
func (c *signinLinkCmd) Run(s *streams) error {
	var answer struct {
		Link string `json:"link"`
	}
	if err := c.post(s.ctx, order{path: "/v1/signin-links", body: struct{}{}}, &answer); err != nil {
		return err
	}
	if c.json() {
		return json.NewEncoder(s.out).Encode(answer)
	}
	fmt.Fprintln(s.out, answer.Link)
	return nil
}
