package deliver

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"text/template"
	"text/template/parse"

	"tocsin/pkg/policy"
)

// The words stand in templates/<language>/<audience>.tmpl, each message as
// "<kind>.title" and "<kind>.body"; "colleague" is the CSM and the agent,
// "several" is what is said of messages themselves, and "pulse" of who is heard.
//
//go:embed templates
var templates embed.FS

// builtIn are the words that the program carries.
var builtIn = sync.OnceValues(func() (*Words, error) {
	own, err := fs.Sub(templates, "templates")
	if err != nil {
		return nil, err
	}
	w := &Words{sets: map[place]*template.Template{}}
	for _, p := range places() {
		if w.sets[p], err = template.New(p.audience).Funcs(functions(p.language)).ParseFS(own, p.file()); err != nil {
			return nil, fmt.Errorf("read the words for %s in %s: %w", p.audience, p.language, err)
		}
	}
	return w, nil
})

// Words are the templates of all messages.
type Words struct {
	sets map[place]*template.Template
	// under are the words that stand where these do not fit a message.
	under *Words
	// strict refuses what does not fit.
	strict bool
}

// A place is where the words of one kind of reader stand. Those of a tenant
// stand before those of all.
type place struct{ tenant, language, audience string }

func (p place) file() string { return p.language + "/" + p.audience + ".tmpl" }

// Languages are those that there are words in.
func Languages() []string { return []string{"de", "en"} }

// places are those that the program carries words for.
func places() []place {
	var all []place
	for _, lang := range Languages() {
		for _, audience := range []string{Leadership, Requester, "colleague", "several", "pulse"} {
			all = append(all, place{language: lang, audience: audience})
		}
	}
	return all
}

// ReadWords reads a folder whose words stand in place of the program's: each
// file may define any of the messages and parts that the program's file of the
// same name defines, and the others stay as they are. Files are
//
//	<language>/<audience>.tmpl
//	tenants/<tenant>/<language>/<audience>.tmpl
//
// with en or de, and leadership, requester, colleague, several or pulse. Words that
// could never be used, that are empty, or that do not fit the messages that
// Samples lists are refused with their file and line.
func ReadWords(folder fs.FS) (*Words, error) {
	under, err := builtIn()
	if err != nil {
		return nil, err
	}
	w := &Words{sets: map[place]*template.Template{}, under: under}
	// In the order of their names, so that a tenant's words stand on those of all.
	err = fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".tmpl" {
			return err
		}
		return w.overlay(folder, name)
	})
	if err != nil {
		return nil, err
	}
	return w, w.fit()
}

// placeOf is where a file's words stand.
func placeOf(name string) (place, bool) {
	var p place
	parts := strings.Split(name, "/")
	if len(parts) == 4 && parts[0] == "tenants" {
		p.tenant, parts = parts[1], parts[2:]
	}
	if len(parts) != 2 {
		return p, false
	}
	p.language, p.audience = parts[0], strings.TrimSuffix(parts[1], ".tmpl")
	ours := slices.Contains(places(), place{language: p.language, audience: p.audience})
	return p, ours && (p.tenant == "" || p.audience == Requester || p.audience == "colleague")
}

// overlay puts the words of one file over the program's.
func (w *Words) overlay(folder fs.FS, name string) error {
	p, ok := placeOf(name)
	if !ok {
		return fmt.Errorf("%s: nobody reads words there; write en/requester.tmpl, or tenants/<tenant>/de/requester.tmpl, with de or en, and leadership, requester, colleague, several or pulse (a tenant has requester and colleague)", name)
	}
	text, err := fs.ReadFile(folder, name)
	if err != nil {
		return err
	}
	set, err := w.set(place{language: p.language, audience: p.audience}).Clone()
	if err != nil {
		return err
	}
	written, err := template.New(name).Funcs(functions(p.language)).Parse(string(text))
	if err != nil {
		return err // it begins with "template: <file>:<line>:"
	}
	for _, t := range written.Templates() {
		message := strings.HasSuffix(t.Name(), ".title") || strings.HasSuffix(t.Name(), ".body")
		switch {
		case t.Name() == name:
			if t.Tree != nil && !parse.IsEmptyTree(t.Root) {
				return fmt.Errorf("%s: there are words outside of {{define}}: nobody would read them", name)
			}
			continue
		case parse.IsEmptyTree(t.Root):
			return fmt.Errorf("%s: %q is empty", name, t.Name())
		case message && set.Lookup(t.Name()) == nil:
			return fmt.Errorf("%s: there is no message %q; tocsin routes preview lists them", name, t.Name())
		}
		if _, err := set.AddParseTree(t.Name(), t.Tree); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	w.sets[p] = set
	return nil
}

// set is the templates of a place: the tenant's, or those of all.
func (w *Words) set(p place) *template.Template {
	for ; w != nil; w = w.under {
		for _, p := range []place{p, {language: p.language, audience: p.audience}} {
			if set := w.sets[p]; set != nil {
				return set
			}
		}
	}
	return nil
}

// render is the title and the body of a message. Where a folder's words do not
// fit it, the program's are said: people hear of it either way.
func (w *Words) render(p place, kind string, data any) (title, body string, err error) {
	set := w.set(p)
	say := func(part string) string {
		var b strings.Builder
		if e := set.ExecuteTemplate(&b, kind+part, data); e != nil && err == nil {
			err = fmt.Errorf("words for %s in %s: %w", kind+part, p.language, e)
		}
		return b.String()
	}
	title = strings.Join(strings.Fields(say(".title")), " ")
	body = trimmed(say(".body"))
	if err != nil && w.under != nil && !w.strict {
		return w.under.render(p, kind, data)
	}
	return title, body, err
}

// fit says each message in each place's words.
func (w *Words) fit() error {
	strict := *w
	strict.strict = true
	pol := policy.Default()
	for p := range w.sets {
		teller := Teller{Policy: pol, Language: p.language, Words: &strict}
		all, err := teller.Asides()
		for _, s := range Samples(p.language, cmp.Or(p.tenant, "acme")) {
			var told []Notification
			if err == nil {
				told, err = teller.Tell(s.Change)
			}
			if err == nil {
				_, err = teller.Several(append(told, told...))
			}
			if err == nil {
				_, err = teller.MuteEnded(Ended{By: "lena", Why: "drill", News: size(told), Cases: 1, Last: told[:1]})
			}
			all = append(all, told...)
		}
		calls, e := teller.Calls(p.language, "acme")
		if err = cmp.Or(err, e); err != nil {
			return err
		}
		all = append(all, calls...)
		for _, n := range all {
			if n.Title == "" {
				return fmt.Errorf("the words for %s in %s leave the title of %s empty", p.audience, p.language, n.Kind)
			}
		}
	}
	return nil
}

// words are the teller's.
func (t Teller) words() *Words {
	if t.Words != nil {
		return t.Words
	}
	w, err := builtIn()
	if err != nil {
		panic(err) // they are part of the program, and each test reads them
	}
	return w
}

// say finds the words of a message to an audience.
func (t Teller) say(audience, tenant, lang string, v view) (title, body string, err error) {
	if audience == CSM || audience == Agent {
		audience = "colleague"
	}
	return t.words().render(place{tenant, lang, audience}, string(v.Kind), &v)
}

// trimmed takes out what templates leave where a sentence or a paragraph has nothing
// to say: blanks at the end of a line, and more than one empty line.
func trimmed(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	gap := false
	for line := range strings.Lines(strings.TrimSpace(text)) {
		kept := strings.TrimRight(line, " \t\n")
		switch {
		case kept == "":
			gap = true
			continue
		case gap:
			b.WriteString("\n\n")
			kept = strings.TrimLeft(kept, " \t")
		case b.Len() > 0:
			b.WriteByte('\n')
		}
		gap = false
		b.WriteString(kept)
	}
	return b.String()
}
