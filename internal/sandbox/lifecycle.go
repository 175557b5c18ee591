package sandbox

import (
	"fmt"
	"strings"
	"time"
)

// stage is the response header with the end of a version's stage.
type stage struct {
	header string // "" = none
	ends   string // YYYY-MM-DD
}

// stageHeaders are the headers by the names Options.Lifecycle takes.
var stageHeaders = map[string]string{"legacy": "Legacy", "deprecation": "Deprecation"}

// usualStages are the default stages of the legacy versions, in days from the
// creation of the license. The pages name the headers but no dates.
var usualStages = map[string]struct {
	stage string
	days  int
}{
	"3.1": {"deprecation", 60},
	"3.2": {"deprecation", 90},
	"3.3": {"legacy", 180},
	"3.4": {"legacy", 270},
}

// checkVersions refuses unknown versions and stages.
func (o *Options) checkVersions() error {
	for _, version := range o.Unsupported {
		if versions[version] == nil {
			return fmt.Errorf("cannot switch off version %q: use one of %s", version, quoted(sortedKeys(versions)))
		}
	}
	for _, version := range sortedKeys(o.Lifecycle) {
		if versions[version] == nil {
			return fmt.Errorf("lifecycle of version %q: use one of %s", version, quoted(sortedKeys(versions)))
		}
		name, ends, _ := strings.Cut(o.Lifecycle[version], ":")
		if _, err := time.Parse(time.DateOnly, ends); err != nil || stageHeaders[name] == "" {
			return fmt.Errorf("lifecycle of version %s: %q is not legacy:YYYY-MM-DD or deprecation:YYYY-MM-DD",
				version, o.Lifecycle[version])
		}
	}
	return nil
}

// stages are the versions' headers; the options are checked.
func (o *Options) stages() map[string]stage {
	out := map[string]stage{}
	for version, usual := range usualStages {
		ends := o.Clock.Now().UTC().AddDate(0, 0, usual.days).Format(time.DateOnly)
		out[version] = stage{stageHeaders[usual.stage], ends}
	}
	for version, given := range o.Lifecycle {
		name, ends, _ := strings.Cut(given, ":")
		out[version] = stage{stageHeaders[name], ends}
	}
	return out
}

// stageOf returns a version's header. A version that is switched off has none.
func (l *License) stageOf(version string) stage {
	for _, off := range l.opts.Unsupported {
		if off == version {
			return stage{}
		}
	}
	return l.stages[version]
}

// oldSpellings are the error types with other spellings, by version. 3.1's page
// has none; 3.1 is assumed to spell them like 3.2.
var oldSpellings = map[string]map[string]string{
	"3.1": {errAlreadyExists: "already_exist", errOwnership: "transfer_ownership"},
	"3.2": {errAlreadyExists: "already_exist", errOwnership: "transfer_ownership"},
	"3.3": {errOwnership: "transfer_ownership"},
}

// spelled returns an error in the spelling of a version.
func spelled(version string, err *apiError) *apiError {
	if err == nil || oldSpellings[version][err.kind] == "" {
		return err
	}
	out := *err
	out.kind, out.status = oldSpellings[version][err.kind], err.httpStatus()
	return &out
}
