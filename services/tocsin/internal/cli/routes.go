package cli

type routesCmd struct {
	Check   routesCheckCmd   `cmd:"" help:"Validate a file of routes, with line and column; needs no server."`
	Explain routesExplainCmd `cmd:"" help:"Say who would hear something, and why the others would not; needs no server without --live."`
	Test    routesTestCmd    `cmd:"" help:"Say who would have heard what tocsin watch printed; needs no server without --live."`
	Preview routesPreviewCmd `cmd:"" help:"Show what people would read, in the words of a folder; needs no server."`
}

func (routesCmd) Help() string {
	return `Examples:
  tocsin routes check routes.yaml
  tocsin routes explain routes.yaml --reasons site_outage --at 2026-11-20T22:30:00Z
  tocsin watch --since 24h --output json | tocsin routes test routes.yaml
  tocsin routes preview
  tocsin routes preview approved --language de --audience requester
  tocsin routes preview --words ./words --tenant acme`
}
