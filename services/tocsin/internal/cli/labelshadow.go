package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

type labelShadowCmd struct {
	serverFlag
	formatFlag
}

func (labelShadowCmd) Help() string {
	return `Examples:
  tocsin up --shadow-model my.model
  tocsin label shadow
  tocsin label shadow --output json | jq .differing

Where a shadow model is set, it assesses every ticket beside the model that counts, and changes
nothing. This prints how often both say the same since the start, and the last tickets of which
they do not. Who is right, say eval with your labelled notes, and you. In a cluster --server is
an address of classification; each process counts for itself.`
}

// shadowReport is how far the shadow agrees, as classification says it.
type shadowReport struct {
	Model     string            `json:"model"`
	Since     time.Time         `json:"since"`
	Assessed  uint64            `json:"assessed"`
	Agree     uint64            `json:"agree"`
	Differing map[string]uint64 `json:"differing"`
	Last      []struct {
		Tenant   string    `json:"tenant"`
		Ticket   string    `json:"ticket"`
		Revision uint64    `json:"revision"`
		At       time.Time `json:"at"`
		In       []string  `json:"in"`
		Said     reading   `json:"said"`
		Shadow   reading   `json:"shadow"`
		Failed   bool      `json:"failed"`
	} `json:"last"`
}

// Run is `tocsin label shadow`.
func (c *labelShadowCmd) Run(s *streams) error {
	if c.json() {
		return c.raw(s, "/v1/shadow")
	}
	var r shadowReport
	if err := c.get(s.ctx, "/v1/shadow", &r); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s, since %s\n", r.Model, onClock(r.Since))
	if r.Assessed == 0 {
		fmt.Fprintln(s.out, "No ticket was assessed yet.")
		return nil
	}
	fmt.Fprintf(s.out, "%d of %d assessments agree (%.1f %%)\n", r.Agree, r.Assessed, 100*float64(r.Agree)/float64(r.Assessed))
	for _, part := range []string{"is_escalation_request", "recommendation", "reasons", "denials", "failed"} {
		if n := r.Differing[part]; n > 0 {
			fmt.Fprintf(s.out, "  %-22s %d differ\n", part, n)
		}
	}
	if len(r.Last) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nTENANT\tTICKET\tREVISION\tWHEN\tSAID\tSHADOW")
	for _, d := range r.Last {
		said, shadow := d.Said.short(), d.Shadow.short()
		if d.Failed {
			shadow = "failed"
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\n", d.Tenant, d.Ticket, d.Revision, onClock(d.At), said, shadow)
	}
	return w.Flush()
}

// short is a reading in a few words.
func (r reading) short() string {
	words := append([]string{r.Recommendation}, r.Reasons...)
	for _, ground := range r.Denials {
		words = append(words, "-"+ground)
	}
	return strings.Join(words, " ")
}
