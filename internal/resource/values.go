package resource

import (
	"slices"
	"strconv"
)

// Predefined tells whether a namespace of properties exists on every license
// and is nobody's client id: its definitions cannot be registered.
func Predefined(namespace string) bool { return namespace == "core" || namespace == "test" }

// ValueKinds returns the kinds whose rows are values of the kind's
// definitions, and are lost with them. None if the kind defines nothing.
func (k *Kind) ValueKinds() []*Kind {
	var out []*Kind
	for _, v := range Kinds() {
		if v.Values != nil && v.Values.Of == k.Name {
			out = append(out, v)
		}
	}
	return out
}

// DefinitionKey is what a definition is called by its values: its application
// and its name.
func (k *Kind) DefinitionKey(definition *Object) string {
	return definitionKey(definition.String(k.ClientID), definition.String("name"))
}

// ValueKey is the DefinitionKey of the definition that a row of a kind with
// Values belongs to.
func (k *Kind) ValueKey(value *Object) string {
	return definitionKey(value.String(k.Values.Namespace), value.String(k.Values.Name))
}

func definitionKey(client, name string) string { return strconv.Quote(client) + name }

// AgentsMay tells whether a definition gives agents, as whom lcsync comes, the
// right to "read" or "write" its values in a place such as license or group.
func AgentsMay(right string, definition *Object, place string) bool {
	return slices.Contains(definition.Object("access").Object(place).List("agent"), Value(right))
}
