package cli

import (
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/config"
	"lcsync/internal/resource"
)

// selectionFlags are --only and --skip.
func selectionFlags() []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringSliceFlag{Name: "only", Usage: "leave out every kind but `KIND,…`"},
		&ucli.StringSliceFlag{Name: "skip", Usage: "leave out `KIND,…`; what is skipped is never incomplete"},
	}
}

// objectFlags are --only, which here also takes single objects, and --skip.
func objectFlags() []ucli.Flag {
	flags := selectionFlags()
	flags[0] = &ucli.StringSliceFlag{Name: "only", Usage: "leave out everything but `KIND,…` or single objects as KIND/KEY, KEY as diff prints it or the id: " +
		"--only agents/ben@example.com; repeatable; a comma inside of KEY is written \\,"}
	return flags
}

// readSelection takes the values of --only apart: kinds, and by kind the keys of
// single objects. A kind that is also named as a whole is not narrowed down. The
// first slash ends the kind, a comma the selection; \, is a comma of a key.
func readSelection(values []string) (kinds []string, objects map[string][]string, err error) {
	objects = map[string][]string{}
	whole := map[string]bool{}
	for _, v := range values {
		for _, part := range splitEscaped(v) {
			kind, key, single := strings.Cut(part, "/")
			switch {
			case single && key == "":
				return nil, nil, usagef("write --only KIND/KEY, or KIND for all of it", "--only %s names no object", part)
			case single && !slices.Contains(objects[kind], key):
				objects[kind] = append(objects[kind], key)
			case !single:
				whole[kind] = true
			}
			if !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	for kind := range whole {
		delete(objects, kind)
	}
	return kinds, objects, nil
}

// splitEscaped splits at commas that no backslash stands before.
func splitEscaped(v string) []string {
	const comma = "\x00"
	parts := config.SplitList(strings.ReplaceAll(v, `\,`, comma))
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(p, comma, ",")
	}
	return parts
}

// selectKinds returns the kinds of a version of the API ("" = the current one)
// that a command is about, in the registry's order: those of --only, else all
// but those of --skip and those that the profile skips. Kinds that are opt-in
// are left out unless --only names them or optIn says so.
func selectKinds(c *ucli.Context, version string, profileSkip []string, optIn bool) ([]*resource.Kind, error) {
	only, skip := config.SplitList(c.StringSlice("only")...), config.SplitList(c.StringSlice("skip")...)
	all := resource.KindsAt(version)
	for _, name := range slices.Concat(only, skip) {
		if kind, _, single := strings.Cut(name, "/"); single {
			return nil, usagef("name the kind; diff, plan and apply take single objects", "an export holds whole kinds: it has no place for less of %s", kind)
		}
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
	if near := argv.Suggest(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return usagef(hint, "unknown kind %q", name)
}
