//go:build !race

package api

// raceEnabled tells that everything takes several times as long.
const raceEnabled = false
