package resource

import (
	"slices"
	"strconv"
)

// ValueKinds returns the kinds whose rows are values of the kind's definitions,
// and are lost with them. It returns none if the kind defines nothing.
func (k *Kind) ValueKinds() []*Kind {
	var out []*Kind
	for _, v := range Kinds() {
		if v.Values != nil && v.Values.Of == k.Name {
			out = append(out, v)
		}
	}
	return out
}

// HasLimits reports whether the rows of the kind include the limits of a license's
// plan.
func (k *Kind) HasLimits() bool {
	return k.Values != nil && slices.ContainsFunc(defaultProperties, func(p DefaultProperty) bool {
		return p.Namespace == LimitsNamespace && p.Definition.Object("access").Has(k.Values.Access)
	})
}

// DefinitionKey is the key under which values refer to a definition: its
// application and its name.
func (k *Kind) DefinitionKey(definition *Object) string {
	return definitionKey(definition.String(k.OwnedBy), definition.String("name"))
}

// ValueKey is the DefinitionKey of the definition that a row of a kind with
// Values belongs to.
func (k *Kind) ValueKey(value *Object) string {
	return definitionKey(value.String(k.Values.Namespace), value.String(k.Values.Name))
}

func definitionKey(client, name string) string { return strconv.Quote(client) + name }

// IsDefault reports whether a row is the value of a built-in property. Such a
// value always exists: it can be set, but neither added nor removed.
func (k *Kind) IsDefault(row *Object) bool {
	return k.Values != nil && DefaultNamespace(row.String(k.Values.Namespace))
}

// DefaultProperty returns the built-in property of a value, nil if the property is
// not built in or not documented.
func (k *Kind) DefaultProperty(row *Object) *DefaultProperty {
	if k.Values == nil {
		return nil
	}
	return defaultPropertyByKey[k.ValueKey(row)]
}

// DefaultDefinition returns the definition of a documented built-in property in
// the shape of a registered one, nil if the row is not the value of one. The
// caller must not change the definition.
func (k *Kind) DefaultDefinition(row *Object) *Object {
	if p := k.DefaultProperty(row); p != nil {
		return p.Definition
	}
	return nil
}

// ReadOnlyRow reports whether a row contains a value of the license that the API
// cannot set: such rows are neither compared nor written.
func (k *Kind) ReadOnlyRow(row *Object) bool {
	if !k.IsDefault(row) {
		return false
	}
	if p := k.DefaultProperty(row); p != nil {
		return !p.Settable(k.Values.Access)
	}
	return slices.Contains(readOnlyNamespaces, row.String(k.Values.Namespace))
}

// AgentsMay reports whether a definition gives agents, which include lcsync, the
// right to "read" or "write" its values at a location such as license or group.
func AgentsMay(right string, definition *Object, place string) bool {
	return slices.Contains(definition.Object("access").Object(place).List("agent"), Value(right))
}

// IsHollow tells whether a value is empty, or an object whose members are all hollow.
func IsHollow(v Value) bool {
	o, isObject := v.(*Object)
	if !isObject {
		return IsEmpty(v)
	}
	for _, m := range o.All() {
		if !IsHollow(m) {
			return false
		}
	}
	return true
}
