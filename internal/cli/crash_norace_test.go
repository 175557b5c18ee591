//go:build !race

package cli

// raceEnabled tells that everything takes several times as long.
const raceEnabled = false
