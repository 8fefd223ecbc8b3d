# SPDX-License-Identifier: GPL-2.0
"""On the host: the durations that the tool reports, against those counted from outside."""

import json
import os
import statistics

import guests
import reported
import statistic
from calls import Truth

RUNS = 2  # of the truth: their difference is the repeat error
TRIES = 3  # for one in which the return of each call is seen
CLOCK_ERROR = 0.001  # the guest finds out by itself how fast its clock goes
CORRECTED, MEASURED = "corrected", "measured"


def check(kernel, truth, clock):
    """Against the guest's own clock, which is to go one nanosecond for each instruction."""
    if truth.missed:
        raise guests.Failed(f"{kernel}: the returns of {truth.missed} calls were not seen")
    counted = statistics.median(truth.rounds)
    if abs(counted - clock) > CLOCK_ERROR * counted:
        raise guests.Failed(f"{kernel}: a round has {counted} instructions and takes {clock} ns")


def truths(kernel, functions, loop):
    for run in range(RUNS):
        path = os.path.join(os.path.dirname(functions), f"calls.{run}")
        for _ in range(TRIES):
            said = json.loads(guests.count_calls(kernel, functions, path, loop))
            truth = Truth(path)
            if not truth.missed:
                break
        check(kernel, truth, said["median_ns"])
        yield truth


def summaries(durations):
    return {name: statistic.summary(times) for name, times in durations.items()}


def measure(kernel):
    """By kernel; what tells nothing apart from what it is taken from is the host's to say."""
    said = guests.measure(kernel, "reports")
    folder = guests.folder_of(kernel, "reports")
    first, *others = truths(kernel, os.path.join(folder, "functions"), said["loop"])
    reports = {}
    for name, pid in said["pids"].items():
        path = os.path.join(folder, f"{name}.jsonl")
        reports[name] = {CORRECTED: summaries(reported.of_tool(path, pid))}
        measured = reported.of_tool(path, pid, measured=True)
        if measured:
            reports[name][MEASURED] = summaries(measured)
    return {
        "truth": summaries(first.durations),
        "again": [summaries(truth.durations) for truth in others],
        "interrupted": first.interrupted,
        "reports": reports,
    }
