package cli

// commands returns every command, in the order of the help.
func commands() []*command {
	return []*command{
		newExportCmd(),
		newDiffCmd(),
		newPlanCmd(),
		newShowCmd(),
		newDriftCmd(),
		newApplyCmd(),
		newCloneCmd(),
		newUndoCmd(),
		newRunsCmd(),
		newSecretsCmd(),
		newValidateCmd(),
		newVerifyCmd(),
		newMigrateCmd(),
		newMigrateLiveCmd(),
		newSandboxCmd(),
		newDemoCmd(),
		newKindsCmd(),
		newVersionCmd(),
		newCompletionCmd(),
		newHelpCmd(),
		newCompleteCmd(),
	}
}
