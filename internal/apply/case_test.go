package apply

import (
	"strings"
	"testing"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// lowering is a world that stores e-mail addresses in lower case and names them so
// in responses, as services do.
func lowering() *world {
	w := newWorld()
	do := w.hook
	w.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
		if id := args.String("id"); strings.Contains(id, "@") {
			args = args.Clone()
			args.Set("id", strings.ToLower(id))
		}
		v, err := do(method, args)
		if o, ok := v.(*resource.Object); ok && method == "create_agent" {
			o.Set("id", args.Get("id"))
		}
		return v, err
	}
	return w
}

func TestAnAgentThatTheServerSpellsInLowerCase(t *testing.T) {
	w := lowering()
	o := w.options()
	o.NoVerify = false
	person := agent("New.Person@X")
	person.Set("groups", resource.List{resource.Of("id", resource.Ref{Kind: "groups", Key: "Sales"}, "priority", "normal")})
	r := mustRun(t, plan(
		create("agents", "New.Person@X", person),
		create("groups", "Sales", resource.Of("name", "Sales", "agent_priorities", resource.Of("New.Person@X", "normal")), "agents/New.Person@X"),
	), w, o)
	same(t, "statuses", statuses(r), []string{"agents/New.Person@X: done", "groups/Sales: done"})
	same(t, "the group has the server's spelling", w.args("create_group"), []string{`{"name":"Sales","agent_priorities":{"new.person@x":"normal"}}`})
	same(t, "so has the list that is written later", w.args("update_agent"), []string{`{"id":"new.person@x","groups":[{"id":1,"priority":"normal"}]}`})
}

func TestALostAgentThatTheServerSpellsInLowerCase(t *testing.T) {
	w := lowering()
	w.lose = losing(after, "create_agent")
	r := mustRun(t, plan(create("agents", "New.Person@X", agent("New.Person@X"))), w, w.options())
	same(t, "statuses", statuses(r), []string{"agents/New.Person@X: done"})
	same(t, "its id", resultOf(r, "agents/New.Person@X").ServerID, "new.person@x")
}
