package oidc

import (
	"fmt"
	"slices"
	"strings"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/who"
)

// claims are what an ID token says.
type claims map[string]any

// at is the claim of that name, or at that path; false where there is none.
func (c claims) at(path string) (any, bool) {
	if v, ok := c[path]; ok {
		return v, true
	}
	var v any = map[string]any(c)
	for step := range strings.SplitSeq(path, ".") {
		inner, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = inner[step]; !ok {
			return nil, false
		}
	}
	return v, true
}

// list is a claim that holds texts: a list, or one text with blanks or commas
// between. Not there is none; anything else can not be read.
func (c claims) list(path string) ([]string, error) {
	v, ok := c.at(path)
	if !ok || v == nil {
		return nil, nil
	}
	switch v := v.(type) {
	case string:
		return strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' }), nil
	case []any:
		var all []string
		for _, one := range v {
			text, ok := one.(string)
			if !ok || text == "" {
				return nil, fmt.Errorf("the claim %s holds something that is no text: %w", path, who.ErrRole)
			}
			all = append(all, text)
		}
		return all, nil
	}
	return nil, fmt.Errorf("the claim %s is neither a text nor a list: %w", path, who.ErrRole)
}

// person is who the claims speak of, with the role that may do most.
func (cfg *Config) person(c claims) (decide.Person, error) {
	p := decide.Person{ID: cfg.name(c)}
	theirs, err := c.list(cfg.RolesClaim)
	if err != nil {
		return decide.Person{}, err
	}
	for _, name := range theirs {
		role := cfg.Roles[name]
		if len(cfg.Roles) == 0 && slices.Contains(decide.Roles(), decide.Role(name)) {
			role = decide.Role(name)
		}
		if role != "" && slices.Index(decide.Roles(), role) > slices.Index(decide.Roles(), p.Role) {
			p.Role = role
		}
	}
	if p.Tenants, err = c.list(cfg.TenantsClaim); err != nil {
		return decide.Person{}, err
	}
	if !p.May(decide.Viewer) || p.Role == decide.CSM && len(p.Tenants) == 0 || !who.Named(p.ID) {
		return decide.Person{}, fmt.Errorf("%q: %w", p.ID, who.ErrRole)
	}
	return p, nil
}

// name is what the person is called: stable, and not theirs to choose. A user name
// that looks like an address could be somebody else's.
func (cfg *Config) name(c claims) string {
	text := func(claim string) string {
		v, _ := c.at(claim)
		s, _ := v.(string)
		return strings.TrimSpace(s)
	}
	if cfg.NameClaim != "" {
		return text(cfg.NameClaim)
	}
	if verified, said := c["email_verified"]; text("email") != "" && (!said || verified == true || verified == "true") {
		return strings.ToLower(text("email"))
	}
	if name := text("preferred_username"); name != "" && !strings.Contains(name, "@") {
		return name
	}
	return text("sub")
}
