# SPDX-License-Identifier: GPL-2.0
"""What the tool is to keep to. Instructions for each socket, unless said otherwise."""

# The application's share beyond the untraced cost, by what is observed.
SHARES = {"the seven": 3500, "default": 5000, "the seven, kprobe": 8000}
FILTERED = 1.2  # times empty programs on the same stages
EVERY_STAGE = 1.3  # likewise, for programs that make no sockets
SECCOMP = 220  # for each system call of a process that has a filter, while it is watched
FOLLOWED = {"fork": 2700, "execve": 5200}  # for each of any process, with jsonl; execve with its fork
NOTHING = 10  # what counts as nothing: the clock is read at slightly different times

OWN = {
    "drain": 600,
    "line": 5000,
    "tree": 12000,
    "jsonl": 15000,
    "timeline": 14000,
    "folded": 3500,
}
PEAK_KIB = 16 * 1024  # beyond the ring buffer
START_MS = {"6.1": 1000, "5.10": 2000}

SEVEN = [
    "__sys_socket",
    "__sock_create",
    "inet_create",
    "sk_alloc",
    "sock_init_data",
    "tcp_v4_init_sock",
    "sock_map_fd",
]
# How far a reported duration may be from the truth.
OUTERMOST = 0.03
STAGE = 0.05
KPROBE = 0.08
INSTRUCTIONS = 40  # or so many, for a stage that is short

# What the user side does at least, by measurement: the unit, and how many.
USER_SIDE = {
    "assemble": ("sockets_per_second", 2000000),
    "jsonl": ("bytes_per_second", 500000000),
    "timeline": ("bytes_per_second", 500000000),
}


def deviation(stage, way, truth):
    """The most instructions that a stage's duration may be off, None where nothing is demanded."""
    if stage not in SEVEN or way not in ("fentry", "kprobe"):
        return None
    share = KPROBE if way == "kprobe" else OUTERMOST if stage == SEVEN[0] else STAGE
    allowed = share * truth
    return allowed if stage == SEVEN[0] else max(allowed, INSTRUCTIONS)
