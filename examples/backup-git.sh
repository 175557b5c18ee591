#!/bin/sh
# Keep a LiveChat license in a git repository: one file, a commit for each night on
# which something changed.
#
# usage: backup-git.sh DIRECTORY
#
# DIRECTORY is a git repository (git init DIRECTORY). The message of a commit says
# what changed. Nothing is committed on a night that is incomplete or cannot be
# restored.
#
# Prints nothing on a good night. The exit code is that of lcsync.
set -u
umask 077

cd "${1:?usage: backup-git.sh DIRECTORY}" || exit 1

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
