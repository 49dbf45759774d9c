package events

import (
	"context"
	"slices"

	"tocsin/pkg/tenantkey"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// hideLot hides the people of a lot's signals, if they are not hidden yet, and leaves out
// signals of a time that was erased with its tenant. After an error nobody is hidden.
func (s *Signals) hideLot(ctx context.Context, l *Lot) error {
	gone := func(sig *ingressv1.Signal) bool {
		return s.Erased.Erased(sig.GetTenant(), sig.GetOccurredAt().AsTime())
	}
	if slices.ContainsFunc(l.Signals, gone) {
		l.Signals = slices.DeleteFunc(slices.Clone(l.Signals), gone) // who put them still has theirs
	}
	return l.hide(func(tenant string) (tenantkey.Key, error) { return s.ring.Of(ctx, tenant) })
}

// HideSeen hides the people of a lot's signals if all their tenants' keys are at hand; it
// asks nobody, and else hides none.
func (s *Signals) HideSeen(l *Lot) {
	if s.ring == nil {
		return
	}
	_ = l.hide(func(tenant string) (tenantkey.Key, error) { return s.ring.Seen(tenant) })
}

// hide replaces people's ids by hidden ones: all, or none if a key is not to be had.
func (l *Lot) hide(keyOf func(tenant string) (tenantkey.Key, error)) error {
	if l.Hidden {
		return nil
	}
	hiders := map[string]*tenantkey.Hider{}
	of := make([]*tenantkey.Hider, len(l.Signals)) // nil where the signal names nobody
	for i, sig := range l.Signals {
		if sig.GetAuthAttempt() == nil && sig.GetProfileAudit() == nil {
			continue
		}
		if of[i] = hiders[sig.GetTenant()]; of[i] != nil {
			continue
		}
		key, err := keyOf(sig.GetTenant())
		if err != nil {
			return err
		}
		of[i] = key.Hider()
		hiders[sig.GetTenant()] = of[i]
	}
	for i, sig := range l.Signals {
		if auth := sig.GetAuthAttempt(); auth != nil {
			auth.User = of[i].Hide(auth.User)
			continue
		}
		users := sig.GetProfileAudit().GetDiscrepantUsers()
		for n, user := range users {
			users[n] = of[i].Hide(user)
		}
	}
	l.Hidden = true
	return nil
}
