package wiretest

import (
	"net/http"

	"lcsync/internal/wire/direct"
)

// Server is a handler and an address for it; see direct.Server.
type Server = direct.Server

// Serve returns a server with an address of its own.
func Serve(h http.Handler) *Server { return direct.Serve(h) }
