package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lcsync/internal/resource"
)

// position is the path under which a change of place is shown.
const position = "position"

// order plans the fewest moves that bring linked kinds into the wanted order: the
// longest run of objects that stands in order already stays.
func (d *draft) order() {
	for _, k := range resource.Kinds() {
		if p := d.of[k.Name]; p != nil && k.Order == resource.Linked {
			d.orderRows(p)
		}
	}
}

func (d *draft) orderRows(p *kindPairs) {
	var rows []*wantedRow // those that exist or will
	for _, w := range p.want {
		if w.live != nil || d.changes[w].made() {
			rows = append(rows, w)
		}
	}
	at := p.places(rows)
	stay := staying(rows, at, p.picks != nil)
	d.leaveOrder(p.kind, at, stay)
	order := rows
	if d.o.Match == Mapped {
		order = d.among(p, rows, stay)
	}
	d.stand(p.kind, order)
	for n := len(rows) - 1; n >= 0; n-- {
		if stay[n] {
			continue
		}
		to := slices.Index(order, rows[n])
		var next resource.Value = ""
		if to+1 < len(order) {
			next = order[to+1].place(p.kind)
		}
		d.move(p.kind, rows[n], at[n], to, next)
	}
}

// among returns the order of rows that come from another license between those
// that the license has of its own, which stay. A row that does not stay goes
// behind the one before it in the file; if there is none, before the next one
// that stays, or else to the end, but not behind what lets nothing through.
func (d *draft) among(p *kindPairs, rows []*wantedRow, stay map[int]bool) []*wantedRow {
	leaves := map[*resource.Object]bool{}
	for n, w := range rows {
		leaves[w.live] = !stay[n]
	}
	for _, ch := range d.Todo() {
		leaves[ch.Before] = leaves[ch.Before] || ch.Kind == p.kind.Name && ch.Action == Delete
	}
	var order []*wantedRow
	for _, l := range p.live {
		switch w := p.ofLive[l]; {
		case leaves[l]:
		case w == nil:
			order = append(order, &wantedRow{Object: l, live: l, key: p.kind.KeyOf(l)})
		default:
			order = append(order, w)
		}
	}
	for n, w := range rows {
		if !stay[n] {
			order = slices.Insert(order, d.landing(p.kind, order, rows, stay, n), w)
		}
	}
	return order
}

// landing returns the place in an order where a row goes, after those before it.
func (d *draft) landing(k *resource.Kind, order, rows []*wantedRow, stay map[int]bool, n int) int {
	if n > 0 {
		return slices.Index(order, rows[n-1]) + 1
	}
	for m, w := range rows {
		if stay[m] {
			return slices.Index(order, w)
		}
	}
	end := len(order)
	for end > 0 && k.CatchAll != nil && k.CatchAll(order[end-1].object()) {
		end--
	}
	return end
}

// stand notes where new rows are placed. It warns of rows that never match because an
// earlier one matches the same, if the plan writes one of the two.
func (d *draft) stand(k *resource.Kind, rows []*wantedRow) {
	behind := make([][]string, len(rows)) // keys of those that never match
	for n, w := range rows {
		ch := d.changes[w]
		if ch.made() && ch.Action == Create {
			ch.Stands = between(rows, n)
		}
		if k.Covers == nil {
			continue
		}
		i := slices.IndexFunc(rows[:n], func(b *wantedRow) bool { return k.Covers(b.Object, w.Object) })
		if i >= 0 && (ch.made() || d.changes[rows[i]].made()) {
			behind[i] = append(behind[i], strconv.Quote(w.key))
		}
	}
	for i, keys := range behind {
		if keys != nil {
			d.Notices = append(d.Notices, fmt.Sprintf("never matched: %s; the earlier %s %q matches first", strings.Join(keys, ", "), k.Singular, rows[i].key))
		}
	}
}

// between says between which rows one stands.
func between(rows []*wantedRow, n int) string {
	text := "at the end"
	if n+1 < len(rows) {
		text = fmt.Sprintf("before %q", rows[n+1].key)
	}
	if n > 0 {
		text = fmt.Sprintf("after %q, %s", rows[n-1].key, text)
	}
	return text
}

// leaveOrder keeps existing rows in their places, if the order is ignored.
func (d *draft) leaveOrder(k *resource.Kind, at []int, stay map[int]bool) {
	var moves []int
	for n, i := range at {
		if i >= 0 && !stay[n] {
			moves = append(moves, n)
		}
	}
	if len(moves) > 0 && d.ignoresAt(Place{Kind: k.Name, Field: OrderField}) {
		for _, n := range moves {
			stay[n] = true
		}
	}
}

// places returns the positions of rows in the license, -1 for rows that are not there.
func (p *kindPairs) places(rows []*wantedRow) []int {
	place := map[*resource.Object]int{}
	for i, l := range p.live {
		place[l] = i
	}
	at := make([]int, len(rows))
	for n, w := range rows {
		at[n] = -1
		if w.live != nil {
			at[n] = place[w.live]
		}
	}
	return at
}

// staying tells which rows need not move. Rows that are selected one by one stay if
// they are between their neighbours in the file.
func staying(rows []*wantedRow, at []int, picked bool) map[int]bool {
	stay := map[int]bool{}
	var there, places []int
	for n := range rows {
		if picked {
			stay[n] = stays(rows, at, n)
		} else if at[n] >= 0 {
			there, places = append(there, n), append(places, at[n])
		}
	}
	for _, i := range resource.LongestIncreasing(places) {
		stay[there[i]] = true
	}
	return stay
}

// place returns what stands for a row as a neighbour: its id or a Ref.
func (w *wantedRow) place(k *resource.Kind) resource.Value {
	if w.live != nil {
		return k.IDOf(w.live)
	}
	return resource.Ref{Kind: k.Name, Key: w.key}
}

func (d *draft) move(k *resource.Kind, w *wantedRow, from, to int, next resource.Value) {
	ch := d.changes[w]
	if !ch.made() {
		// The move has a change of its own, also if another change of the object is
		// blocked.
		move := &Change{Action: Update, Before: w.live, After: w.live.Clone()}
		if ch == nil {
			d.Unchanged[k.Name]--
			d.whole(k, w, move)
		} else {
			d.part(k, w, position, move)
		}
		ch = move
	}
	ch.Move = &Move{next}
	if from >= 0 {
		ch.Fields = append(ch.Fields, FieldChange{position, int64(from + 1), int64(to + 1)})
	}
}
