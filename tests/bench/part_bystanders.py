# SPDX-License-Identifier: GPL-2.0
"""What programs pay that make no socket."""

import contextlib

from programs import cost
from tracer import EmptyPrograms, Tool, observed_functions

# How many batches of how many rounds; connections of a batch are open at the same time.
ACTIONS = {"open": (10, 1000), "pipe": (10, 1000), "accept": (10, 200)}
EVERY_STAGE = ["--detail", "full", "--accept"]
# The kernel has states in which a connection costs it some 560 instructions more, for a while: what
# is compared has to be of the same state.
SAME = 50
TRIES = 5


def costs():
    return {action: cost(action, *size) for action, size in ACTIONS.items()}


def differ(some, others):
    return any(abs(some[action].median - others[action].median) > SAME for action in ACTIONS)


@contextlib.contextmanager
def stopped(*options):
    """As with the application's share, nothing is read meanwhile."""
    with Tool("-q", *options) as tool:
        tool.stop()
        yield


def added(make):
    """What each action costs more with a tracer, which make() starts, than before and after it."""
    for _ in range(TRIES):
        before = costs()
        with make():
            traced = costs()
        if not differ(before, costs()):
            return {
                action: {
                    "median": traced[action].median - before[action].median,
                    "mean": traced[action].mean - before[action].mean,
                }
                for action in ACTIONS
            }
    raise RuntimeError(f"what is not traced costs something else each of {TRIES} times")


def measure():
    core, every = observed_functions(), observed_functions(*EVERY_STAGE)
    return {
        "untraced": {action: result.as_dict() for action, result in costs().items()},
        "empty, default": added(lambda: EmptyPrograms("fentry", core)),
        "empty, every stage": added(lambda: EmptyPrograms("fentry", every)),
        "default": added(stopped),
        "every stage": added(lambda: stopped(*EVERY_STAGE)),
    }
