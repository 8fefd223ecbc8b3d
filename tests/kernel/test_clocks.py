# SPDX-License-Identifier: GPL-2.0
"""Times in a time namespace, and when somebody sets the wall clock."""

import calendar
import json
import os
import re
import time

import work
from tap import check, check_equal, test
from test_namespaces import only_child
from tool import FEW_STAGES, Trace, read, temporary, wait_until

HOUR = 3600 * 10**9


def ns_of(rfc3339):
    """Nanoseconds since 1970 of a time as jsonl has it."""
    seconds, fraction = rfc3339.rstrip("Z").split(".")
    return calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S")) * 10**9 + int(fraction)


class Timed:
    """A creation, and between which times of which clocks it was made."""

    def __init__(self, process):
        self.began = self.now()
        self.made = process("socket", 2, 1, 0)
        self.ended = self.now()

    @staticmethod
    def now():
        return time.time_ns(), time.clock_gettime_ns(time.CLOCK_BOOTTIME)

    def check(self, socket, what):
        shown = ns_of(socket["time"]), socket["ts_ns"]
        for clock, began, at, ended in zip(("time", "ts_ns"), self.began, shown, self.ended):
            check(began <= at <= ended, f"{what}, {clock}: {began} <= {at} <= {ended}")


def in_namespace(*options):
    """A trace in a time namespace, whose clocks are those options of unshare ahead."""
    return Trace(
        "--format",
        "jsonl",
        *FEW_STAGES,
        "-c",
        "on_request",
        "--duration",
        "3600",
        prefix=["unshare", "--time", *options],
    )


@test("in a time namespace: creations have the kernel's times and their exe, and none is dropped")
def time_namespace():
    # Of the last, only the children are in the namespace: programs executed without a fork are not.
    options = (
        ("--fork", "--kill-child", "--boottime", "864000"),
        ("--fork", "--kill-child", "--boottime", "-2"),
        ("--boottime", "864000"),
    )
    traces = [in_namespace(*each) for each in options]
    Trace.start_all(traces)
    with work.OnRequest() as process:
        made = [Timed(process) for _ in range(3)]
        # Of a process that has ended nobody could say what it executed.
        for trace in traces:
            wait_until(lambda: len(trace.shown_sockets) >= len(made), f"shown: {trace.text}")
    for trace in traces[:2]:
        os.kill(only_child(trace.process.pid), 15)
    traces[2].send(15)
    for trace, name in zip(traces, options):
        trace.wait()
        check_equal(trace.process.returncode, 0, f"{name}: {trace.account}")
        trace.json.check_nothing_lost()
        check_equal(len(trace.json.sockets), len(made), f"{name}: sockets")
        for timed, socket in zip(made, trace.json.sockets):
            timed.check(socket, name)
            check_equal(socket["exe"], os.path.realpath(work.program("on_request")), f"{name}: exe")


def set_clock(trace, step, number):
    """Sets the wall clock, and waits until the trace has noticed the change of this number."""
    time.clock_settime_ns(time.CLOCK_REALTIME, time.time_ns() + step)
    wait_until(lambda: trace.text.count('"event":"clock"') == number, "the clock was not noticed")


def events(trace, event):
    lines = [json.loads(line) for line in trace.text.splitlines()]
    return [line for line in lines if line["event"] == event]


@test("the wall clock is set during a trace: times follow it, and each format says so")
def clock_is_set():
    names = ("line", "tree", "timeline")
    paths = {name: temporary(name) for name in names}
    outputs = [word for name in names for word in ("-o", f"{name}:{paths[name]}")]
    trace = Trace("--format", "jsonl", *FEW_STAGES, "-c", "on_request", *outputs)
    with trace, work.OnRequest() as process:
        made = [Timed(process)]
        set_clock(trace, HOUR, 1)
        try:
            made.append(Timed(process))
        finally:
            set_clock(trace, -HOUR, 2)
        made.append(Timed(process))
    for timed, socket in zip(made, events(trace, "socket"), strict=True):
        timed.check(socket, "a creation")
    changes = events(trace, "clock")
    kinds = [json.loads(line)["event"] for line in trace.text.splitlines()]
    check_equal(
        kinds, ["header", "socket", "clock", "socket", "clock", "socket", "end"], "the events"
    )
    for change, step, before, after in zip(changes, (HOUR, -HOUR), made, made[1:]):
        check(abs(change["step_ns"] - step) < HOUR / 60, f"step: {change}")
        check_equal(change["step_ns_str"], str(change["step_ns"]), "step as a string")
        difference = ns_of(change["time"]) - ns_of(change["before"])
        check_equal(difference, change["step_ns"], "time less before")
        check(before.ended[1] < change["ts_ns"] < after.began[1], f"when: {change}")
    for name in ("line", "tree"):
        steps = re.findall(r"^# the clock was set from \S+ to \S+ \((.)\d+\.\d+ s\)$",
                           read(paths[name]), re.MULTILINE)
        check_equal(steps, ["+", "-"], f"rows of {name}")
    timeline = json.loads(read(paths["timeline"]))["traceEvents"]
    told = [event["args"]["step_ns"] for event in timeline if event["ph"] == "i"]
    check_equal(told, [change["step_ns"] for change in changes], "events of the timeline")
