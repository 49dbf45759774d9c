package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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
	if c.json() {
		return json.NewEncoder(s.out).Encode(map[string]any{"file": c.File, "missing": append([]string{}, missing...)})
	}
	if len(missing) > 0 {
		fmt.Fprintf(s.out, "named by the file and not there, without which intake does not start with it: %s\n", strings.Join(missing, ", "))
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
	if !c.json() {
		fmt.Fprintln(w, "PATH\tVENDOR\tKIND\tSOURCE\tSIGNS\tCREDENTIALS")
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
		if len(d.Credentials) > 0 {
			let = strings.Join(d.Credentials, " ")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", d.Path, d.Vendor, d.Kind, d.Source, signs, let)
	}
	return w.Flush()
}
