package flowtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// holding is the one case of any tenant that holds the ticket.
func (p *Program) holding(ticket string) (aCase, string, error) {
	list, err := p.cases("")
	if err != nil {
		return aCase{}, "", err
	}
	var tenant string
	at := slices.IndexFunc(list, func(c aCase) bool {
		return slices.ContainsFunc(c.Tickets, func(raw json.RawMessage) bool {
			var t struct{ Tenant, Ticket string }
			found := json.Unmarshal(raw, &t) == nil && t.Ticket == ticket
			if found {
				tenant = t.Tenant
			}
			return found
		})
	})
	if at < 0 {
		return aCase{}, "", fmt.Errorf("no case holds ticket %s", ticket)
	}
	return list[at], tenant, nil
}

// split is leadership parting one ticket from its case.
func (s *story) split(st step) error {
	c, tenant, err := s.p.holding(st.arg(0))
	if err != nil {
		return err
	}
	return s.arrange(c.ID+"/split", st, map[string]any{
		"tickets": []map[string]string{{"tenant": tenant, "ticket": st.arg(0)}}, "version": c.Version,
	})
}

// merge is leadership having the case of one ticket go on in that of another.
func (s *story) merge(st step) error {
	c, _, err := s.p.holding(st.arg(0))
	if err != nil {
		return err
	}
	into, _, err := s.p.holding(st.arg(1))
	if err != nil {
		return err
	}
	return s.arrange(c.ID+"/merge", st, map[string]any{"into": into.ID, "version": c.Version})
}

func (s *story) arrange(path string, st step, body map[string]any) error {
	body["note"] = st.fields["note"]
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = s.p.call(http.MethodPost, "/v1/cases/"+path, st.fields["by"], data)
	return err
}
