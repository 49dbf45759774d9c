package browsertest

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A chromium is the browser of this test binary, which starts once: a start takes
// seconds. Each test has a profile of its own in it, as if nobody had been there.
type chromium struct {
	once sync.Once
	ctx  context.Context
	err  error
	stop []func()
}

var shared chromium

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	for i := len(shared.stop) - 1; i >= 0; i-- {
		shared.stop[i]()
	}
	os.Exit(code)
}

// open is the running browser; its error says why there is none.
func (c *chromium) open() (context.Context, error) {
	c.once.Do(c.start)
	return c.ctx, c.err
}

func (c *chromium) start() {
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil && browser == "" {
			browser = path
		}
	}
	if browser == "" {
		c.err = errors.New("there is no Chromium to look at pages with; run deploy/scripts/test-setup, or set TOCSIN_SKIP_BROWSER=1 to leave this out")
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("lang", "en"), chromedp.Flag("accept-lang", "en"))
	alloc, done := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, leave := chromedp.NewContext(alloc)
	c.ctx, c.stop = ctx, []func(){done, leave}
	c.err = chromedp.Do(ctx)
}

// start opens a tab in a profile of its own.
func start(t *testing.T) *tab {
	t.Helper()
	if os.Getenv("TOCSIN_SKIP_BROWSER") == "1" {
		t.Skip("TOCSIN_SKIP_BROWSER=1: Chromium could not be installed; make test said why")
	}
	browser, err := shared.open()
	if err != nil {
		t.Fatal(err)
	}
	ctx, done := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(done)
	return (&tab{T: t, ctx: ctx, shots: shelf(t)}).listen()
}

// another opens another tab of the same profile.
func (b *tab) another() *tab {
	ctx, done := chromedp.NewContext(b.ctx)
	b.Cleanup(done)
	return (&tab{T: b.T, ctx: ctx, shots: b.shots}).listen()
}

// shelf is where screenshots are kept; empty where nobody wants to look at them.
func shelf(t *testing.T) string {
	if dir := os.Getenv("TOCSIN_SCREENSHOTS"); dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	if f := flag.Lookup("test.artifacts"); f != nil && f.Value.String() == "true" {
		return t.ArtifactDir()
	}
	return ""
}

// foremost has the tab behave as the one in front, whichever else are open.
var foremost = chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
	_, err := cdp.Call(ctx, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	return err
})
