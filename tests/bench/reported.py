# SPDX-License-Identifier: GPL-2.0
"""What tracers report of the durations of functions, socket by socket, in nanoseconds."""

import collections
import json
import re

OUTERMOST = "__sys_socket"


def _add_tree(durations, span, measured):
    duration = span.get("measured_ns") if measured else span["duration_ns"]
    if duration is not None:
        durations[span["name"]].append(duration)
    for child in span["children"]:
        _add_tree(durations, child, measured)


def of_tool(path, pid, measured=False):
    """
    By function, those of one process in the tool's jsonl: as it corrects them, or as it has
    measured them. A tool that corrects nothing has no second ones.
    """
    durations = collections.defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            if event["event"] == "socket" and event["pid"] == pid:
                _add_tree(durations, event["tree"], measured)
    return durations


def _matches(path, pattern, unit):
    """The durations that a pattern finds, one a line, in units of so many nanoseconds."""
    with open(path, encoding="utf-8", errors="replace") as file:
        found = (re.search(pattern, line) for line in file)
        return [float(match[1]) * unit for match in found if match]


def of_trace_cmd(path, pid):
    """Of __sys_socket, in a report: it is the function at whose return the tree ends."""
    return _matches(path, rf"-{pid} .*funcgraph_exit: +[+!#*@$]? *([0-9.]+) us +\|  \}}", 1000)


def of_bpftrace(path, pid):
    return _matches(path, rf"^{pid} {OUTERMOST} (\d+)$", 1)


def of_perf_trace(path, pid):
    """Of the system call, from before __sys_socket to behind it."""
    return _matches(path, rf"\( *([0-9.]+) ms\): \S+?/{pid} socket\(", 1000000)


def of_strace(path, pid):
    """Of the system call, by strace -T."""
    return _matches(path, rf"^{pid} .*socket\(.*<([0-9.]+)>", 1000000000)


def of_perf_script(path, pid):
    """From the event at the entry of __sys_socket to that at its return."""
    entry = None
    durations = []
    event = re.compile(rf" {pid} .*? (\d+)\.(\d{{9}}): +bench:{OUTERMOST}(__return)?:")
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = event.search(line)
            if not match:
                continue
            time = int(match[1] + match[2])
            if not match[3]:
                entry = time
            elif entry is not None:
                durations.append(time - entry)
    return durations


def of_funclatency(path):
    """The bounds of the power of two in which the median lies."""
    with open(path, encoding="utf-8") as file:
        rows = re.findall(r"^ *(\d+) -> (\d+) +: (\d+)", file.read(), re.MULTILINE)
    left = sum(int(count) for _, _, count in rows) / 2
    for low, high, count in rows:
        left -= int(count)
        if left <= 0:
            return [int(low), int(high)]
    return None
