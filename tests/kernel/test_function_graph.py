# SPDX-License-Identifier: GPL-2.0
"""The same trees as the kernel's own function_graph tracer shows, one for one."""

import glob
import os
import re
import subprocess
from functools import lru_cache

import test_kinds
import work
from shapes import check_shape, inactive_hooks, shape, without
from tap import check, check_equal, test
from tool import PATIENCE, PROBED, read, trace_command
from tracefs import TRACING, write

ROOTS = ("__sys_socket", "__sys_socketpair")
REPEAT = 7  # so that there are more than 200 creations
LEAST_CREATIONS = 200
BUFFER_KB = 4096
OPTIONS = {"funcgraph-irqs": 0, "funcgraph-proc": 0, "funcgraph-tail": 0, "sleep-time": 1}

# What is left of a line behind the processor and the duration.
LINE = re.compile(
    r"(?:(?P<name>[\w.]+)(?: \[\w+\])?\(.*\)(?P<leaf>;| \{)|(?P<end>\}))(?: */\*.*\*/)?"
)


def filter_functions(functions):
    """Has only these functions traced; those that exist as functions."""
    write("set_ftrace_filter", "")
    existing = []
    for function in functions:
        try:
            write("set_ftrace_filter", function + "\n", "a")
            existing.append(function)
        except OSError:
            pass
    return existing


def configure(functions):
    write("tracing_on", "0")
    write("current_tracer", "nop")
    existing = filter_functions(functions)
    write("set_graph_function", "")
    for root in ROOTS:
        write("set_graph_function", root + "\n", "a")
    write("buffer_size_kb", str(BUFFER_KB))
    write("trace", "")
    write("current_tracer", "function_graph")
    for option, value in OPTIONS.items():
        if os.path.exists(f"{TRACING}options/{option}"):
            write(f"options/{option}", str(value))
    return existing


def trace_this_process():
    # A call that ends on another processor than it began on is shown as two.
    os.sched_setaffinity(0, {0})
    write("set_ftrace_pid", str(os.getpid()))
    write("tracing_on", "1")


def reset():
    write("tracing_on", "0")
    write("current_tracer", "nop")
    write("set_ftrace_filter", "")
    write("set_graph_function", "")
    write("set_ftrace_pid", "")


def check_whole():
    """That the tracer has lost nothing."""
    for path in glob.glob(TRACING + "per_cpu/cpu*/stats"):
        counts = dict(line.split(": ") for line in read(path).splitlines())
        for count in ("overrun", "commit overrun", "dropped events"):
            check_equal(counts[count], "0", f"{count} in {path}")


def parse(text):
    """The trees that the tracer shows."""
    trees, path, in_interrupt = [], [], False
    for line in text.splitlines():
        if "==========>" in line or "<==========" in line:
            in_interrupt = "==========>" in line
            continue
        call = LINE.fullmatch(line.rpartition("|  ")[2].strip())
        if line.startswith("#") or in_interrupt or not call:
            check("()" not in line and "}" not in line or in_interrupt, f"line: {line!r}")
            continue
        if call["end"]:
            path.pop()
            continue
        tree = (call["name"], [])
        (path[-1][1] if path else trees).append(tree)
        if call["leaf"] != ";":
            path.append(tree)
    check(not path, f"calls without an end: {path}")
    return trees


def graph(functions):
    """What the tracer shows of a process that makes every kind of socket, and which functions."""
    existing = configure(functions)
    try:
        run = subprocess.run(
            [work.program("kinds"), str(REPEAT)],
            preexec_fn=trace_this_process,
            stdout=subprocess.PIPE,
            timeout=PATIENCE,
            check=True,
            text=True,
        )
        write("tracing_on", "0")
        check_whole()
        return existing, parse(read(TRACING + "trace")), work.parse(run.stdout)
    finally:
        reset()


@lru_cache(maxsize=None)
def both():
    """
    Our trees and the tracer's, made one after the other: neither sees the other's probes; and the
    names of all stages.
    """
    work.set_ping_groups(0, 0)
    work.run("kinds")  # loads the modules that are needed, so that both find the same
    run = trace_command(["--detail", "full"], [work.program("kinds"), str(REPEAT)])
    check_equal(run.status, 0, run.errors)
    run.json.check_nothing_lost()
    stages = {stage["name"]: stage["attach"] for stage in run.json.header["stages"]}
    reconstructed = [name for name, attach in stages.items() if attach == "reconstructed"]
    existing, trees, made = graph(stages)
    for name, attach in stages.items():
        observable = name in existing and name not in inactive_hooks()
        check_equal(observable, attach in PROBED, f"{name} is a function")
    ours = [without(shape(socket["tree"]), *reconstructed) for socket in run.json.sockets]
    check_equal([socket["errno"] for socket in run.json.sockets], list(map(error, made)), "results")
    return ours, trees, set(stages)


def error(creation):
    return work.facts_made(creation)[5]


@test("function_graph shows the same trees with all stages, one for one, 200 and more")
def same_trees():
    ours, theirs, _ = both()
    check_equal(len(ours), len(theirs), "trees")
    check(len(ours) >= LEAST_CREATIONS, f"creations: {len(ours)}")
    for number, (our, their) in enumerate(zip(ours, theirs)):
        check_shape(our, their, f"tree {number}")


@test("function_graph shows the same trees with the stages of the default")
def same_trees_by_default():
    json, _ = test_kinds.traced("auto")
    _, theirs, stages = both()
    full_only = stages - {stage["name"] for stage in json.header["stages"]}
    kinds = len(json.sockets)
    # Those that are slow to make come only once, at the end.
    slow = next(slow for slow in range(kinds) if len(theirs) == (kinds - slow) * REPEAT + slow)
    expected = theirs[: kinds - slow] + theirs[len(theirs) - slow :]
    for number, (socket, their) in enumerate(zip(json.sockets, expected)):
        our = without(shape(socket["tree"]), "sock_map_fd")
        check_shape(our, without(their, *full_only), f"tree {number}")
