package route

import (
	"maps"
	"slices"
	"time"
)

// Heartbeats say whose silence is told, and who else watches.
type Heartbeats struct {
	// Sources are those that are to be heard, each within its time.
	Sources map[string]time.Duration `yaml:"sources"`
	// Others is for every other source that was heard once; zero is never.
	Others time.Duration `yaml:"others"`
	// Destinations is for how long one may take nothing of what waits for it; zero
	// is for ever.
	Destinations time.Duration `yaml:"destinations"`
	// Beat goes out to a third party; nil is none.
	Beat *Beat `yaml:"beat"`
}

// A Beat is a request to somebody outside who notices when it stays away.
type Beat struct {
	// Every is how often it is sent while all is well.
	Every time.Duration `yaml:"every"`
	URL   string        `yaml:"url"`
	// Method is GET or POST; empty is GET.
	Method string `yaml:"method"`
	// Fail says that while something is wrong it goes to the URL with /fail behind
	// its path, instead of nowhere.
	Fail bool `yaml:"fail"`
}

const (
	// shortest is the shortest silence that can be told from none: sources are said
	// to be heard, and looked at, every ten seconds.
	shortest = 30 * time.Second
	// longest is how long it is known when a source was heard.
	longest = 90 * 24 * time.Hour
	// fastest and slowest are how often a beat goes out.
	fastest, slowest = 10 * time.Second, 24 * time.Hour
)

func (c *checker) heartbeats(h *Heartbeats) {
	if h == nil {
		return
	}
	const path = "$.heartbeats"
	for _, name := range slices.Sorted(maps.Keys(h.Sources)) {
		if name == "" {
			c.wrong(path+".sources", "a source has a name")
			continue
		}
		c.within(path+".sources."+quoted(name), h.Sources[name])
	}
	for _, part := range []struct {
		name string
		is   time.Duration
	}{{"others", h.Others}, {"destinations", h.Destinations}} {
		if part.is != 0 {
			c.within(path+"."+part.name, part.is)
		}
	}
	b := h.Beat
	if b == nil {
		return
	}
	if b.URL == "" {
		c.wrong(path+".beat", "a beat has a url: write https://host/path, or ${NAME} of the environment")
	}
	if b.Every < fastest || b.Every > slowest {
		c.wrong(path+".beat.every", "every is from %s to %s, as 1m", fastest, slowest)
	}
	if b.Method != "" {
		c.among(path+".beat.method", "method", b.Method, []string{"GET", "POST"})
	}
}

// within says whether a silence can be told.
func (c *checker) within(path string, d time.Duration) {
	if d < shortest || d > longest {
		c.wrong(path, "a silence is told after 30s to 2160h (90 days), not after %s", d)
	}
}
