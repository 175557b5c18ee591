package plans

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/api"
	"lcsync/internal/cli/session"
	"lcsync/internal/cli/snapshots"
	"lcsync/internal/diff"
	"lcsync/internal/handover"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// planHandover reads both versions and plans what the current one lacks. If the
// user must decide something, it returns an error and nothing is sent.
func (h *migration) planHandover(ctx context.Context) (*diff.Plan, *resource.License, error) {
	var err error
	if h.legacy, err = h.Conn.Read(ctx, api.ReadOptions{Version: h.live.From}); err != nil {
		return nil, nil, err
	}
	h.NoticeAll(session.GapTexts("incomplete: ", h.legacy.Gaps))
	h.tellPartial(ctx)
	if err := h.migrateLegacy(); err != nil {
		return nil, nil, err
	}
	h.secrets.Add(h.legacy.Secrets)
	// Webhooks are registered for their owners, so anything of an owner that
	// cannot be read is a gap.
	h.Conn.Clients.IDs = append(h.owners("webhooks"), h.given...)
	o := h.applyOptions.plan.Options
	o.Protect = append(o.Protect, h.Conn.Protect...)
	o.Skip = append(o.Skip, h.Conn.Skip...)
	live, err := h.Conn.Read(ctx, api.ReadOptions{Kinds: session.KindNames(h.kindsToRead(o)), Candidates: h.owners("properties")})
	if err != nil {
		return nil, nil, err
	}
	h.tellClientIDs(live)
	lacking, notices := handover.Lacking(h.want, live)
	h.NoticeAll(slices.Concat(h.legacy.Notices, live.Notices))
	for _, m := range notices {
		m.File = h.oldSide()
		h.found.Report.Meanings = append(h.found.Report.Meanings, m)
	}
	h.found.Report.Decisions = append(h.found.Report.Decisions, handover.NoRoom(lacking)...)
	if err := snapshots.RequireDecisions(h.Places, h.found.Report, h.live.AnswerOptions, "nothing was sent"); err != nil {
		return nil, nil, err
	}
	if h.live.EnableWebhooks {
		h.enable(lacking, live)
	}
	plan, err := compute(live, lacking, o)
	if err != nil {
		return nil, nil, err
	}
	plan.Unmanaged = []diff.Item{} // objects that only the current version has are not of interest
	live.AddOlder(h.legacy)
	olds := handover.New(h.live.From, h.found.Successions, h.want, live, o)
	olds.AddTo(plan, h.live.KeepLegacy, h.legacy.Gaps)
	h.license.Hold = olds.Hold(h.reread, h.Clock, h.Propagation)
	return plan, live, nil
}

// tellPartial prints which kinds the token sees only in part. It prints nothing
// if the scopes of the token cannot be read.
func (h *migration) tellPartial(ctx context.Context) {
	id, err := h.Conn.Client.Identity(ctx)
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
		h.Noticef("the token sees only its own application's %s of %s: those of other applications stay", strings.Join(kinds, " and "), h.live.From)
	}
}

// migrateLegacy converts the license of the older version to the current one,
// through the snapshot that export writes of it.
func (h *migration) migrateLegacy() error {
	var text bytes.Buffer
	if err := snapshot.Encode(&text, h.legacy, snapshot.EncodeOptions{}); err != nil {
		return fmt.Errorf("write the snapshot of version %s: %w", h.live.From, err)
	}
	docs, err := migrate.ReadText(h.oldSide(), text.Bytes())
	if err != nil {
		return fmt.Errorf("read the snapshot of version %s: %w", h.live.From, err)
	}
	h.found = migrate.Run(docs, h.live.Answers)
	h.migrationReport = &migrationReport{h.live.From, h.found.Report}
	if err := snapshots.RequireDecisions(h.Places, h.found.Report, h.live.AnswerOptions, "nothing was sent"); err != nil {
		return err
	}
	text.Reset()
	if err := snapshot.Encode(&text, h.found.License, snapshot.EncodeOptions{}); err != nil {
		return fmt.Errorf("write the migrated snapshot: %w", err)
	}
	doc, _, err := snapshots.CheckMigrated(h.Console, h.found.Report, h.oldSide(), text.Bytes(), false)
	if err != nil {
		return err
	}
	h.want = doc.License
	return snapshots.Strict(h.found.Report, h.live.Strict, "nothing was sent")
}

// oldSide stands for a file name: the payloads of the older version are in no
// file.
func (h *migration) oldSide() string { return "version " + h.live.From }

// owners returns the client ids that own objects of a kind, sorted.
func (h *migration) owners(kind string) []string {
	var ids []string
	for _, o := range h.want.Rows(kind) {
		ids = append(ids, o.String("owner_client_id"))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// kindsToRead returns the kinds that the comparison needs, and those that say
// whether successors will be sent.
func (h *migration) kindsToRead(o diff.Options) []*resource.Kind {
	need, involved := toRead(h.want, o), handover.Kinds(h.found.Successions)
	return slices.DeleteFunc(slices.Clone(resource.Kinds()), func(k *resource.Kind) bool {
		return !slices.Contains(need, k) && (!slices.Contains(involved, k.Name) || slices.Contains(o.Skip, k.Name))
	})
}

// tellClientIDs prints which applications are covered.
func (h *migration) tellClientIDs(live *resource.License) {
	if len(live.ClientIDs) == 0 {
		h.Noticef("no client id was found: if applications have properties or webhooks, pass their ids with --client-id")
		return
	}
	h.Noticef("client ids: %s; pass others with --client-id", strings.Join(live.ClientIDs, ", "))
}

// enable adds to lacking that the license webhooks of the owners of old
// webhooks are enabled.
func (h *migration) enable(lacking, live *resource.License) {
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
