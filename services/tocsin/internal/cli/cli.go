// Package cli is the command line: one file a command, each a struct whose
// fields are its flags and whose Run does the work.
//
// Errors go to stderr as one sentence that says what to do. Exit codes: 0 done,
// 1 failed, 2 wrong usage.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the grammar of the command line, in the order of `--help`.
type commands struct {
	Up         upCmd         `cmd:"" help:"Run the whole system in one process: bus, ledger, five services, console."`
	Demo       demoCmd       `cmd:"" help:"Play a day into a running system within a minute."`
	Publish    publishCmd    `cmd:"" help:"Send ticket events and signals, one JSON object a line, from stdin."`
	Import     importCmd     `cmd:"" help:"Take in the tickets that a helpdesk has open already, with their notes and times."`
	Watch      watchCmd      `cmd:"" help:"Show what people are told, live."`
	Case       caseCmd       `cmd:"" help:"List, show and decide cases."`
	Deliveries deliveriesCmd `cmd:"" help:"Who was told what, where and when, with each attempt and its answer."`
	Label      labelCmd      `cmd:"" help:"Say how tickets should have been read; list and export what was said."`
	Roster     rosterCmd     `cmd:"" help:"Say which technicians there are, when they work, and who is away."`
	Report     reportCmd     `cmd:"" help:"How leadership decided: times, approvals, ETAs, requests, weeks."`
	Classify   classifyCmd   `cmd:"" help:"Assess notes from stdin against the policy; needs no server."`
	Eval       evalCmd       `cmd:"" help:"Measure assessments against labelled notes; needs no server."`
	Train      trainCmd      `cmd:"" help:"Learn the model that reads notes from labelled notes; needs no server."`
	Replay     replayCmd     `cmd:"" help:"Run the rules over signals from stdin; needs no server."`
	Explain    explainCmd    `cmd:"" help:"Say why a condition changed, or how near one is to being raised."`
	Audit      auditCmd      `cmd:"" help:"Check that nothing decided was changed in secret; export it; erase a tenant's texts."`
	Backup     backupCmd     `cmd:"" help:"Write a copy of the ledger while it is in use."`
	Restore    restoreCmd    `cmd:"" help:"Put a copy of the ledger back where none is."`
	Keys       keysCmd       `cmd:"" help:"Copy the keys that what people wrote is sealed with, and put them back."`
	Tenant     tenantCmd     `cmd:"" help:"Hand out what is kept of a tenant; erase it; remove texts of tickets that are long closed."`
	Token      tokenCmd      `cmd:"" help:"Give programs a way in, and take it back."`
	SigninLink signinLinkCmd `cmd:"" name:"signin-link" help:"Print a link by which you sign in to the console of this machine, once."`
	Policy     policyCmd     `cmd:"" help:"Check, show and compare policy files."`
	Doors      doorsCmd      `cmd:"" help:"Say what comes in by which door, and what becomes of it."`
	Routes     routesCmd     `cmd:"" help:"Say who hears what, and in which words."`
	Schedule   scheduleCmd   `cmd:"" help:"Say who is on call when, and what a calendar would change."`
	Mute       muteCmd       `cmd:"" help:"Say what is not told for a while, and why."`
	Doctor     doctorCmd     `cmd:"" help:"Say what is wrong with connections, streams, clocks and disk, and what to do."`
	Rejected   rejectedCmd   `cmd:"" help:"What doors did not take, why, and another try."`
	Deadletter deadletterCmd `cmd:"" help:"What was parked, why, and a way back in."`
}

// streams are the program's own input and outputs.
type streams struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
}

// Run runs one command line and returns the exit code.
func Run(args []string, in io.Reader, out, errw io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // from here on a second signal kills
	exit := -1
	parser, err := kong.New(&commands{}, kong.Name("tocsin"),
		kong.Description("Finds which support tickets and platform failures deserve an escalation, with the evidence, and brings them to the people who decide."),
		kong.Writers(out, errw), kong.Exit(func(code int) { exit = code }), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintf(errw, "tocsin: %v\n", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	cmd, err := parser.Parse(args)
	if exit >= 0 {
		return exit // --help
	}
	if err != nil {
		fmt.Fprintf(errw, "tocsin: %v; see %s --help\n", err, asked(err))
		return 2
	}
	err = cmd.Run(&streams{ctx, in, out, errw})
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(errw, "tocsin: %v\n", err)
		return 2
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return 1
	}
	fmt.Fprintf(errw, "tocsin: %v\n", err)
	return 1
}

// asked is the command that was called wrongly, as far as it is known.
func asked(err error) string {
	var wrong *kong.ParseError
	if errors.As(err, &wrong) && wrong.Context != nil {
		if node := wrong.Context.Selected(); node != nil {
			return node.FullPath()
		}
	}
	return "tocsin"
}

// usageError says that the command was called wrongly.
type usageError struct{ error }

func wrongUsage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// formatFlag chooses between people and scripts.
type formatFlag struct {
	Output string `enum:"text,json" default:"text" help:"text for people, json for one JSON object a line."`
}

func (f formatFlag) json() bool { return f.Output == "json" }
