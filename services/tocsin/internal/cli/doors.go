package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"

	"tocsin/services/intake"
)

type doorsCmd struct {
	Check doorsCheckCmd `cmd:"" help:"Validate a doors' file, with line and column; needs no server."`
	List  doorsListCmd  `cmd:"" help:"List the doors: those of a file, and those of the vendors that it does not have."`
	Test  doorsTestCmd  `cmd:"" help:"Show what would come out of a vendor's body from stdin, and why the rest would not; needs no server."`
}

func (doorsCmd) Help() string {
	return `Examples:
  tocsin doors check doors.yaml
  tocsin doors list --file doors.yaml
  tocsin doors test --door zendesk --file doors.yaml < body.json`
}

// doorsFlag names the doors' file, where one counts.
type doorsFlag struct {
	File string `type:"existingfile" env:"TOCSIN_DOORS_FILE" help:"The doors' file; none by default."`
}

// read is the file's text; empty where there is none.
func (f doorsFlag) read() ([]byte, error) {
	if f.File == "" {
		return nil, nil
	}
	return os.ReadFile(f.File)
}

// inFile puts the file before each line of what is wrong in it, as line:column: text.
func inFile(file string, err error) error {
	if err == nil || file == "" || !unicode.IsDigit(rune(err.Error()[0])) {
		return err
	}
	return fmt.Errorf("%s:%s", file, strings.ReplaceAll(err.Error(), "\n", "\n"+file+":"))
}

type doorsCheckCmd struct {
	formatFlag
	File string `arg:"" type:"existingfile" help:"The doors' file."`
}

func (doorsCheckCmd) Help() string {
	return `Examples:
  tocsin doors check doors.yaml
  tocsin doors check doors.yaml --output json | jq .missing`
}

// Run is `tocsin doors check`.
func (c *doorsCheckCmd) Run(s *streams) error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	missing, err := intake.CheckDoors(text, filepath.Dir(c.File), os.LookupEnv)
	if err != nil {
		return inFile(c.File, err)
	}
	asking := intake.AskClients(text)
	if c.json() {
		return json.NewEncoder(s.out).Encode(map[string]any{
			"file": c.File, "missing": append([]string{}, missing...), "ask_clients": append([]string{}, asking...),
		})
	}
	if len(missing) > 0 {
		fmt.Fprintf(s.out, "named by the file and not there, without which intake does not start with it: %s\n", strings.Join(missing, ", "))
	}
	if len(asking) > 0 {
		fmt.Fprintf(s.out, "ask for a client's certificate, for which the server needs TOCSIN_TLS_CLIENT_CA: %s\n", strings.Join(asking, ", "))
	}
	_, err = fmt.Fprintf(s.out, "%s is a valid doors' file\n", c.File)
	return err
}

type doorsListCmd struct {
	doorsFlag
	formatFlag
}

func (doorsListCmd) Help() string {
	return `Examples:
  tocsin doors list
  tocsin doors list --file doors.yaml --output json | jq .path`
}

// Run is `tocsin doors list`.
func (c *doorsListCmd) Run(s *streams) error {
	text, err := c.read()
	if err != nil {
		return err
	}
	list, err := intake.Doors(text)
	if err != nil {
		return inFile(c.File, err)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	bounded := slices.ContainsFunc(list, func(d intake.DoorListed) bool { return d.Trust != "" })
	if !c.json() {
		fmt.Fprint(w, "PATH\tVENDOR\tKIND\tSOURCE\tSIGNS\tCREDENTIALS")
		if bounded {
			fmt.Fprint(w, "\tTRUST\tSPEAKS FOR")
		}
		fmt.Fprintln(w)
	}
	for _, d := range list {
		if c.json() {
			if err := json.NewEncoder(s.out).Encode(d); err != nil {
				return err
			}
			continue
		}
		signs, let := "no", "none: closed"
		if d.Signs {
			signs = "yes"
		}
		if lets := d.Credentials; len(lets)+len(d.Clients) > 0 {
			for _, client := range d.Clients {
				lets = append(lets, "client:"+client)
			}
			let = strings.Join(lets, " ")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s", d.Path, d.Vendor, d.Kind, d.Source, signs, let)
		if bounded {
			fmt.Fprintf(w, "\t%s\t%s", cmp.Or(d.Trust, "platform"), speaksFor(d))
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// speaksFor says for whom a door speaks.
func speaksFor(d intake.DoorListed) string {
	switch {
	case d.Trust == "":
		return "everybody"
	case d.Platform:
		return strings.Join(append(slices.Clone(d.OnlyTenants), "the platform"), " ")
	}
	return strings.Join(d.OnlyTenants, " ")
}
