package review

import (
	"log/slog"
	"net"
	"time"

	"tocsin/services/review/internal/ledger"
	"tocsin/services/review/internal/who"
	"tocsin/services/review/internal/who/oidc"

	"tocsin/pkg/gate"
)

// Provider are the settings of an OpenID Connect provider. Without an issuer there is none.
type Provider struct {
	Issuer       string `env:"TOCSIN_OIDC_ISSUER"`
	ClientID     string `env:"TOCSIN_OIDC_CLIENT_ID"`
	ClientSecret string `env:"TOCSIN_OIDC_CLIENT_SECRET"`
	// NameClaim holds a person's name; empty: a verified address, the user name, the subject.
	NameClaim string `env:"TOCSIN_OIDC_NAME_CLAIM"`
	// RolesClaim and TenantsClaim are names of claims, or paths with dots.
	RolesClaim   string `env:"TOCSIN_OIDC_ROLES_CLAIM" envDefault:"roles"`
	TenantsClaim string `env:"TOCSIN_OIDC_TENANTS_CLAIM" envDefault:"tenants"`
	// Roles maps values of the claim to our roles, as "tocsin-leads=leadership"; empty:
	// the values are our roles.
	Roles string `env:"TOCSIN_OIDC_ROLES"`
	// PublicURL is this site's address, as browsers know it.
	PublicURL string `env:"TOCSIN_PUBLIC_URL"`
}

// Links are one-time sign-in links for people of this machine.
type Links = who.Links

// LinkPath is where a link leads on the console, before its code.
const LinkPath = who.LinkPath

// ByLink says that people of this machine sign in by a link: nobody has said who
// else may, and the address is a loopback one.
func (cfg *Config) ByLink() bool {
	host, _, err := net.SplitHostPort(cfg.HTTPAddr)
	return cfg.unsaid() && err == nil && gate.Loopback(host)
}

// unsaid says that nobody has said who may come in.
func (cfg *Config) unsaid() bool { return cfg.LeadershipToken == "" && cfg.Provider.Issuer == "" }

// door is the gate that the settings ask for. Its error is the settings'.
func (cfg *Config) door(book *ledger.Ledger, log *slog.Logger) (who.Gate, error) {
	g := who.Gate{Gate: gate.Gate{Token: cfg.LeadershipToken}, Book: book, Tries: &who.Tries{}}
	switch {
	case cfg.ByLink():
		if g.Links = cfg.Links; g.Links == nil {
			g.Links = &Links{}
			log.Warn("people sign in by this link, once, within ten minutes", "link", cfg.TLS.Scheme()+"://"+cfg.HTTPAddr+LinkPath+g.Links.New(time.Now()))
		}
	case cfg.unsaid():
		g.Shut = true
		log.Error("console and API are shut", "error", who.ErrClosed, "http", cfg.HTTPAddr)
	}
	if cfg.Provider.Issuer == "" {
		return g, nil
	}
	p := cfg.Provider
	roles, err := oidc.ParseRoles(p.Roles)
	if err != nil {
		return g, err
	}
	provider, err := oidc.New(oidc.Config{
		Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: p.ClientSecret, PublicURL: p.PublicURL,
		NameClaim: p.NameClaim, RolesClaim: p.RolesClaim, TenantsClaim: p.TenantsClaim, Roles: roles,
	})
	if err != nil {
		return g, err
	}
	g.Provider, g.Issuer = provider, p.Issuer
	return g, nil
}
