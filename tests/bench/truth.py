# SPDX-License-Identifier: GPL-2.0
"""On the host: the durations that the tool reports, against those counted from outside."""

import os

import guests
import reported
import statistic
from calls import Truth

RUNS = 2  # of the truth: their difference is the repeat error
CORRECTED, MEASURED = "corrected", "measured"


def truths(kernel, functions, loop):
    for run in range(RUNS):
        path = os.path.join(os.path.dirname(functions), f"calls.{run}")
        guests.count_calls(kernel, functions, path, loop)
        truth = Truth(path)
        if truth.missed:
            raise guests.Failed(f"{kernel}: the returns of {truth.missed} calls were not seen")
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
