package console

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestEveryTextIsThereInBothLanguages(t *testing.T) {
	verb := regexp.MustCompile(`%(\[\d\])?[sd]`)
	for key, text := range words {
		if text[0] == "" || text[1] == "" {
			t.Errorf("%s lacks a language", key)
		}
		if en, de := len(verb.FindAllString(text[0], -1)), len(verb.FindAllString(text[1], -1)); en != de {
			t.Errorf("%s takes %d values in English and %d in German", key, en, de)
		}
	}
	n := 0
	for _, table := range tables() {
		n += len(table)
	}
	if len(words) != n {
		t.Error("a key stands in two tables")
	}
}

// Keys are looked up by literals, or made of a kind and a value.
func TestEveryTextIsUsedAndEveryUsedTextIsThere(t *testing.T) {
	var all strings.Builder
	for _, pattern := range []string{"*.go", "pages/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := fs.ReadFile(os.DirFS("."), file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(file, "words") {
				all.Write(text)
			}
		}
	}
	code := all.String()
	for _, m := range regexp.MustCompile(`(?:\.T|\.Count|\.say|\.Count)(?: |\()"([a-z0-9.-]+)"`).FindAllStringSubmatch(code, -1) {
		if _, ok := words[m[1]]; !ok && !strings.HasSuffix(m[1], ".") {
			t.Errorf("%s is used and not there", m[1])
		}
	}
	for key := range wordsOfPages {
		made := regexp.MustCompile(`^(queue|still|seen|env)\.|\.1$`).MatchString(key)
		if !made && !strings.Contains(code, `"`+key+`"`) {
			t.Errorf("%s is there and not used", key)
		}
	}
	for key := range join(wordsOfLists, wordsOfPolicy) {
		made := regexp.MustCompile(`^(nav|sieve|severity|several)\.|\.(page|none|1)$`).MatchString(key)
		if !made && !strings.Contains(code, `"`+key+`"`) {
			t.Errorf("%s is there and not used", key)
		}
	}
	for key := range wordsOfConditions {
		made := key == "nav.conditions" || regexp.MustCompile(`^(board|blind|stands|change|counts|of)\.|\.1$`).MatchString(key)
		if !made && !strings.Contains(code, `"`+key+`"`) {
			t.Errorf("%s is there and not used", key)
		}
	}
	for key := range wordsOfTeaching {
		if !strings.HasPrefix(key, "teach.wrong.") && !strings.Contains(code, `"`+key+`"`) {
			t.Errorf("%s is there and not used", key)
		}
	}
	for key := range wordsOfLinks {
		made := regexp.MustCompile(`^link\.(open|done|seen|decided|round|over|expired|forged)(\.hint)?$`).MatchString(key)
		if !made && !strings.Contains(code, `"`+key+`"`) {
			t.Errorf("%s is there and not used", key)
		}
	}
	for key := range wordsOfAdvice {
		if !strings.HasPrefix(key, "unheard.") && !strings.Contains(code, `"`+key+`"`) {
			t.Errorf("%s is there and not used", key)
		}
	}
	for key := range wordsOfOrders {
		made := regexp.MustCompile(`^(act|done|decided|signin)\.`).MatchString(key)
		if !made && !strings.Contains(code, `"`+key+`"`) {
			t.Errorf("%s is there and not used", key)
		}
	}
}

func TestTheLanguageIsTheOneAskedForElseTheBrowsers(t *testing.T) {
	for _, tc := range []struct {
		query, cookie, accept string
		want                  lang
	}{
		{"", "", "", english},
		{"", "", "de-AT,de;q=0.9,en;q=0.8", german},
		{"", "", "fr, en;q=0.4, de;q=0.8", german},
		{"", "", "fr;q=x, *", english},
		{"", "", "de;q=0", english},
		{"", "de", "en", german},
		{"", "fr", "de", german},
		{"?lang=en", "de", "de", english},
		{"?lang=fr", "", "de", german},
	} {
		r := httptest.NewRequest(http.MethodGet, "/"+tc.query, nil)
		r.Header.Set("Accept-Language", tc.accept)
		if tc.cookie != "" {
			r.Header.Set("Cookie", langCookie+"="+tc.cookie)
		}
		if got := langOf(httptest.NewRecorder(), r); got != tc.want {
			t.Errorf("%+v gives %s", tc, got)
		}
	}
}

func TestNumbersAndSpansReadAsPeopleWriteThem(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{english.Number(0), "0"},
		{english.Number(uint32(999)), "999"},
		{english.Number(1234567), "1,234,567"},
		{german.Number(12345), "12.345"},
		{english.span(59 * time.Second), "0 min"},
		{english.span(-34 * time.Minute), "34 min"},
		{english.span(65 * time.Minute), "1 h 05 min"},
		{german.span(51 * time.Hour), "2 Tg 3 h"},
		{english.Count("row.tickets", 1), "1 ticket"},
		{german.Count("people", 1200), "1.200 Personen"},
		{english.Word("state", "unheard_of"), "unheard_of"},
	} {
		if tc.got != tc.want {
			t.Errorf("%q, want %q", tc.got, tc.want)
		}
	}
}
