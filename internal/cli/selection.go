package cli

import (
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/resource"
)

// selectionFlags are --only and --skip.
func selectionFlags() []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringSliceFlag{Name: "only", Usage: "leave out every kind but `KIND,…`"},
		&ucli.StringSliceFlag{Name: "skip", Usage: "leave out `KIND,…`; what is skipped is never incomplete"},
	}
}

// selectKinds returns the kinds of a version of the API ("" = the current one)
// that a command is about, in the registry's order: those of --only, else all
// but those of --skip and those that the profile skips. Kinds that are opt-in
// are left out unless --only names them or optIn says so.
func selectKinds(c *ucli.Context, version string, profileSkip []string, optIn bool) ([]*resource.Kind, error) {
	only, skip := splitList(c.StringSlice("only")), splitList(c.StringSlice("skip"))
	all := resource.KindsAt(version)
	for _, name := range slices.Concat(only, skip) {
		if !slices.Contains(kindNames(all), name) {
			return nil, unknownKind(name, version)
		}
	}
	if isOptIn := func(k *resource.Kind) bool { return k.OptIn }; optIn && !slices.ContainsFunc(all, isOptIn) {
		return nil, usagef("leave --with-routing-statuses out", "version %s of the API has no routing statuses to export", version)
	}
	var kinds []*resource.Kind
	for _, k := range all {
		switch named := slices.Contains(only, k.Name); {
		case slices.Contains(skip, k.Name), len(only) > 0 && !named:
		case !named && slices.Contains(profileSkip, k.Name):
		case !named && k.OptIn && !optIn:
		default:
			kinds = append(kinds, k)
		}
	}
	if len(kinds) == 0 {
		return nil, usagef("", "--only and --skip leave no kind")
	}
	return kinds, nil
}

// kindNames returns the names of kinds.
func kindNames(kinds []*resource.Kind) []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name
	}
	return names
}

// unknownKind is an error about a kind that a version of the API has not.
func unknownKind(name, version string) error {
	names := kindNames(resource.KindsAt(version))
	hint := "the kinds are " + strings.Join(names, ", ")
	if version != "" {
		hint = "the kinds of version " + version + " are " + strings.Join(names, ", ")
		if resource.Lookup(name) != nil {
			return usagef(hint, "version %s of the API has no %s", version, strings.ReplaceAll(name, "_", " "))
		}
	}
	if near := suggest(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return usagef(hint, "unknown kind %q", name)
}
