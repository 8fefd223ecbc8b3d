# SPDX-License-Identifier: GPL-2.0
"""What tracers report of the durations of functions, socket by socket, in nanoseconds."""

import collections
import json


def _add_tree(durations, span, measured):
    duration = span.get("measured_ns") if measured else span["duration_ns"]
    if duration is not None:
        durations[span["name"]].append(duration)
    for child in span["children"]:
        _add_tree(durations, child, measured)


def of_tool(path, pid, measured=False):
    """
    By function, those of one process in the tool's jsonl: as it corrects them, or as it has measured
    them. A tool that corrects nothing has no second ones.
    """
    durations = collections.defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            if event["event"] == "socket" and event["pid"] == pid:
                _add_tree(durations, event["tree"], measured)
    return durations
