# SPDX-License-Identifier: GPL-2.0
"""The figures by which durations are compared."""

import statistics

WARM_UP = 1000  # sockets at the beginning, while the kernel's caches fill up
TAIL = 0.05  # the longest ones: those that take a new slab, or are interrupted


def median(durations):
    return round(statistics.median(durations[WARM_UP:]))


def mean(durations):
    """Without the tail."""
    kept = sorted(durations[WARM_UP:])
    return round(statistics.mean(kept[: len(kept) - round(len(kept) * TAIL)]), 1)


def summary(durations):
    return {"median": median(durations), "mean": mean(durations), "sockets": len(durations)}
