package cli

type routesCmd struct {
	Preview routesPreviewCmd `cmd:"" help:"Show what people would read, in the words of a folder; needs no server."`
}

func (routesCmd) Help() string {
	return `Examples:
  tocsin routes preview
  tocsin routes preview approved --language de --audience requester
  tocsin routes preview --words ./words --tenant acme`
}
