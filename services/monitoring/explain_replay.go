package monitoring

import (
	"context"
	"fmt"
	"io"
	"time"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/explain"
)

// ExplainReplay is Explain for the changes of a replay of this input, without a
// server: ids and standings are those of Replay with the same options.
func ExplainReplay(ctx context.Context, in io.Reader, out io.Writer, opts ExplainOptions) error {
	e := &explaining{r: &replaying{opts: opts.ReplayOptions}, out: out, opts: opts}
	defer e.r.close()
	if err := e.r.read(ctx, in); err != nil {
		return err
	}
	if err := e.r.history.Seal(e.r.stage(ctx, stageSort)); err != nil {
		return err
	}
	if isID(opts.What) {
		return e.replayed(ctx, opts.What)
	}
	of, w := targetOf(opts.What), explain.Watcher{KeepFrom: opts.Policy.Rules.KeepFrom}
	if err := e.again(ctx, w.See); err != nil {
		return err
	}
	return e.near(&w, of)
}

// replayed explains a change of the replay. The first run finds what it is of and
// which signals it counts, the second what those say.
func (e *explaining) replayed(ctx context.Context, id string) error {
	first := explain.Find(id, nil)
	if err := e.again(ctx, first.See); err != nil {
		return err
	}
	target, found := first.Found()
	if !found {
		return fmt.Errorf("no change with the id %s is among those of this input; `tocsin replay` lists them, with the same policy and flags", id)
	}
	second := explain.Find(id, &target)
	second.Want(first.Raw().Evidence)
	if err := e.again(ctx, second.See); err != nil {
		return err
	}
	c := second.Change(e.opts.Policy.Version)
	c.Reexecuted = explain.File
	return e.write(c)
}

// again runs the rules over the whole input.
func (e *explaining) again(ctx context.Context, see func(*explain.Step)) error {
	if e.opts.Assessing != nil {
		e.r.opts.Assess = e.opts.Assessing()
	}
	return e.r.feed(ctx, func(engine *detect.Engine, s *detect.Signal, clock time.Time, changes []detect.Change) {
		see(&explain.Step{Engine: engine, Read: clock, Signal: s, Changes: changes})
	}, newWriter(io.Discard, e.opts.Policy.Version))
}
