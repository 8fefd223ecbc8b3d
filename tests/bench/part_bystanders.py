# SPDX-License-Identifier: GPL-2.0
"""What programs pay that make no socket."""

from programs import cost
from tracer import EmptyPrograms, Tool, observed_functions

# How many batches of how many rounds; connections of a batch are open at the same time.
ACTIONS = {"open": (10, 1000), "pipe": (10, 1000), "accept": (10, 200)}
EVERY_STAGE = ["--detail", "full", "--accept"]


def costs():
    return {action: cost(action, *size) for action, size in ACTIONS.items()}


def with_tool(*options):
    """As with the application's share, nothing is read meanwhile."""
    with Tool("-q", *options) as tool:
        tool.stop()
        return costs()


def with_empty_programs(functions):
    with EmptyPrograms("fentry", functions):
        return costs()


def measure():
    core, every = observed_functions(), observed_functions(*EVERY_STAGE)
    untraced = costs()
    runs = {
        "empty, default": with_empty_programs(core),
        "empty, every stage": with_empty_programs(every),
        "default": with_tool(),
        "every stage": with_tool(*EVERY_STAGE),
    }
    measures = {"untraced": {action: result.as_dict() for action, result in untraced.items()}}
    for name, results in runs.items():
        measures[name] = {
            action: {
                "median": result.median - untraced[action].median,
                "mean": result.mean - untraced[action].mean,
            }
            for action, result in results.items()
        }
    return measures
