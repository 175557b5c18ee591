package migrate

import (
	"encoding/json"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// putHeader enters what a snapshot says about itself.
func putHeader(d *draft, v any) {
	o, _ := v.(*resource.Object)
	d.ledger.place(o.Get("lcsync"), Kept, "lcsync")
	s := Kept
	if text(o, "api_version") != Target {
		s = Converted
	}
	d.ledger.place(o.Get("api_version"), s, "api_version")
	d.putLicense(o.Get("license"))
	for i, e := range elements(o.Get("incomplete")) {
		d.putGap(e, element("incomplete", i))
	}
	if emptyList(o.Get("incomplete")) {
		d.mark(o.Get("incomplete"), Converted, "the list is empty")
	}
}

func (d *draft) putLicense(v any) {
	l, ok := v.(*resource.Object)
	if !ok {
		d.nothing(v, "it is empty")
		return
	}
	for name, m := range l.All() {
		switch name {
		case "owner", "account_id":
			d.putIdentity(m, name)
		case "client_ids":
			for _, e := range elements(m) {
				d.putClient(e, name)
			}
		default:
			d.mark(m, Dropped, "license has no "+name)
		}
	}
}

func (d *draft) putClient(v any, name string) {
	s, ok := plain(v).(string)
	switch {
	case !ok && !emptyList(v):
		d.mark(v, Dropped, "not a client id")
		return
	case resource.DefaultNamespace(s):
		d.mark(v, Dropped, platforms)
		return
	case ok && !slices.Contains(d.license.ClientIDs, s):
		d.license.ClientIDs = append(d.license.ClientIDs, s)
	}
	d.ledger.place(v, Kept, "license."+name)
}

// putIdentity adds a value that identifies the license.
func (d *draft) putIdentity(v any, name string) {
	s, _ := plain(v).(string)
	have, known := d.identity.Lookup(name)
	switch at := firstOrigin(v); {
	case s == "":
		d.mark(v, Dropped, "not a string")
		return
	case !known:
		d.identity.Set(name, v)
	case !same(have, v):
		d.mark(v, Undecided, "another license")
		d.ask(Decision{About: "license", Object: s, File: at.File(), Line: int(at.Line),
			Question: "the documents are of different licenses: this one and that of " + text(d.identity, name) + " (" + firstOrigin(have).String() + ")", HowTo: "convert one license at a time"})
	}
	d.ledger.place(v, Kept, "license."+name)
}

// putGap enters what could not be read of the license.
func (d *draft) putGap(v any, path string) {
	o, ok := v.(*resource.Object)
	if !ok {
		d.mark(v, Dropped, "it is empty")
		return
	}
	if resource.DefaultNamespace(text(o, "client_id")) {
		d.mark(o, Dropped, platforms)
		return
	}
	var g resource.Gap
	for name, m := range o.All() {
		member := json.NewDecoder(strings.NewReader(resource.JSON(resource.Of(name, plain(m)))))
		member.DisallowUnknownFields()
		if err := member.Decode(&g); err != nil {
			d.mark(m, Dropped, "a gap has no such field")
		} else {
			d.ledger.place(m, Kept, path)
		}
	}
	d.license.Gaps = append(d.license.Gaps, g)
}

// noteOwners adds the owners of objects that do not come from snapshots to the
// client ids of the header, for kinds that are read per client id.
func (d *draft) noteOwners(k *resource.Kind) {
	if !k.PerClient() {
		return
	}
	for _, row := range d.rows[k.Name] {
		if id := text(row, k.OwnedBy); id != "" && !d.of(row).exact && !slices.Contains(d.license.ClientIDs, id) {
			d.license.ClientIDs = append(d.license.ClientIDs, id)
		}
	}
}
