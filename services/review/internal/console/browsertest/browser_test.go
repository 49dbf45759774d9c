package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to show what it should.
const patience = 20 * time.Second

// A tab is one page in Chromium.
type tab struct {
	*testing.T
	ctx    context.Context
	shots  string // empty where none are kept
	mu     sync.Mutex
	wrongs []string
}

// listen collects what the page complains of: exceptions, and what its content policy refused.
func (b *tab) listen() *tab {
	b.Helper()
	err := chromedp.Listen(b.ctx, func(ev any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			b.wrongs = append(b.wrongs, fmt.Sprintf("%+v", ev.ExceptionDetails))
		case *log.EventEntryAdded:
			if ev.Entry.Level == log.EntryLevelError && ev.Entry.Source != log.EntrySourceNetwork {
				b.wrongs = append(b.wrongs, ev.Entry.Text)
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	b.do(foremost)
	b.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, wrong := range b.wrongs {
			b.Errorf("the page complained: %s", wrong)
		}
	})
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, done := context.WithTimeout(b.ctx, patience)
	defer done()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.shoot("failed")
		b.Fatal(err)
	}
}

// click clicks an element. A live page may replace it between being found and
// being clicked; then the one in its place is clicked.
func (b *tab) click(selector string) {
	b.Helper()
	ctx, done := context.WithTimeout(b.ctx, patience)
	defer done()
	err := chromedp.Do(ctx, chromedp.Click(selector))
	for replaced(err) && ctx.Err() == nil {
		err = chromedp.Do(ctx, chromedp.Click(selector))
	}
	if err != nil {
		b.shoot("failed")
		b.Fatalf("clicking %s: %v", selector, err)
	}
}

// replaced says whether a step failed because its element had left the page.
func replaced(err error) bool {
	return err != nil && strings.Contains(err.Error(), "Could not find node with given id")
}

func (b *tab) open(url string) { b.Helper(); b.do(chromedp.Navigate(url)) }
func (b *tab) press(keys string) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// await waits until a script's expression is true in the page.
func (b *tab) await(expression string) {
	b.Helper()
	ctx, done := context.WithTimeout(b.ctx, patience)
	defer done()
	look := time.NewTicker(30 * time.Millisecond)
	defer look.Stop()
	for {
		// A page that is on its way out answers with an error: ask the next one.
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")")); err == nil && ok {
			return
		}
		select {
		case <-ctx.Done():
			b.shoot("failed")
			b.Fatalf("after %s this was not so: %s", patience, expression)
		case <-look.C:
		}
	}
}

// is checks that a script's expression is true in the page now.
func (b *tab) is(expression string) {
	b.Helper()
	ctx, done := context.WithTimeout(b.ctx, patience)
	defer done()
	if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")")); err != nil || !ok {
		b.shoot("failed")
		b.Fatalf("this is not so: %s (%v)", expression, err)
	}
}

// shows waits until an element's text holds the given one.
func (b *tab) shows(selector, text string) {
	b.Helper()
	b.await(fmt.Sprintf("document.querySelector(%q)?.textContent.includes(%q)", selector, text))
}

// look sets the window's width and the colours that the reader prefers.
func (b *tab) look(width int64, scheme string) {
	b.Helper()
	b.do(chromedp.EmulateViewport(width, 900), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	}))
}

// shoot keeps a screenshot of the whole page, where somebody wants to look at it.
func (b *tab) shoot(name string) {
	b.Helper()
	if b.shots == "" {
		return
	}
	ctx, done := context.WithTimeout(b.ctx, patience)
	defer done()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(b.shots, name+".png"), png, 0o644)
	}
	if err != nil {
		b.Errorf("no screenshot of %s: %v", name, err)
	}
}

// album keeps the page light, dark and on a phone.
func (b *tab) album(name string) {
	b.Helper()
	b.look(1280, "light")
	b.shoot(name + "-light")
	b.look(1280, "dark")
	b.shoot(name + "-dark")
	b.look(390, "light")
	b.await("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
	b.shoot(name + "-phone")
	b.look(1280, "light")
}
