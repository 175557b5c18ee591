package cli

import (
	"time"

	"lcsync/internal/wire/wiretest"
)

func newClock() *wiretest.Clock {
	return wiretest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
}
