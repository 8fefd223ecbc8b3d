# SPDX-License-Identifier: GPL-2.0
"""Taking out of an output what differs from run to run, so that the rest can be compared."""

import re

TIME = r"\d\d:\d\d:\d\d\.\d+"
VARYING_KEYS = (
    "ts_ns|pid|tid|ppid|cgroup_id|netns|inode|start_ns|duration_ns|measured_ns|self_ns|ts|dur"
    "|start_boot_ns|inner_cost_ns|outer_cost_ns"
)

MASKS = [
    # Durations; shares; bars, of which an empty one is nothing.
    (r"\d+(\.\d+)? ?(ns|µs|us|ms|s)\b", "DURATION"),
    (r"(<1|\d+)%", "SHARE"),
    (r"[█▏▎▍▌▋▊▉]+|#{1,10}(?= |$)(?<!^#)", ""),
    # Who and when: the heads of trees, the rows of lines.
    (rf"^{TIME} (\S+)/\d+(:\d+)? ", r"TIME \1/PID "),
    (rf"^{TIME} +\d+ ", "TIME PID "),
    (r"\binode \d+", "inode INODE"),
    (r"\b(inode|netns|cgroup_id)=\d+", r"\1=NUMBER"),
    (r"\binodes \d+ and \d+", "inodes INODE and INODE"),
    # JSON.
    (rf'"({VARYING_KEYS})(_str)?": ?"?[\d.]+"?', r'"\1\2":VARYING'),
    (r'"(time|start_time)": ?"[^"]*"', r'"\1":TIME'),
    (r"^\[[\d.]+,[\d.]+,", "[TIME,DURATION,"),
    (r'^\["([BXE])",[\d.]+,[\d.]+,', r'["\1",TIME,DURATION,'),
    (r'^\["([BXE])",[\d.]+,', r'["\1",TIME,'),
    # Frames of stacks: where in a function or file; and in what is stripped, or built anew, which.
    (r"\+0x[0-9a-f]+", "+OFFSET"),
    # How often a service did something in a while.
    (r"^ *\d+ (scan|shopd|libc)", r"COUNT \1"),
    # Folded stacks: the self latency.
    (r"^([^ ;]+(;[^ ;]+)*) \d+$", r"\1 DURATION"),
    # The summary: what comes beside the wanted depends on when the trace ended.
    (r"^\d+ sockets? seen, (\d+) shown \((\d+) failed\), \d+ filtered, ", r"SEEN, \1 shown (\2 failed), "),
    (r"\d+ not shown since the trace had ended, ", ""),
    # Debian updates its kernels.
    (r"\b6\.12\.\d[^\s\"]*", "KERNEL"),
    # Columns are as wide as what is in them.
    (r" +", " "),
    (r" $", ""),
    # How many descriptors it has leaked by then.
    (r"^(TIME PID gateway .*) \d+ DURATION$", r"\1 FD DURATION"),
]


def masked(line):
    for pattern, replacement in MASKS:
        line = re.sub(pattern, replacement, line)
    return line
