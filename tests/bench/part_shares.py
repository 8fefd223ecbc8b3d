# SPDX-License-Identifier: GPL-2.0
"""What the program that makes sockets pays: untraced, with empty programs, with the tool."""

import os

from programs import cost
from tracer import SEVEN_STAGES, SIX, EmptyPrograms, Tool, observed_functions

RELEASE = tuple(int(part) for part in os.uname().release.split(".")[:2])
HAS_KPROBE_MULTI = RELEASE >= (6, 12)  # Debian's kernels before have no CONFIG_FPROBE
ANOTHER_PROCESS = ["-p", "1"]


def with_empty_programs(way, functions):
    with EmptyPrograms(way, functions):
        return cost()


def with_tool(*options):
    """Nothing is read meanwhile, so only what the kernel does for the tool is in it."""
    with Tool("-q", *options) as tool:
        tool.stop()
        return cost()


def floors(core, full):
    yield "empty fentry, the seven", with_empty_programs("fentry", SIX)
    yield "empty fentry, default", with_empty_programs("fentry", core)
    yield "empty fentry, full", with_empty_programs("fentry", full)
    yield "empty kprobe, the seven", with_empty_programs("kprobe", SIX)
    yield "empty kprobe, default", with_empty_programs("kprobe", core)
    if HAS_KPROBE_MULTI:
        yield "empty kprobe.multi, the seven", with_empty_programs("kprobe.multi", SIX)
        yield "empty kprobe.multi, default", with_empty_programs("kprobe.multi", core)


def ours():
    yield "the seven", with_tool(*SEVEN_STAGES)
    yield "default", with_tool()
    yield "full", with_tool("--detail", "full")
    yield "the seven, kprobe", with_tool("--attach", "kprobe", *SEVEN_STAGES)
    yield "default, kprobe", with_tool("--attach", "kprobe")
    if HAS_KPROBE_MULTI:
        yield "the seven, kprobe.multi", with_tool("--attach", "kprobe.multi", *SEVEN_STAGES)
        yield "default, kprobe.multi", with_tool("--attach", "kprobe.multi")
    yield "the seven, filtered", with_tool(*ANOTHER_PROCESS, *SEVEN_STAGES)
    yield "default, filtered", with_tool(*ANOTHER_PROCESS)
    yield "default with --state", with_tool("--state")
    yield "default with --accept", with_tool("--accept")


def measure():
    core, full = observed_functions(), observed_functions("--detail", "full")
    untraced = cost()
    measures = {"untraced": untraced.as_dict()}
    for name, result in [*floors(core, full), *ours()]:
        measures[name] = {
            "median": result.median - untraced.median,
            "mean": result.mean - untraced.mean,
        }
    return measures
