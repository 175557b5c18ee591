package diff

import (
	"slices"

	"lcsync/internal/resource"
)

// Options say how to compare and what may be planned.
type Options struct {
	Match Match // "" = Auto
	// Only, if not empty, and Skip select kinds.
	Only, Skip []string
	// Objects narrows kinds of Only down to single objects, by natural key, server
	// id, or the key as texts have it. A kind that it lacks takes part as a whole.
	Objects map[string][]string
	// Applications are the names that texts have for client ids.
	Applications map[string]string
	// Prune plans deletes for what live has beyond the wanted license.
	Prune bool
	// PruneOnly, if not nil, names by kind the only objects whose deletion is
	// planned, by server id or, where there is none, by key. Prune and the client
	// ids of the file do not matter then.
	PruneOnly map[string][]string
	// CreateAgents allows agents to be created on a license that is not the
	// wanted one's own.
	CreateAgents bool
	// AllowApplication allows what acts on other licenses to be replaced,
	// deleted or published.
	AllowApplication bool
	// ReplaceDefinitions allows definitions to be replaced, which loses values
	// that are stored elsewhere.
	ReplaceDefinitions bool
	// Self is the id or account id of the agent that the token belongs to, ""
	// if that is not known.
	Self string
	// Partial lists kinds whose lists may lack objects that the token does not
	// see; nothing of them is pruned.
	Partial []string
	// Protect lists objects that are never deleted or replaced.
	Protect []ProtectedObject
	// HasSecret, if not nil, tells whether a secret has a value; changes that need
	// one without a value are left out.
	HasSecret func(name string) bool
	// Ignored, if not nil, returns why a difference is left out, "" if it is not.
	Ignored func(at Place) string
	// Where, if not nil, says where in its file a place inside of a wanted row
	// is: name:line:column. "" if it has none.
	Where func(row *resource.Object, path string) string
	// Named lists the references that the file gives by number and by name. Compute
	// checks them against the license.
	Named []NamedRef
}

// Takes tells whether a comparison includes a kind, as far as Only and Skip say.
func (o *Options) Takes(kind string) bool {
	return !slices.Contains(o.Skip, kind) && (len(o.Only) == 0 || slices.Contains(o.Only, kind))
}

// selected tells whether a kind takes part.
func (o *Options) selected(k *resource.Kind) bool { return !k.ReadOnly && o.Takes(k.Name) }

// selection lists what Only and Objects select, nil for everything.
func (o *Options) selection() []string {
	var out []string
	for _, k := range resource.Kinds() {
		switch keys := o.Objects[k.Name]; {
		case !slices.Contains(o.Only, k.Name):
		case keys == nil:
			out = append(out, k.Name)
		default:
			for _, key := range keys {
				out = append(out, resource.Address(k.Name, key))
			}
		}
	}
	return out
}

// named tells whether PruneOnly names a live object.
func (o *Options) named(k *resource.Kind, l *resource.Object) bool {
	name := k.NameOf(l)
	return name != "" && slices.Contains(o.PruneOnly[k.Name], name)
}
