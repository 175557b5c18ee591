package session

import (
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/config"
	"lcsync/internal/resource"
)

// SelectionFlags are --only and --skip.
func SelectionFlags() []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringSliceFlag{Name: "only", Usage: "include only these kinds: `KIND,…`"},
		&ucli.StringSliceFlag{Name: "skip", Usage: "exclude these kinds: `KIND,…`; they never count as incomplete"},
	}
}

// ObjectFlags are --only, here also for single objects, and --skip.
func ObjectFlags() []ucli.Flag {
	flags := SelectionFlags()
	flags[0] = &ucli.StringSliceFlag{Name: "only", Usage: "include only these kinds: `KIND,…`, or single objects: KIND/KEY, where KEY is the id or what diff prints " +
		"(--only agents/ben@example.com); repeatable; write \\, for a comma in KEY"}
	return flags
}

// ReadSelection parses the values of --only into kinds and, by kind, keys of
// single objects. If a kind is also named as a whole, its single keys do not
// count. The first slash ends the kind, a comma ends the selection; \, is a
// comma in a key.
func ReadSelection(values []string) (kinds []string, objects map[string][]string, err error) {
	objects = map[string][]string{}
	whole := map[string]bool{}
	for _, v := range values {
		for _, part := range splitEscaped(v) {
			kind, key, single := strings.Cut(part, "/")
			switch {
			case single && key == "":
				return nil, nil, Usagef("write --only KIND/KEY, or KIND for all of it", "--only %s names no object", part)
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

// splitEscaped splits at commas without a backslash before them.
func splitEscaped(v string) []string {
	const comma = "\x00"
	parts := config.SplitList(strings.ReplaceAll(v, `\,`, comma))
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(p, comma, ",")
	}
	return parts
}

// SelectKinds returns the kinds of a version of the API ("" = the current one)
// that a command is about, in the registry's order: those of --only, else all
// but those of --skip and those that the profile skips. Kinds that are opt-in
// are left out unless --only names them or optIn says so.
func SelectKinds(c *ucli.Context, version string, profileSkip []string, optIn bool) ([]*resource.Kind, error) {
	only, skip := config.SplitList(c.StringSlice("only")...), config.SplitList(c.StringSlice("skip")...)
	all := resource.KindsAt(version)
	for _, name := range slices.Concat(only, skip) {
		if kind, _, single := strings.Cut(name, "/"); single {
			return nil, Usagef("name the kind; only diff, plan and apply take single objects", "export writes whole kinds: it cannot write single %s", kind)
		}
		if !slices.Contains(KindNames(all), name) {
			return nil, UnknownKind(name, version)
		}
	}
	if isOptIn := func(k *resource.Kind) bool { return k.OptIn }; optIn && !slices.ContainsFunc(all, isOptIn) {
		return nil, Usagef("remove --with-routing-statuses", "API version %s has no routing statuses", version)
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
		return nil, Usagef("", "--only and --skip leave no kind")
	}
	return kinds, nil
}

// KindNames returns the names of kinds.
func KindNames(kinds []*resource.Kind) []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name
	}
	return names
}

// UnknownKind is the error for a kind that an API version does not have.
func UnknownKind(name, version string) error {
	names := KindNames(resource.KindsAt(version))
	hint := "the kinds are " + strings.Join(names, ", ")
	if version != "" {
		hint = "the kinds of version " + version + " are " + strings.Join(names, ", ")
		if resource.Lookup(name) != nil {
			return Usagef(hint, "API version %s has no %s", version, strings.ReplaceAll(name, "_", " "))
		}
	}
	if near := argv.Suggest(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return Usagef(hint, "unknown kind %q", name)
}
