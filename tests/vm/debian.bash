# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What fetch-kernel and fetch-debian share: apt, kept to itself, and the cache.
# Sourced by them.

readonly FRESH_DAYS=7 # how long what is in the cache is used unasked
readonly KEEP_DAYS=14 # how long what is outdated stays after its last use
readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

cache=${SOCKCREATE_TRACE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/sockcreate-trace}

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$*"
	exit 1
}

# --- apt, kept to itself ------------------------------------------------------

# The suite's archive as the machine's own configuration names it: the main
# archive of Debian, not security, not backports, not another vendor's. Where
# the machine has no package lists yet, apt knows the origin of none of its
# sources, and an address ending in /debian/ has to do.
find_mirror() {
	if [ -n "${SOCKCREATE_TRACE_MIRROR:-}" ]; then
		printf '%s\n' "$SOCKCREATE_TRACE_MIRROR"
		return
	fi
	# shellcheck disable=SC2016 # the names are apt's
	apt-get indextargets --format '$(IDENTIFIER)|$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' 2>/dev/null |
		awk -F'|' '
			$1 != "Packages" || $4 != "main" { next }
			$2 == "Debian" && $3 == "Debian" && known == "" { known = $5 }
			$2 == "" && $5 ~ /\/debian\/?$/ && guess == "" { guess = $5 }
			END { if (known != "") print known; else if (guess != "") print guess }'
}

# A private apt.conf. Of the system's configuration only what concerns the way
# out (proxies, time-outs) is taken over: its hooks work on the system's state.
write_apt_conf() {
	local dir=$1 arch=$2

	apt-config dump | grep -E '^Acquire::(http|https|ftp|Retries|ForceIPv|Proxy)' >"$dir/apt.conf"
	cat >>"$dir/apt.conf" <<-CONF
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Sandbox::User "$(id -un)";
		Acquire::Check-Valid-Until "false";
		Acquire::Check-Date "false";
		Acquire::GzipIndexes "true";
		Acquire::Languages "none";
		Acquire::PDiffs "false";
		Dir::State "$dir/state";
		Dir::State::Lists "$dir/state/lists";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir/cache";
		Dir::Log "$dir/log";
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::Etc::trusted "/dev/null";
		Dir::Etc::trustedparts "/dev/null";
		Dir::Etc::machine "/dev/null";
	CONF
}

make_apt() {
	local dir=$1 suite=$2 arch=$3 mirror=$4

	mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial" "$dir/log" || return 1
	: >"$dir/status"
	printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$mirror" "$suite" >"$dir/sources.list"
	write_apt_conf "$dir" "$arch"
	export APT_CONFIG=$dir/apt.conf
}

# --- the cache ----------------------------------------------------------------

# Prints the newest cached folder of a name, if there is one.
cached() {
	local dir

	dir=$(readlink -f "$cache/current/$1" 2>/dev/null) || return 1
	[ -s "$dir/release" ] || return 1
	printf '%s\n' "$dir"
}

is_fresh() {
	[ -n "$(find "$cache/checked/$1" -mtime "-$FRESH_DAYS" 2>/dev/null)" ]
}

# Renaming a link over the old one leaves no moment without one.
set_current() {
	local name=$1 dir=$2

	mkdir -p "$cache/current" "$cache/checked" || return 1
	ln -sfn "$dir" "$cache/current/.$name.$$" &&
		mv -T "$cache/current/.$name.$$" "$cache/current/$name" &&
		touch "$cache/checked/$name"
}

# prune KIND: removes what is outdated of a kind of folders, after some time, as a
# guest may be running on it.
prune() {
	local dir link current=" "

	for link in "$cache"/current/*; do
		current="$current$(readlink -f "$link") "
	done
	for dir in "$cache/$1"/*/*/; do
		dir=${dir%/}
		case $current in *" $dir "*) continue ;; esac
		[ -z "$(find "$dir/used" -mtime "-$KEEP_DAYS" 2>/dev/null)" ] && rm -rf "$dir"
	done
}

# ask_mirror SUITE ARCH: has apt know what the suite has.
ask_mirror() {
	local mirror

	mirror=$(find_mirror)
	[ -n "$mirror" ] || { say "apt's sources name no Debian mirror"; return 1; }
	make_apt "$(apt_folder "$@")" "$1" "$2" "$mirror" || return 1
	# Without Error-Mode, a mirror that does not answer is only a warning.
	apt-get -qq -oAPT::Update::Error-Mode=any update >&2
}

# end_apt SUITE ARCH: removes what is large, and soon made again.
end_apt() {
	rm -rf "$(apt_folder "$@")"/cache/{*.bin,archives}
}

apt_folder() {
	printf '%s\n' "$cache/apt/$1-$2"
}

# provide KIND NAME FORCE SUITE ARCH [ARGUMENT...]: prints the folder of that
# name. The script's own refresh() brings in what there is today: it is called
# with NAME SUITE ARCH [ARGUMENT...], makes a folder $cache/KIND/ARCH/..., in which
# the file "release" comes last, and names it by set_current.
provide() {
	local kind=$1 name=$2 force=$3 dir
	shift 3

	# One at a time per suite: the others then find the work done.
	mkdir -p "$cache" || { say "cannot make $cache"; return 1; }
	exec 9>"$cache/.$1-$2.lock" || { say "cannot write to $cache"; return 1; }
	flock 9 || { say "cannot lock $cache"; return 1; }
	if [ "$force" = no ] && is_fresh "$name" && dir=$(cached "$name"); then
		:
	elif refresh "$name" "$@" 9>&-; then
		dir=$(cached "$name") || return 1
		prune "$kind"
	elif dir=$(cached "$name"); then
		say "no answer from the mirror: using the cached $(cat "$dir/release")"
	else
		return 1
	fi
	exec 9>&-
	touch "$dir/used" 2>/dev/null # the cache may be read-only
	printf '%s\n' "$dir"
}
