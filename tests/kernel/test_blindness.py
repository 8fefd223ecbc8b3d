# SPDX-License-Identifier: GPL-2.0
"""
Probes that are attached and do not fire, because the kernel is switched so: a trace says so, before
it begins or at its end, and for how long.
"""

import os
import signal
import socket
import time
from datetime import datetime

from tap import check, check_equal, test, test_once
from tool import HAS_FENTRY, RELEASE, TOOL, Run, Trace, wait_until

FTRACE = "/proc/sys/kernel/ftrace_enabled"
KPROBES = "/sys/kernel/debug/kprobes/enabled"
SECOND = 1_000_000_000
ON_X86 = os.uname().machine == "x86_64"

# Which switch stops which way. That of ftrace also stops kprobes on x86-64, but kernels warn when
# kprobes go after both switches have been used.
STOPS = {"kprobe": KPROBES}
if HAS_FENTRY:
    STOPS["fentry"] = FTRACE
if RELEASE >= (6, 12) and ON_X86:
    STOPS["kprobe.multi"] = STOPS["kprobe.session"] = FTRACE
# 5.10 does not let itself be switched while fentry is attached.
STOPS_LATER = {
    way: switch for way, switch in STOPS.items() if way != "fentry" or RELEASE >= (6, 1)
}
NAMES = {FTRACE: "kernel.ftrace_enabled", KPROBES: "kprobes/enabled"}


class SwitchedOff:
    """A switch of the kernel that is off, as a context."""

    def __init__(self, path):
        self.path = path

    def set(self, value):
        with open(self.path, "w", encoding="ascii") as file:
            file.write(value)

    def __enter__(self):
        self.set("0")
        return self

    def __exit__(self, *_):
        self.set("1")


def few_stages(way):
    """Attaches to few functions, and only in this way: nothing watches for modules."""
    return ("--stages", "__sys_socket", "--raw-latency", "--attach", way)


def trace_itself(way):
    """Traces the sockets of this process."""
    return Trace("-p", os.getpid(), *few_stages(way), "--format", "jsonl")


def make_socket():
    socket.socket().close()


def wait_for_message(trace, text):
    wait_until(lambda: text in trace.account, f"no message {text!r}")


def check_refused(run, switch):
    check_equal((run.status, run.output), (1, ""), f"status and output ({run.errors})")
    check_equal(run.errors.count("\n"), 1, f"lines of {run.errors}")
    check(f"{NAMES[switch]} is 0" in run.errors, run.errors)


@test("a trace that would see nothing does not begin: the switch is named, COMMAND does not run")
def off_at_the_start():
    for way, switch in [*STOPS.items(), *([("kprobe", FTRACE)] if ON_X86 else [])]:
        with SwitchedOff(switch):
            run = Run(TOOL, *few_stages(way), "--", "echo", "ran")
        check_refused(run, switch)


@test_once("list-stages does not say that functions are observed whose probes do not fire")
def off_while_listing():
    with SwitchedOff(KPROBES):
        check_refused(Run(TOOL, "list-stages", "--attach", "kprobe"), KPROBES)


def check_times(spell, before, after):
    """A spell lies within two times, in seconds."""
    times = [datetime.fromisoformat(spell[key][:26] + "+00:00").timestamp() for key in ("from", "to")]
    check(before <= times[0] < times[1] <= after, f"{before} {times} {after}")
    most = spell["most_ns"] / SECOND
    check(abs(most - (times[1] - times[0])) < 0.001, f"most_ns of {spell}")
    check(0 <= spell["least_ns"] <= spell["most_ns"], f"least_ns of {spell}")


def spell_of(trace, way):
    """The one spell of this way. What is no stage may be observed by kprobes beside it."""
    spells = trace.json.end["blind"]
    others = {spell["attach"] for spell in spells} - {way}
    check(others <= {"kprobe"}, f"other spells than of {way}: {spells}")
    (spell,) = [spell for spell in spells if spell["attach"] == way]
    return spell


def trace_through(way, switch):
    """A trace during which a switch is off for a while, with a socket before, meanwhile, after."""
    trace = trace_itself(way)
    trace.status = 1
    with trace:
        before = time.time()
        make_socket()
        with SwitchedOff(switch):
            wait_for_message(trace, f"probes by {way} do not fire any more, so sockets are missed")
            make_socket()
        wait_for_message(trace, f"probes by {way} fire again")
        after = time.time()
        make_socket()
    return trace, before, after


@test("a trace that is blind for a while says when, in the summary and in jsonl, and ends with 1")
def off_in_the_middle():
    for way, switch in STOPS_LATER.items():
        trace, before, after = trace_through(way, switch)
        check_equal(trace.json.end["sockets"], 2, f"sockets by {way}")
        spell = spell_of(trace, way)
        check_equal(spell["switch"], NAMES[switch], "switch")
        check_times(spell, before - 2, after)
        said = f"probes by {way} did not fire ({NAMES[switch]} was 0)"
        check("  blind from " in trace.account and said in trace.account, trace.account)


@test("a trace that has become blind just before its end says so")
def off_at_the_end():
    way, switch = list(STOPS_LATER.items())[-1]
    trace = trace_itself(way)
    trace.status = 1
    with trace, SwitchedOff(switch):
        trace.send(signal.SIGTERM)
        # Kernels warn where it is switched on again before all is detached.
        trace.wait()
    check(" to the end, for at least " in trace.account, trace.account)
    check_equal(spell_of(trace, way)["to"], None, "end of the spell")
    warned = "kernel.ftrace_enabled is 0 while probes are removed: leave it so until" in trace.account
    check_equal(warned, switch == FTRACE, f"warned of the switch: {trace.account}")
