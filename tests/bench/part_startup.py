# SPDX-License-Identifier: GPL-2.0
"""How long the tool takes from its execution until all is attached, in the guest's time."""

import statistics

from tracer import Tool

TRACES = 5  # the first one, which brings the files into memory, does not count


def start(*options):
    """Seconds, and what it said on the way."""
    with Tool(*options) as tool:
        seconds = (tool.ready_at - tool.started_at) / 1e9
    return seconds, tool.said


def starts(*options):
    times = [start("-q", *options)[0] for _ in range(TRACES - 1)]
    return {
        "median": round(statistics.median(times), 3),
        "all": [round(seconds, 3) for seconds in times],
    }


def measure():
    start()
    result = {"without calibration": starts("--raw-latency"), "default": starts()}
    _, account = start("-v")
    return {**result, "account": account.splitlines()}
