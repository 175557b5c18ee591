package migrate

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// AnswerKeys returns the keys that a file with answers may have, in the order of
// the fields of Options.
func AnswerKeys() []string {
	var keys []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Options]()) {
		keys = append(keys, f.Tag.Get("json"))
	}
	return keys
}

// ReadAnswers reads options from a YAML or JSON file and adds them to options,
// whose existing values take precedence. Errors are *Error.
func (o *Options) ReadAnswers(file string, data []byte) error {
	docs, err := Read(file, data)
	if err != nil {
		return err
	}
	root, ok := inside(docs[0].root).(*resource.Object)
	if !ok || len(docs) > 1 {
		return &Error{file, docs[0].Line, "expected one object with answers"}
	}
	var more Options
	for name, v := range root.All() {
		line, value := int(firstOrigin(v).Line), plain(v)
		if !slices.Contains(AnswerKeys(), name) {
			return &Error{file, line, fmt.Sprintf("unknown key %q: the keys are %s", name, strings.Join(AnswerKeys(), ", "))}
		}
		if value == nil || json.Unmarshal([]byte(resource.JSON(resource.Of(name, value))), &more) != nil {
			return &Error{file, line, name + " has the wrong type"}
		}
	}
	o.add(&more)
	return nil
}

// add copies the values that are not set yet.
func (o *Options) add(more *Options) {
	to, from := reflect.ValueOf(o).Elem(), reflect.ValueOf(more).Elem()
	for i := range to.NumField() {
		have, added := to.Field(i), from.Field(i)
		switch table, isTable := have.Interface().(map[string]string); {
		case isTable:
			all := map[string]string{}
			maps.Copy(all, added.Interface().(map[string]string))
			maps.Copy(all, table)
			have.Set(reflect.ValueOf(all))
		case have.Kind() == reflect.Slice:
			have.Set(reflect.AppendSlice(have, added))
		case have.IsZero():
			have.Set(added)
		}
	}
}
