# SPDX-License-Identifier: GPL-2.0
"""What ways of finding the session of a creation cost, which is all that these programs do."""

from programs import cost
from tracer import SIX, EmptyPrograms, SessionDesign

WAYS = {
    "stack": "global data, by kernel stack",
    "thread": "global data, by thread number",
    "storage": "task storage",
    "hash": "hash, by thread number",
    "fewer_clocks": "by kernel stack, no clock at inner returns",
    "fewer_exits": "by kernel stack, no inner returns",
}


def with_tracer(tracer):
    with tracer:
        return cost()


def measure():
    untraced = cost()
    measures = {"empty": with_tracer(EmptyPrograms("fentry", SIX))}
    for way, name in WAYS.items():
        measures[name] = with_tracer(SessionDesign(way))
    return {
        name: {"median": result.median - untraced.median, "mean": result.mean - untraced.mean}
        for name, result in measures.items()
    }
