// Package metrics writes what a check found as a file of Prometheus's text
// format, for the textfile collector of its node exporter.
package metrics

import (
	"bytes"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Check is what one check came to. Where it failed, only the fields up to
// Requests count.
type Check struct {
	Profile  string // label of all metrics, "" for the environment
	ExitCode int
	Failed   bool // nothing is known of the license
	Time     time.Time
	Duration time.Duration
	Requests int

	Differences map[string]map[string]int // by kind and action
	Objects     map[string]int            // of the license, by kind
	Incomplete  []string                  // kinds of which something could not be read
	Versions    []Version
}

// Version is a version of the API that is going to be switched off.
type Version struct {
	Name, Stage string
	DaysLeft    int
}

// Name of the metric that a failed check keeps.
const lastSuccess = "lcsync_drift_last_success_timestamp_seconds"

// Write replaces a file atomically, readable for everybody. old is what the file
// held: where the check has not read everything, the time of the last that had
// stays.
func Write(file string, old []byte, c Check) error {
	r := prometheus.NewRegistry()
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, append([]string{"profile"}, labels...))
		r.MustRegister(g)
		return g
	}
	set := func(name, help string, v float64) { gauge(name, help).WithLabelValues(c.Profile).Set(v) }
	set("lcsync_drift_exit_code", "Exit code of the last check: 0 no drift, 2 drift, 3 incomplete, anything else failed.", float64(c.ExitCode))
	set("lcsync_drift_last_check_timestamp_seconds", "When the last check ended.", seconds(c.Time))
	set("lcsync_drift_duration_seconds", "How long the last check took.", c.Duration.Seconds())
	set("lcsync_drift_requests", "Requests that the last check made.", float64(c.Requests))
	success := succeeded(old, c.Profile)
	if !c.Failed && len(c.Incomplete) == 0 {
		success = seconds(c.Time)
	}
	if success > 0 {
		set(lastSuccess, "When a check last read everything.", success)
	}
	if !c.Failed {
		c.found(gauge)
	}
	return prometheus.WriteToTextfile(file, r)
}

// found sets what is known of the license.
func (c Check) found(gauge func(name, help string, labels ...string) *prometheus.GaugeVec) {
	differences := gauge("lcsync_drift_differences", "Differences between the license and the snapshot.", "kind", "action")
	for kind, actions := range c.Differences {
		for action, n := range actions {
			differences.WithLabelValues(c.Profile, kind, action).Set(float64(n))
		}
	}
	objects := gauge("lcsync_drift_objects", "Objects of the license that were read.", "kind")
	for kind, n := range c.Objects {
		objects.WithLabelValues(c.Profile, kind).Set(float64(n))
	}
	incomplete := gauge("lcsync_drift_incomplete", "Kinds of which something could not be read.", "kind")
	for _, kind := range c.Incomplete {
		incomplete.WithLabelValues(c.Profile, kind).Set(1)
	}
	left := gauge("lcsync_api_version_days_left", "Days until the stage of the API version ends.", "version", "stage")
	for _, v := range c.Versions {
		left.WithLabelValues(c.Profile, v.Name, v.Stage).Set(float64(v.DaysLeft))
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// succeeded returns when a check of a profile last read everything, as a file of
// metrics tells; 0 if it does not.
func succeeded(old []byte, profile string) float64 {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(old))
	if err != nil || families[lastSuccess] == nil {
		return 0
	}
	for _, m := range families[lastSuccess].GetMetric() {
		if label(m, "profile") == profile {
			return m.GetGauge().GetValue()
		}
	}
	return 0
}

func label(m *dto.Metric, name string) string {
	for _, l := range m.GetLabel() {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}
