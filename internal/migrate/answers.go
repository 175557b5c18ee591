package migrate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// answers are the keys of a file with answers, and where Options have them: a
// *string, *bool, *[]string or *map[string]string.
var answers = []struct {
	key string
	in  func(o *Options) any
}{
	{"as", func(o *Options) any { return &o.As }},
	{"from", func(o *Options) any { return &o.From }},
	{"timezone", func(o *Options) any { return &o.Timezone }},
	{"timezones", func(o *Options) any { return &o.Timezones }},
	{"client_id", func(o *Options) any { return &o.ClientID }},
	{"client_ids", func(o *Options) any { return &o.ClientIDs }},
	{"prefer", func(o *Options) any { return &o.Prefer }},
	{"leave_out", func(o *Options) any { return &o.LeaveOut }},
	{"drop_gone", func(o *Options) any { return &o.DropGone }},
	{"split_overnight", func(o *Options) any { return &o.SplitOvernight }},
	{"per_bot", func(o *Options) any { return &o.PerBot }},
	{"with_routing_statuses", func(o *Options) any { return &o.RoutingStatuses }},
}

// AnswerKeys returns the keys that a file with answers may have.
func AnswerKeys() []string {
	var keys []string
	for _, a := range answers {
		keys = append(keys, a.key)
	}
	return keys
}

// ReadAnswers reads options from a file, YAML or JSON, and adds them to those
// that are set already, which go first. Errors are *Error.
func (o *Options) ReadAnswers(file string, data []byte) error {
	docs, err := Read(file, data)
	if err != nil {
		return err
	}
	root, ok := inside(docs[0].root).(*resource.Object)
	if !ok || len(docs) > 1 {
		return &Error{file, docs[0].Line, "want one object with answers"}
	}
	var more Options
	for name, v := range root.All() {
		if why := more.answer(name, plain(v)); why != "" {
			return &Error{file, int(firstOrigin(v).Line), why}
		}
	}
	o.add(&more)
	return nil
}

func (o *Options) answer(key string, v resource.Value) (why string) {
	i := slices.Index(AnswerKeys(), key)
	if i < 0 {
		return fmt.Sprintf("unknown key %q: the keys are %s", key, strings.Join(AnswerKeys(), ", "))
	}
	ok := false
	switch to := answers[i].in(o).(type) {
	case *string:
		*to, ok = v.(string)
	case *bool:
		*to, ok = v.(bool)
	case *[]string:
		*to, ok = textList(v)
	case *map[string]string:
		*to, ok = textTable(v)
	}
	if !ok {
		return key + " is of another type"
	}
	return ""
}

func textTable(v resource.Value) (map[string]string, bool) {
	o, ok := v.(*resource.Object)
	if !ok {
		return nil, false
	}
	table := map[string]string{}
	for name, v := range o.All() {
		if table[name], ok = v.(string); !ok {
			return nil, false
		}
	}
	return table, true
}

func textList(v resource.Value) ([]string, bool) {
	l, ok := v.(resource.List)
	var texts []string
	for _, e := range l {
		s, isText := e.(string)
		texts, ok = append(texts, s), ok && isText
	}
	return texts, ok
}

// add takes over what is not set yet.
func (o *Options) add(more *Options) {
	for _, a := range answers {
		switch to := a.in(o).(type) {
		case *string:
			if *to == "" {
				*to = *a.in(more).(*string)
			}
		case *bool:
			*to = *to || *a.in(more).(*bool)
		case *[]string:
			*to = append(*to, *a.in(more).(*[]string)...)
		case *map[string]string:
			all := map[string]string{}
			maps.Copy(all, *a.in(more).(*map[string]string))
			maps.Copy(all, *to)
			*to = all
		}
	}
}
