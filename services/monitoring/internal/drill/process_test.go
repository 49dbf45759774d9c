//go:build unix

package drill

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"tocsin/pkg/proctest"
)

// patience is how long a fact may take to come true on a busy machine.
const patience = proctest.Patience

// A process is one of those of the monitoring service.
type process struct{ *proctest.Process }

// elected is where in the journal, and when, the process last said that it owns
// the shards; the zero time if it never did.
func (p *process) elected() (place int, at time.Time) {
	text := p.Log.Text()
	place = bytes.LastIndex(text, []byte(owns))
	if place < 0 {
		return 0, time.Time{}
	}
	line := text[bytes.LastIndexByte(text[:place], '\n')+1:]
	const before = `{"time":"`
	if end := bytes.IndexByte(line[len(before):], '"'); end > 0 {
		at, _ = time.Parse(time.RFC3339Nano, string(line[len(before):][:end]))
	}
	return place, at
}

// monitoring is one of the processes that stand by for each other.
func monitoring(t testing.TB, name, bin string, env ...string) *process {
	t.Helper()
	args, env := []string{filepath.Join(bin, "monitoring")}, append(env, "TOCSIN_HTTP_ADDR=127.0.0.1:0")
	return &process{proctest.Run(t, &proctest.Process{Name: name, Args: args, Env: env})}
}
