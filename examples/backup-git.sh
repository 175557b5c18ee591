#!/bin/sh
# Keep a LiveChat license in a git repository: one file, a commit for each night on
# which something changed.
#
# usage: backup-git.sh DIRECTORY
#
# DIRECTORY is a git repository (git init DIRECTORY). The message of a commit
# says what changed. The script commits nothing if the export is incomplete or
# cannot be restored.
#
# Prints nothing on a good night. The exit code is that of lcsync, and 64 if
# DIRECTORY is missing from the command line.
set -u
umask 077

if [ "$#" -eq 0 ]; then
	echo 'usage: backup-git.sh DIRECTORY' >&2
	exit 64
fi
cd "$1" || exit 1

lcsync export --quiet --verify -o license.yaml || exit
git add license.yaml || exit
if git diff --cached --quiet; then
	exit 0 # nothing changed
fi
changes='first export'
if git cat-file -e HEAD:license.yaml 2>/dev/null; then
	changes=$(git show HEAD:license.yaml | lcsync show license.yaml --since - | sed -n '/^since -: /,$p' | sed '1s/^since -: //')
fi
git commit --quiet -m "License on $(date +%Y-%m-%d)" -m "$changes"
