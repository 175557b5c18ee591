package sandbox

import (
	"slices"
	"strings"
	"time"
)

// builtins are the definitions of builtinTable in its order. They have no owner,
// so they are public; only their access decides what agents may do.
var builtins = func() []obj {
	out := make([]obj, len(builtinTable))
	for i, b := range builtinTable {
		out[i] = b.definition()
	}
	return out
}()

var builtinsByKey = func() map[string]obj {
	out := map[string]obj{}
	for _, def := range builtins {
		out[keyOf(def)] = def
	}
	return out
}()

// reservedNamespaces are built in on every license: they are not client ids.
var reservedNamespaces = func() []string {
	out := make([]string, len(builtinTable))
	for i, b := range builtinTable {
		out[i] = b.namespace
	}
	slices.Sort(out)
	return slices.Compact(out)
}()

func keyOf(def obj) string { return pair(def.text("owner_client_id"), def.text("name")) }

func (b builtinProperty) definition() obj {
	access := obj{}
	for _, at := range strings.Fields(b.access) {
		location, users, _ := strings.Cut(at, ":")
		agent, customer, _ := strings.Cut(users, "/")
		granted := obj{}
		for user, letters := range map[string]string{"agent": agent, "customer": customer} {
			if letters != "-" {
				granted[user] = rightsOf(letters)
			}
		}
		access[location] = granted
	}
	def := obj{
		"owner_client_id": b.namespace, "name": b.name, "type": b.kind, "description": "",
		"access": access, "public_access": anys(rights),
	}
	switch v := b.value.(type) {
	case nil:
	case int:
		def["default_value"] = int64(v)
	default:
		def["default_value"] = v
	}
	return def
}

func rightsOf(letters string) []any {
	out := []any{}
	for _, right := range rights {
		if strings.Contains(letters, right[:1]) {
			out = append(out, right)
		}
	}
	return out
}

const statistics = "statistics" // the namespace of values that the license computes

// counted returns a value that the license computes, nil for any other property.
// The widget's last activity is a little later at each read.
func (l *License) counted(def obj) any {
	if def.text("owner_client_id") != statistics {
		return nil
	}
	switch def.text("name") {
	case "first_chat_date":
		return l.ids.moment()
	case "website_last_activity":
		l.looks++
		return l.clock.Now().UTC().Add(time.Duration(l.looks) * time.Microsecond).Format(tagTime)
	}
	return nil
}

// checkBuiltin checks what the page says about values in addition to their types:
// a queue reopens below its limit.
func (c *call) checkBuiltin(namespace, name string, v any) *apiError {
	if namespace != "chats" || name != "queue.reopen_threshold" {
		return nil
	}
	limit := builtinsByKey[pair(namespace, "queue.limit")]["default_value"]
	if row, ok := c.st.licenseValues.get(pair(namespace, "queue.limit")); ok {
		limit = row["value"]
	}
	threshold, _ := v.(int64)
	if most, ok := limit.(int64); ok && threshold > most {
		return invalid("`properties.%s.%s` must not exceed the limit of the queue, %d", namespace, name, most)
	}
	return nil
}
