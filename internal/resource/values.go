package resource

import (
	"slices"
	"strconv"
)

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

// HasLimits tells whether the limits of a license's plan are among the rows of the
// kind.
func (k *Kind) HasLimits() bool {
	return k.Values != nil && slices.ContainsFunc(defaultProperties, func(p DefaultProperty) bool {
		return p.Namespace == LimitsNamespace && p.Definition.Object("access").Has(k.Values.Access)
	})
}

// DefinitionKey is what a definition is called by its values: its application
// and its name.
func (k *Kind) DefinitionKey(definition *Object) string {
	return definitionKey(definition.String(k.OwnedBy), definition.String("name"))
}

// ValueKey is the DefinitionKey of the definition that a row of a kind with
// Values belongs to.
func (k *Kind) ValueKey(value *Object) string {
	return definitionKey(value.String(k.Values.Namespace), value.String(k.Values.Name))
}

func definitionKey(client, name string) string { return strconv.Quote(client) + name }

// IsDefault tells whether a row is the value of a property of the platform's
// own. Such a value always exists: it can be set, but neither added nor removed.
func (k *Kind) IsDefault(row *Object) bool {
	return k.Values != nil && DefaultNamespace(row.String(k.Values.Namespace))
}

// DefaultProperty returns the property of the platform's own that a row is a
// value of, nil if it is none or an undocumented one.
func (k *Kind) DefaultProperty(row *Object) *DefaultProperty {
	if k.Values == nil {
		return nil
	}
	return defaultPropertyByKey[k.ValueKey(row)]
}

// DefaultDefinition returns the definition of a documented property of the
// platform's own in the shape of a registered one, nil if a row is no value of
// such. The definition must not be changed.
func (k *Kind) DefaultDefinition(row *Object) *Object {
	if p := k.DefaultProperty(row); p != nil {
		return p.Definition
	}
	return nil
}

// ReadOnlyRow tells whether a row holds what the platform tells of a license
// and nobody can set: such rows are neither compared nor written.
func (k *Kind) ReadOnlyRow(row *Object) bool {
	if !k.IsDefault(row) {
		return false
	}
	if p := k.DefaultProperty(row); p != nil {
		return !p.Settable(k.Values.Access)
	}
	return slices.Contains(readOnlyNamespaces, row.String(k.Values.Namespace))
}

// AgentsMay tells whether a definition gives agents, as whom lcsync comes, the
// right to "read" or "write" its values in a place such as license or group.
func AgentsMay(right string, definition *Object, place string) bool {
	return slices.Contains(definition.Object("access").Object(place).List("agent"), Value(right))
}
