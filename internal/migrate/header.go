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
		d.mark(o.Get("incomplete"), Converted, "nothing is incomplete")
	}
}

func (d *draft) putLicense(v any) {
	l, ok := v.(*resource.Object)
	if !ok {
		d.nothing(v, "it says nothing")
		return
	}
	for name, m := range l.All() {
		switch name {
		case "owner":
			d.putIdentity(&d.header.owner, m, name)
		case "account_id":
			d.putIdentity(&d.header.account, m, name)
		case "client_ids":
			for _, e := range elements(m) {
				s, ok := plain(e).(string)
				switch {
				case !ok && !emptyList(e):
					d.mark(e, Dropped, "no client id")
					continue
				case resource.DefaultNamespace(s):
					d.mark(e, Dropped, platforms)
					continue
				case ok && !slices.Contains(d.header.clients, s):
					d.header.clients = append(d.header.clients, s)
				}
				d.ledger.place(e, Kept, "license."+name)
			}
		default:
			d.mark(m, Dropped, "license has no "+name)
		}
	}
}

// putIdentity enters what tells one license from another.
func (d *draft) putIdentity(have *licenseName, v any, name string) {
	s, _ := plain(v).(string)
	switch {
	case s == "":
		d.mark(v, Dropped, "no text")
		return
	case have.text == "":
		*have = licenseName{s, firstOrigin(v)}
	case s != have.text:
		at := firstOrigin(v)
		d.mark(v, Undecided, "another license")
		d.ask(Decision{About: "license", Object: s, File: at.File(), Line: int(at.Line),
			Question: "the documents are of several licenses: this one and that of " + have.text + " (" + have.at.String() + ")", Settle: "migrate one license at a time"})
	}
	d.ledger.place(v, Kept, "license."+name)
}

// putGap enters what could not be read of the license.
func (d *draft) putGap(v any, path string) {
	o, ok := v.(*resource.Object)
	if !ok {
		d.mark(v, Dropped, "it says nothing")
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
			d.mark(m, Dropped, "no gap has that")
		} else {
			d.ledger.place(m, Kept, path)
		}
	}
	d.header.gaps = append(d.header.gaps, g)
}

// noteOwners adds to the client ids that snapshots say are covered the owners
// of what came from elsewhere, where a kind is read by client.
func (d *draft) noteOwners(k *resource.Kind) {
	if !k.PerClient() {
		return
	}
	for _, row := range d.rows[k.Name] {
		if id := text(row, k.OwnedBy); id != "" && !d.of(row).settled && !slices.Contains(d.header.clients, id) {
			d.header.clients = append(d.header.clients, id)
		}
	}
}
