// SPDX-License-Identifier: GPL-2.0
#include "options/help.h"

static const char usage[] =
	"Usage: sockcreate-trace [OPTIONS] [-- COMMAND [ARG...]]\n"
	"\n"
	"Shows how the kernel creates each socket: the tree of functions that do it,\n"
	"with their latencies and results. With COMMAND only what it and its children\n"
	"create is shown, from its first instruction on; without, that of the whole\n"
	"system, until Ctrl-C.\n";

static const char filters[] =
	"\n"
	"What is shown (each may be repeated, or take a list: -f inet,inet6; a socket\n"
	"must match every filter, by any of its values; names in any case, with or\n"
	"without AF_, SOCK_, IPPROTO_; numbers as well):\n"
	"  -p, --pid PID            processes\n"
	"  -t, --tid TID            threads\n"
	"  -c, --comm NAME          names of threads, 15 bytes at most (a comma: \\,)\n"
	"  -u, --uid USER           users, by name or number\n"
	"  -f, --family FAMILY      address families as asked for: inet, unix, 16\n"
	"      --type TYPE          socket types as asked for: stream, dgram, raw\n"
	"      --protocol PROTOCOL  protocols as asked for: tcp, 0, NETLINK_ROUTE\n"
	"      --cgroup PATH        cgroups (v2) and those below them\n"
	"      --netns PATH|INODE   network namespaces: a file as in /run/netns, or its\n"
	"                           inode number\n"
	"  -x, --failed             failed creations only\n"
	"  -m, --min-us N           creations that took at least N microseconds, as\n"
	"                           measured (the cost of the probes is in it)\n"
	"      --accept             sockets from accept(), too; how long it waited for a\n"
	"                           connection is shown apart\n"
	"      --no-follow          COMMAND itself only, not its children\n";

static const char ending[] = "\n"
			     "When to stop:\n"
			     "  -d, --duration SECONDS   after that time, as 10 or 0.5\n"
			     "  -n, --count N            after N sockets\n";

static const char output[] =
	"\n"
	"Output:\n"
	"      --format FORMAT      tree (default), line (one row a socket), jsonl, or\n"
	"                           none: only the account, and a timeline if wanted\n"
	"  -o, --output FILE        to FILE instead of standard output\n"
	"      --timeline FILE      besides, a timeline in Chrome's trace event\n"
	"                           format, for Perfetto or speedscope\n"
	"  -K, --kernel-stack       besides, the caller's stack in the kernel\n"
	"  -U, --user-stack         besides, the caller's stack in the process\n"
	"      --stack WHICH        the same as kernel, user or both\n"
	"      --color WHEN         auto (default: heeds NO_COLOR), always or never\n"
	"  -q, --quiet              no warnings; an account only if something was lost\n"
	"  -v, --verbose            more on what the tool does; -vv for still more\n";

static const char probes[] =
	"\n"
	"Probes:\n"
	"      --detail LEVEL       core (default), or full: also functions that run in\n"
	"                           other system calls, which then get a little slower\n"
	"      --stages LIST        these functions instead; core and full stand for all\n"
	"                           of that level; the system calls are always observed\n"
	"      --state              below each function what it has set in struct socket\n"
	"                           and struct sock (in tree, jsonl and the timeline)\n"
	"      --attach WAY         auto (default), fentry, kprobe or kprobe.multi\n"
	"      --list-stages        says of every function how it is observed on this\n"
	"                           kernel, and why\n"
	"      --buffer-size MIB    memory for what is not read yet: a power of two\n"
	"                           from 1 to 1024 (default 8)\n"
	"      --overhead           tells at the end what the tool itself has cost: its\n"
	"                           BPF programs and its reader\n"
	"      --raw-latency        durations as measured: what the probes cost is in\n"
	"                           them. By default it is taken out\n"
	"      --no-nice            leaves the tool's own priority as it is; by default\n"
	"                           it is raised, so that busy machines lose no sockets\n"
	"      --btf FILE           the kernel's BTF, if it has none of its own\n"
	"      --ready-file PATH    is created as soon as all probes are attached\n"
	"\n"
	"  -V, --version            prints the version\n"
	"  -h, --help               prints this\n";

static const char examples[] =
	"\n"
	"Examples:\n"
	"  sockcreate-trace -- curl http://localhost/     the sockets of one command\n"
	"  sockcreate-trace -f inet,inet6 --format line   internet sockets, a row each\n"
	"  sockcreate-trace -x                            what fails, and where\n"
	"  sockcreate-trace -p 1234 -m 100 -n 10          ten slow ones of a process\n"
	"  sockcreate-trace -d 5 -o out.jsonl --format jsonl --timeline out.json\n"
	"\n"
	"Exit status: 0; that of COMMAND, if there is one (126 if it cannot be executed,\n"
	"127 if it is not found); 1 for an error; 2 for a wrong command line.\n";

void help__print(FILE *file)
{
	const char *const parts[] = { usage, filters, ending, output, probes, examples };
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		fputs(parts[i], file);
}
