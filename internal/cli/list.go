package cli

import (
	"lcsync/internal/cli/checks"
	"lcsync/internal/cli/plans"
	"lcsync/internal/cli/session"
	"lcsync/internal/cli/snapshots"
)

// commands returns every command, in the order of the help.
func commands() []*session.Command {
	return []*session.Command{
		snapshots.NewExportCmd(),
		plans.NewDiffCmd(),
		plans.NewPlanCmd(),
		plans.NewShowCmd(),
		checks.NewDriftCmd(),
		plans.NewApplyCmd(),
		plans.NewCloneCmd(),
		plans.NewUndoCmd(),
		plans.NewRunsCmd(),
		snapshots.NewSecretsCmd(),
		snapshots.NewValidateCmd(),
		snapshots.NewVerifyCmd(),
		snapshots.NewMigrateCmd(),
		plans.NewMigrateLiveCmd(),
		newSandboxCmd(),
		newDemoCmd(),
		newKindsCmd(),
		newVersionCmd(),
		newCompletionCmd(),
		newHelpCmd(),
		newCompleteCmd(),
	}
}
