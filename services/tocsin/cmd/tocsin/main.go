// Command tocsin is the whole system in one process, and its tools.
package main

import (
	"os"

	"tocsin/services/tocsin/internal/cli"
)

func main() { os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
