package resource

import (
	"cmp"
	"slices"
	"strings"
)

// APIVersion is the API version through which lcsync compares and changes
// licenses: the edition of Kinds, Lookup and LookupMethod.
const APIVersion = "3.5"

// editions are the API versions that the registry describes, oldest first. To add
// one, write a file with its tables and an entry here.
var editions = []*Edition{
	reading("3.1", methods31, bots31, properties31, webhooks31),
	reading("3.2", methods32, groups32, agents32, bots32, properties32, webhooks32, licenseProperties32, groupProperties32),
	reading("3.3", methods33, groups32, agents32, bots33, autoAccesses33, properties33, webhooks33, webhooksState33, licenseProperties32, groupProperties33),
	reading("3.4", methods33, groups32, agents32, bots33, autoAccesses33, properties33, webhooks33, webhooksState33, licenseProperties32, groupProperties33),
	(&Edition{Version: "3.5", Writes: true, Methods: methods,
		Kinds: slices.Concat(people, routing, apps, values, information)}).indexed(),
}

// Edition describes one API version.
type Edition struct {
	Version string
	// Kinds are in the order of the snapshot's keys. Kinds that others refer to
	// come first, so that a loop can resolve references as it goes. Kinds have the
	// same names in every version; fields have the names in the version's
	// responses.
	Kinds   []*Kind
	Methods []Method
	// Writes reports that licenses can be changed through the version. Other
	// versions are only described for reading.
	Writes bool

	kinds   map[string]*Kind
	methods map[string]*Method
}

func (e *Edition) indexed() *Edition {
	e.kinds, e.methods = map[string]*Kind{}, map[string]*Method{}
	for _, k := range e.Kinds {
		e.kinds[k.Name] = k
	}
	for i := range e.Methods {
		m := &e.Methods[i]
		e.methods[m.Name] = m
		if m.Batch != "" {
			e.methods[m.Batch] = m
		}
	}
	return e
}

// Kind returns a kind by its name, nil if the version has none.
func (e *Edition) Kind(name string) *Kind { return e.kinds[name] }

// Method returns a method by its name or the name of its batch form, nil if the
// table has none.
func (e *Edition) Method(name string) *Method { return e.methods[name] }

// EditionOf returns the edition of a version, nil if the registry has none.
func EditionOf(version string) *Edition {
	i := slices.IndexFunc(editions, func(e *Edition) bool { return e.Version == version })
	if i < 0 {
		return nil
	}
	return editions[i]
}

// at returns the edition of a version, "" = APIVersion, an empty one if the
// registry has none.
func at(version string) *Edition {
	return cmp.Or(EditionOf(cmp.Or(version, APIVersion)), &Edition{})
}

var current = at(APIVersion)

// Kinds returns every kind of APIVersion, those that others refer to first.
func Kinds() []*Kind { return current.Kinds }

// Lookup returns a kind of APIVersion by its name, nil if there is none.
func Lookup(name string) *Kind { return current.Kind(name) }

// LookupMethod returns a method of APIVersion by its name or the name of its
// batch form, or one of another version as VERSION/METHOD; nil if there is none.
func LookupMethod(name string) *Method {
	if version, of, older := strings.Cut(name, "/"); older {
		return at(version).Method(of)
	}
	return current.Method(name)
}

// KindsAt returns the kinds of a version, "" = APIVersion.
func KindsAt(version string) []*Kind { return at(version).Kinds }

// LookupAt returns a kind of a version, "" = APIVersion, by its name, nil if the
// version has none.
func LookupAt(version, name string) *Kind { return at(version).Kind(name) }

// LookupMethodAt returns a method of a version, "" = APIVersion, by its name, nil
// if there is none.
func LookupMethodAt(version, name string) *Method { return at(version).Method(name) }

// LegacyVersions returns the versions that can be read and not written, oldest
// first.
func LegacyVersions() []string {
	var out []string
	for _, e := range editions {
		if !e.Writes {
			out = append(out, e.Version)
		}
	}
	return out
}

// Names returns the names of all kinds in the registry's order.
func Names() []string {
	names := make([]string, len(Kinds()))
	for i, k := range Kinds() {
		names[i] = k.Name
	}
	return names
}
