package migrate

import (
	"slices"

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
		d.mark(v, Converted, "it says nothing")
		return
	}
	for name, m := range l.All() {
		switch name {
		case "owner":
			if owner := text(l, name); d.header.owner == "" {
				d.header.owner = owner
			} else if owner != d.header.owner {
				at := firstOrigin(m)
				d.mark(m, Undecided, "another license")
				d.ask(Decision{About: "license", Object: owner, File: at.File, Line: at.Line,
					Question: "the documents are of several licenses: this one and that of " + d.header.owner, Settle: "migrate one license at a time"})
			}
		case "account_id":
			if d.header.account == "" {
				d.header.account = text(l, name)
			}
		case "client_ids":
			for _, e := range elements(m) {
				if s, ok := plain(e).(string); ok && !slices.Contains(d.header.clients, s) {
					d.header.clients = append(d.header.clients, s)
				}
			}
		default:
			d.mark(m, Dropped, "license has no "+name)
			continue
		}
		d.ledger.place(m, Kept, "license."+name)
	}
}

func (d *draft) putGap(v any, path string) {
	o, ok := plain(v).(*resource.Object)
	if !ok {
		d.mark(v, Dropped, "it says nothing")
		return
	}
	partial, _ := o.Get("partial").(bool)
	g := resource.Gap{Kind: o.String("kind"), ClientID: o.String("client_id"), ID: o.String("id"), Method: o.String("method"),
		Reason: o.String("reason"), Partial: partial}
	for _, e := range elements(any(o.Get("missing_scopes"))) {
		if s, ok := e.(string); ok {
			g.Scopes = append(g.Scopes, s)
		}
	}
	d.header.gaps = append(d.header.gaps, g)
	d.ledger.place(v, Kept, path)
}

// clientIDs returns what the per-client kinds of the result cover: what
// snapshots say, and the owners of what came from elsewhere.
func (d *draft) clientIDs(l *resource.License) []string {
	ids := slices.Clone(d.header.clients)
	for _, k := range l.Kinds() {
		if k.ClientID == "" || !slices.ContainsFunc(k.Reads, func(r resource.Read) bool { return r.Per == resource.PerClient }) {
			continue
		}
		for _, row := range d.rows[k.Name] {
			if id := text(row, k.ClientID); id != "" && !d.settled[row] && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}
