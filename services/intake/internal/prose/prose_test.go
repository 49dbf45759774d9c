package prose_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"tocsin/services/intake/internal/prose"
)

func TestWhatIsHTMLBecomesLines(t *testing.T) {
	for _, tt := range []struct{ name, html, want string }{
		{"a plain text stays", "a < b && \"c\"\n  <3 &amp; so on", "a < b && \"c\"\n  <3 &amp; so on"},
		{"an address in angles stays", "Mia <mia@example.com> wrote", "Mia <mia@example.com> wrote"},
		{"paragraphs", "<p>Good  morning,</p>\n<p>nothing &amp; nobody\nworks.</p>", "Good morning,\n\nnothing & nobody works."},
		{"breaks", "one<br>two<br/><br>three", "one\ntwo\n\nthree"},
		{"blocks", "<div>one</div><div>two <b>bold</b>ly</div>", "one\ntwo boldly"},
		{"a list", "<ul><li>one</li><li>two</li></ul>end", "- one\n- two\nend"},
		{"a quote is one", "<p>Mine</p><blockquote><p>Theirs</p><blockquote>Older</blockquote></blockquote><p>Mine again</p>", "Mine\n\n> Theirs\n>\n> > Older\n\nMine again"},
		{"what stands as it is", "<pre>a  b\n c</pre>", "a  b\n c"},
		{"what is not to be read", "<style>p{}</style><script>x()</script><p>seen</p>", "seen"},
		{"a table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"a link", `<p>see <a href="https://x.example">the page</a>.</p>`, "see the page."},
		{"what is not closed", "<p>one<div>two", "one\ntwo"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := prose.Plain(tt.html); got != tt.want {
				t.Errorf("%q; want %q", got, tt.want)
			}
		})
	}
}

func TestADeepQuoteStaysSmall(t *testing.T) {
	deep := strings.Repeat("<blockquote>", 20000) + "x"
	if got := prose.HTML(deep); len(got) > 100 || !strings.HasSuffix(got, "x") {
		t.Errorf("%d bytes: %.80q", len(got), got)
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("<p>one<br>two</p><blockquote>x</blockquote><pre>a\nb</pre>")
	f.Fuzz(func(t *testing.T, s string) {
		got := prose.Plain(s)
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("%q is not valid UTF-8", got)
		}
		if len(got) > 20*len(s)+20 {
			t.Errorf("%d bytes of %d", len(got), len(s))
		}
	})
}
