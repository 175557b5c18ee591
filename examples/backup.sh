#!/bin/sh
# Keep the last nights of a LiveChat license as dated files.
#
# usage: backup.sh DIRECTORY [NIGHTS]
#
# Writes DIRECTORY/license-YYYY-MM-DD.yaml and checks that it can be restored.
# A night that is incomplete or cannot be restored is kept beside the others as
# license-YYYY-MM-DD.yaml.bad. Older files are removed only after a good night, so
# that NIGHTS good files (default 14) stay however long the trouble lasts.
#
# Prints nothing on a good night. The exit code is that of lcsync: 0, 2 for a
# backup that does not come back whole, 3 for an incomplete one, and so on.
# lcsync takes its token from the environment or a profile (LCSYNC_PROFILE=acme).
set -u
umask 077

directory=${1:?usage: backup.sh DIRECTORY [NIGHTS]}
nights=${2:-14}
cd "$directory" || exit 1

file=license-$(date +%Y-%m-%d).yaml
part=$file.part
rm -f "$part"
lcsync export --quiet --verify -o "$part"
code=$?
if [ "$code" -ne 0 ]; then
	if [ -e "$part" ]; then
		mv "$part" "$file.bad"
	fi
	exit "$code"
fi
mv "$part" "$file" || exit
rm -f "$file.bad"

# Names begin with the date, so that their order is the order of the nights.
for pattern in 'license-????-??-??.yaml' 'license-????-??-??.yaml.bad'; do
	# shellcheck disable=SC2086
	ls -1r $pattern 2>/dev/null | tail -n "+$((nights + 1))" | while read -r old; do
		rm -f "$old"
	done
done
