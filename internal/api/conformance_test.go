package api

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// conforms holds an implementation against what wire.API promises. The server
// behind it answers get_group with an object, update_group without payload,
// create_group with a validation error, and batches item by item, refusing
// items without an id.
func conforms(t *testing.T, api wire.API) {
	t.Run("a nil args is an empty object", func(t *testing.T) {
		if _, err := api.Call(t.Context(), "get_group", nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("an answer without payload is nil", func(t *testing.T) {
		if v, err := api.Call(t.Context(), "update_group", resource.Of("id", int64(1))); v != nil || err != nil {
			t.Errorf("%v, %v", v, err)
		}
	})
	t.Run("the error of a call is typed", func(t *testing.T) {
		_, err := api.Call(t.Context(), "create_group", nil)
		if we := wireError(t, err); we.Class != wire.Permanent || we.Type != "validation" || we.Method != "create_group" {
			t.Errorf("%+v", we)
		}
	})
	t.Run("or the context's", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := api.Call(ctx, "get_group", nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if _, err := api.Batch(ctx, "update_agent", members(1)); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("one outcome an item, in their order", func(t *testing.T) {
		items := append(members(2), &resource.Object{})
		items = append(items, resource.Of("id", "z"))
		got, err := api.Batch(t.Context(), "update_agent", items)
		if err != nil || len(got) != 4 {
			t.Fatalf("%d outcomes, %v", len(got), err)
		}
		for i, o := range got {
			answer, _ := o.Answer.(*resource.Object)
			switch {
			case i == 2 && (o.Err == nil || o.Err.Class != wire.Permanent || o.Err.Method != "update_agent"):
				t.Errorf("item %d: %+v", i, o.Err)
			case i != 2 && (o.Err != nil || answer.String("did") != items[i].String("id")):
				t.Errorf("item %d: %v, %v", i, resource.JSON(o.Answer), o.Err)
			}
		}
	})
	t.Run("no items, no call", func(t *testing.T) {
		if got, err := api.Batch(t.Context(), "update_agent", nil); len(got) != 0 || err != nil {
			t.Errorf("%v, %v", got, err)
		}
	})
	t.Run("the arguments stay as they are", func(t *testing.T) {
		args := resource.Of("id", int64(1), "list", resource.List{"b", "a"})
		before := args.Clone()
		_, _ = api.Call(t.Context(), "update_group", args)
		_, _ = api.Batch(t.Context(), "update_agent", []*resource.Object{args})
		if !resource.Equal(before, args) {
			t.Errorf("changed to %s", resource.JSON(args))
		}
	})
	t.Run("concurrent calls", func(t *testing.T) {
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if _, err := api.Call(t.Context(), "get_group", nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

func TestClientConforms(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r request, _ int) {
		switch r.Method {
		case "get_group":
			if r.Body != `{}` {
				sayError(w, 400, "validation")
				return
			}
			say(w, 200, `{"id":0}`)
		case "update_group":
			w.WriteHeader(200)
		case "batch_update_agents":
			var parts resource.List
			for _, v := range r.Args.List("requests") {
				o := v.(*resource.Object)
				part := resource.Of("did", o.Get("id"))
				if !o.Has("id") {
					part = resource.Of("error", resource.Of("type", "validation", "message", "`id` is required"))
				}
				parts = append(parts, part)
			}
			say(w, 200, resource.JSON(resource.Of("responses", parts)))
		default:
			sayError(w, 400, "validation")
		}
	})
	conforms(t, connect(t, s.URL, nil))
}
