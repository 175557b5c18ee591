#!/bin/sh
# Keep the last nights of a LiveChat license as dated files.
#
# usage: backup.sh DIRECTORY [NIGHTS]
#
# Writes DIRECTORY/license-YYYY-MM-DD.yaml and checks that it can be restored.
# If a backup is incomplete or cannot be restored, the script names it
# license-YYYY-MM-DD.yaml.bad. It removes old files only after a good backup, so
# that the last NIGHTS good files (default 14) stay.
#
# Prints nothing on a good night. The exit code is that of lcsync: 0, 2 if a
# restore of the backup differs, 3 if the backup is incomplete, and so on; 64 if
# DIRECTORY is missing from the command line.
# lcsync takes its token from the environment or a profile
# (LCSYNC_PROFILE=acme).
set -u
umask 077

if [ "$#" -eq 0 ]; then
	echo 'usage: backup.sh DIRECTORY [NIGHTS]' >&2
	exit 64
fi
directory=$1
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

# Names begin with the date, so they sort by date.
for pattern in 'license-????-??-??.yaml' 'license-????-??-??.yaml.bad'; do
	# shellcheck disable=SC2086
	ls -1r $pattern 2>/dev/null | tail -n "+$((nights + 1))" | while read -r old; do
		rm -f "$old"
	done
done
