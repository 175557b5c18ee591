package cli

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/api"
	"lcsync/internal/diff"
	"lcsync/internal/handover"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// planHandover reads both sides and plans what the newer one lacks. What the
// user has to decide is an error; nothing was sent then.
func (h *handingOver) planHandover(ctx context.Context) (*diff.Plan, *resource.License, error) {
	var err error
	if h.legacy, err = h.conn.read(ctx, api.ReadOptions{Version: h.live.From}); err != nil {
		return nil, nil, err
	}
	h.noticeAll(gapTexts("incomplete: ", h.legacy.Gaps))
	h.tellPartial(ctx)
	if err := h.migrateLegacy(); err != nil {
		return nil, nil, err
	}
	h.secrets.Add(h.legacy.Secrets)
	// Webhooks are to be registered for their owners: what cannot be read of
	// those is a gap.
	h.conn.clients.ids = append(h.owners("webhooks"), h.given...)
	o := h.applyOptions.plan.Options
	o.Protect = append(o.Protect, h.conn.protect...)
	o.Skip = append(o.Skip, h.conn.skip...)
	live, err := h.conn.read(ctx, api.ReadOptions{Kinds: kindNames(h.kindsToRead(o)), Candidates: h.owners("properties")})
	if err != nil {
		return nil, nil, err
	}
	h.tellClientIDs(live)
	lacking, notices := handover.Lacking(h.want, live)
	h.noticeAll(slices.Concat(h.legacy.Notices, live.Notices))
	for _, m := range notices {
		m.File = h.oldSide()
		h.found.Report.Meanings = append(h.found.Report.Meanings, m)
	}
	h.found.Report.Decisions = append(h.found.Report.Decisions, handover.NoRoom(lacking)...)
	if err := decided(h.places, h.found.Report, h.live.answerOptions, "nothing was sent"); err != nil {
		return nil, nil, err
	}
	if h.live.EnableWebhooks {
		h.enable(lacking, live)
	}
	plan, err := compute(live, lacking, o)
	if err != nil {
		return nil, nil, err
	}
	plan.Unmanaged = []diff.Item{} // what the older version does not show is no matter
	live.AddOlder(h.legacy)
	olds := handover.New(h.live.From, h.found.Successions, h.want, live, o)
	olds.AddTo(plan, h.live.KeepLegacy, h.legacy.Gaps)
	h.license.Hold = olds.Hold(h.reread, h.clock, h.Propagation)
	return plan, live, nil
}

// tellPartial tells of what the token may see a part of only. Of a token whose
// scopes are not known nothing can be told.
func (h *handingOver) tellPartial(ctx context.Context) {
	id, err := h.conn.client.Identity(ctx)
	if err != nil || id.Scopes == nil {
		return
	}
	var kinds []string
	for _, name := range api.PartialKinds(h.live.From, id.Scopes) {
		if h.legacy.Has(name) {
			kinds = append(kinds, strings.ReplaceAll(name, "_", " "))
		}
	}
	if kinds != nil {
		h.noticef("the token's scopes are for its own application's %s of %s: what others have there is not seen, and stays", strings.Join(kinds, " and "), h.live.From)
	}
}

// migrateLegacy turns what the older version shows into what it is in the
// current one, by way of the snapshot that export writes of it.
func (h *handingOver) migrateLegacy() error {
	var text bytes.Buffer
	if err := snapshot.Encode(&text, h.legacy, snapshot.EncodeOptions{}); err != nil {
		return fmt.Errorf("write what version %s shows: %w", h.live.From, err)
	}
	docs, err := migrate.ReadText(h.oldSide(), text.Bytes())
	if err != nil {
		return fmt.Errorf("read what version %s shows: %w", h.live.From, err)
	}
	h.found = migrate.Run(docs, h.live.Answers)
	h.migration = &migration{h.live.From, h.found.Report}
	if err := decided(h.places, h.found.Report, h.live.answerOptions, "nothing was sent"); err != nil {
		return err
	}
	text.Reset()
	if err := snapshot.Encode(&text, h.found.License, snapshot.EncodeOptions{}); err != nil {
		return fmt.Errorf("write what was migrated: %w", err)
	}
	doc, _, err := checkMigrated(h.terminal, h.found.Report, h.oldSide(), text.Bytes(), false)
	if err != nil {
		return err
	}
	h.want = doc.License
	return strict(h.found.Report, h.live.Strict, "nothing was sent")
}

// oldSide is what the documents of the older version go by: no file has them.
func (h *handingOver) oldSide() string { return "version " + h.live.From }

// owners returns the client ids that own objects of a kind, sorted.
func (h *handingOver) owners(kind string) []string {
	var ids []string
	for _, o := range h.want.Rows(kind) {
		ids = append(ids, o.String("owner_client_id"))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// kindsToRead returns what the comparison needs, and what tells whether
// successors will be sent.
func (h *handingOver) kindsToRead(o diff.Options) []*resource.Kind {
	need, judged := toRead(h.want, o), handover.Kinds(h.found.Successions)
	return slices.DeleteFunc(slices.Clone(resource.Kinds()), func(k *resource.Kind) bool {
		return !slices.Contains(need, k) && (!slices.Contains(judged, k.Name) || slices.Contains(o.Skip, k.Name))
	})
}

// tellClientIDs tells which applications are covered.
func (h *handingOver) tellClientIDs(live *resource.License) {
	if len(live.ClientIDs) == 0 {
		h.noticef("no client id was found: properties and webhooks of applications that the older version does not show are given with --client-id")
		return
	}
	h.noticef("client ids: %s; others are given with --client-id", strings.Join(live.ClientIDs, ", "))
}

// enable adds to what the license lacks that the license webhooks of the
// owners of old ones are enabled.
func (h *handingOver) enable(lacking, live *resource.License) {
	rows := live.Rows("webhooks_state")
	var off []*resource.Object
	for _, w := range h.want.Rows("webhooks") {
		owner := w.String("owner_client_id")
		of := func(o *resource.Object) bool { return o.String("owner_client_id") == owner }
		i := slices.IndexFunc(rows, of)
		if i >= 0 && rows[i].Get("license_webhooks_enabled") != true && !slices.ContainsFunc(off, of) {
			off = append(off, resource.Of("owner_client_id", owner, "license_webhooks_enabled", true))
		}
	}
	if off != nil {
		lacking.SetRows("webhooks_state", off)
	}
}
