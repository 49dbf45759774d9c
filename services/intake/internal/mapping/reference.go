package mapping

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"tocsin/services/intake/internal/credential"
)

// A Reference names where a secret is: $NAME or ${NAME} of the environment, or
// file:<path>, beside the doors' file unless it begins with /; white space around it is
// not part of it.
type Reference string

var variable = regexp.MustCompile(`^\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})$`)

// sound says whether it names a place.
func (r Reference) sound() bool {
	path, file := strings.CutPrefix(string(r), "file:")
	return file && strings.TrimSpace(path) != "" || variable.MatchString(string(r))
}

// Variable is the name of the environment's variable; empty where it is a file.
func (r Reference) Variable() string {
	if m := variable.FindStringSubmatch(string(r)); m != nil {
		return m[1] + m[2]
	}
	return ""
}

// File is the path of the file; empty where it is a variable.
func (r Reference) File() string {
	path, file := strings.CutPrefix(string(r), "file:")
	if !file {
		return ""
	}
	return strings.TrimSpace(path)
}

// Places are where secrets are.
type Places struct {
	// Variable is one of the environment; false where it is not set.
	Variable func(name string) (string, bool)
	// File is what a file holds.
	File func(path string) ([]byte, error)
}

// of is the secret; empty where the place is there and holds none.
func (p Places) of(r Reference) (string, error) {
	if name := r.Variable(); name != "" {
		text, set := p.Variable(name)
		if !set {
			return "", fmt.Errorf("set %s in the environment", name)
		}
		return strings.TrimSpace(text), nil
	}
	data, err := p.File(r.File())
	if err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	return strings.TrimSpace(string(data)), nil
}

// Credentials are who is let in, as the places now say. A place that holds nothing
// counts for nothing, so that an old secret is taken away by emptying it; the error
// names each place that is not there.
func (a *Account) Credentials(at Places) (credential.Set, error) {
	set := credential.Set{Clients: a.Clients, Alone: len(a.Clients) > 0 && len(a.References()) == 0}
	var wrong []error
	for _, of := range []struct {
		from []Reference
		to   *[]string
	}{{a.Secrets, &set.Secrets}, {a.Tokens, &set.Tokens}, {a.Passwords, &set.Passwords}} {
		for _, r := range of.from {
			secret, err := at.of(r)
			if err != nil {
				wrong = append(wrong, fmt.Errorf("door %s: %w", a.Name, err))
			}
			if secret != "" {
				*of.to = append(*of.to, secret)
			}
		}
	}
	return set, errors.Join(wrong...)
}

// References are all places that the account names.
func (a *Account) References() []Reference {
	return append(append(append([]Reference{}, a.Secrets...), a.Tokens...), a.Passwords...)
}

// References are all places that the file names.
func (f *File) References() (all []Reference) {
	for _, a := range f.Accounts {
		all = append(all, a.References()...)
	}
	for _, p := range f.Producers {
		all = append(all, p.Tokens...)
	}
	return all
}
