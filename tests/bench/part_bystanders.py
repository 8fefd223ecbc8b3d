# SPDX-License-Identifier: GPL-2.0
"""What programs pay that make no socket."""

import contextlib

from programs import cost
from tracer import EmptyPrograms, Tool, observed_functions

# How many batches of how many rounds; connections of a batch are open at the same time. As long as
# the kernel's allocator has no page of a size at hand, a connection costs some 560 instructions
# more, for a while: so the lowest cost of several is taken.
ACTIONS = {
    "open": [(10, 1000)],
    "pipe": [(10, 1000)],
    "accept": [(6, connections) for connections in (60, 200, 400)],
}
EVERY_STAGE = ["--detail", "full"]
# Then who accepts is no bystander: its sockets are recorded.
AND_ACCEPT = [*EVERY_STAGE, "--accept"]
SAME = 50
TRIES = 5


def lowest(costs_of_one):
    return min(costs_of_one, key=lambda cost: cost.median)


def costs():
    return {
        action: lowest(cost(action, *size) for size in sizes) for action, sizes in ACTIONS.items()
    }


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
    traced, untraced = [], [costs()]
    for _ in range(TRIES):
        with make():
            traced.append(costs())
        untraced.append(costs())
        if not differ(*untraced[-2:]):
            break
    result = {}
    for action in ACTIONS:
        some, others = (lowest(each[action] for each in tries) for tries in (traced, untraced))
        result[action] = {"median": some.median - others.median, "mean": some.mean - others.mean}
    return result


def measure():
    result = {"untraced": {action: result.as_dict() for action, result in costs().items()}}
    options = {"default": [], "every stage": EVERY_STAGE, "every stage, accept": AND_ACCEPT}
    for name, given in options.items():
        functions = observed_functions(*given)
        result[f"empty, {name}"] = added(lambda: EmptyPrograms("fentry", functions))
        result[name] = added(lambda: stopped(*given))
    return result
