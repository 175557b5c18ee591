// Command lcsync keeps the configuration of a LiveChat license in a YAML file.
package main

import (
	"os"

	"lcsync/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args, os.Stdin, os.Stdout, os.Stderr)) }
