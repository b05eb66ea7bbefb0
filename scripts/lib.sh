# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every script here shares: where things are, and how to speak.

set -Eeuo pipefail

top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034 # used by the scripts that source this file
build=$top/build
# shellcheck disable=SC2034
logs=$build/logs
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sun6i-bsp

# Relative names in what is hashed, and no working folder: a clone elsewhere
# finds what this one compiled.
# What was said to our make is not for the makes of others: BOARD is a variable of U-Boot's too.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES
export CCACHE_DIR=$cache/ccache CCACHE_BASEDIR=$top CCACHE_NOHASHDIR=1

me=${0##*/}

say()	{ printf '%s: %s\n' "$me" "$*"; }
warn()	{ printf '%s: %s\n' "$me" "$*" >&2; }

# die MESSAGE [NEXT STEP]: one sentence, what to do next, exit 1.
die() {
	warn "error: $1"
	[ $# -lt 2 ] || warn "next: $2"
	exit 1
}

# usage_error MESSAGE: a wrong word on the command line; exit 2.
usage_error() {
	warn "error: $1"
	exit 2
}

# dom0_fits MIB GUESTS: whether dom0 can have that beside guests that Xen starts, on
# the smallest board, which has 1 GiB. Xen wants dom0's memory in large pieces at
# their own addresses, and of all of them at once it finds 640 MiB. Each guest has 96
# (scripts/xen-dtb) and Xen's tables for it. With less than the least dom0's initramfs
# has no room to be unpacked.
dom0_fits() {
	local least=128 most=640
	[[ $1 =~ ^[1-9][0-9]{0,3}$ ]] || usage_error "DOM0_MEM='$1' (--dom0-memory) is no number of MiB"
	[ "$2" -lt 2 ] || most=512
	[ "$1" -ge $least ] && [ "$1" -le $most ] ||
		usage_error "DOM0_MEM=$1 (--dom0-memory) does not fit; beside Xen and $2 guests dom0 can have $least to $most MiB"
}

# need_space DIR MIB: complain before a long step fills the disk.
need_space() {
	local have
	mkdir -p "$1"
	have=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
	[ "$have" -ge "$2" ] ||
		die "$1 has $have MiB free, this step needs $2" \
		    "free some space, or point BUILD or XDG_CACHE_HOME at a larger disk"
}

# logged LOG WHAT COMMAND...: run COMMAND with its output in LOG; on failure
# show the end of the log and where it is.
logged() {
	local log=$1 what=$2 start=$SECONDS rc=0
	shift 2
	mkdir -p "${log%/*}"
	say "$what (log: ${log#"$top"/})"
	"$@" >"$log" 2>&1 </dev/null || rc=$?
	if [ $rc -ne 0 ]; then
		tail -n 25 "$log" | sed 's/^/    /' >&2
		die "$what failed with status $rc" "read $log"
	fi
	say "$what: done in $((SECONDS - start)) s"
}

# put FILE AS: whole, and anew only when it is another
put() { cmp -s "$1" "$2" || { cp "$1" "$2.new" && mv "$2.new" "$2"; }; }

# patched_copy NAME COPY PATCH...: build/src/COPY is build/src/NAME with these. Made
# anew when the source or a patch has changed, and appears whole. Its files may be
# older than what was built of the last one, so that build/obj/COPY goes.
patched_copy() {
	local stamp=$build/src/.$1 copy=$build/src/$2 now p
	[ $# -gt 2 ] || usage_error "--with wants a patch"
	for p in "${@:3}"; do
		[ -r "$p" ] || die "there is no patch $p to read" "look into patches/"
	done
	now=$(cat "$stamp" "${@:3}" | sha256sum)
	[ "$(cat "$copy/.made-of" 2>/dev/null)" != "$now" ] || return 0
	rm -rf "$copy" "$copy.new" "$build/obj/$2"
	cp -a "$build/src/$1" "$copy.new"
	for p in "${@:3}"; do
		patch -s -p1 -d "$copy.new" <"$p" ||
			die "${p#"$top"/} does not apply to $1 $(cat "$stamp")" "rebase it"
	done
	echo "$now" >"$copy.new/.made-of"
	mv "$copy.new" "$copy"
}
