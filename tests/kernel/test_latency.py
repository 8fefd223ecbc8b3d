# SPDX-License-Identifier: GPL-2.0
"""
Latencies without what the probes cost, and what the tool says it costs. How exact they are is
measured from outside of the guest by make bench: here nothing is asserted of times but how they
relate to each other in one record.
"""

import os
import re
import subprocess
from functools import lru_cache

import work
from bpf import FENTRY, attach, function_id, load_delaying
from tap import Skipped, check, check_equal, test, test_once
from tool import HAS_FENTRY, PROBED, RELEASE, TOOL, Json, Run, Trace, read, temporary, trace_command

SOCKETS = 200
# A trace of few stages begins soonest.
FEW = "__sys_socket,__sock_create,family_create,sk_alloc,sock_init_data,tcp_v4_init_sock"


def spans(tree):
    yield tree
    for child in tree["children"]:
        yield from spans(child)


def costs(header):
    """What a probe costs by function: inner and outer, in ns."""
    return {
        stage["name"]: (stage["inner_cost_ns"], stage["outer_cost_ns"])
        for stage in header["stages"]
        if "inner_cost_ns" in stage
    }


def cost_within(span, cost):
    """That of the probes of all calls below a span."""
    return sum(
        sum(cost.get(child["name"], (0, 0))) + cost_within(child, cost)
        for child in span["children"]
    )


@lru_cache(maxsize=None)
def trace_loop(*options):
    return trace_command(options, [work.program("loop"), str(SOCKETS)]).json


@test("latencies: the probes' cost, which is known of every probe, is taken out of each span")
def corrected():
    json = trace_loop()
    cost = costs(json.header)
    check_equal(json.header["latency"], "corrected", "header")
    for stage in json.header["stages"]:
        known = stage["name"] in cost
        check_equal(known, stage["attach"] in PROBED, f"cost of {stage}")
    for socket in json.sockets:
        check_equal(socket["duration_ns"], socket["tree"]["duration_ns"], "duration")
        check_equal(socket["measured_ns"], socket["tree"]["measured_ns"], "measured")
        for span in spans(socket["tree"]):
            if span["attach"] not in PROBED:
                continue
            taken = cost[span["name"]][0] + cost_within(span, cost)
            calls = sum(child["duration_ns"] for child in span["children"])
            expected = max(calls, span["measured_ns"] - taken)
            check_equal(span["duration_ns"], expected, f"duration of {span}")


class Burning:
    """Tasks that keep every processor busy, as a context."""

    def __init__(self, tasks):
        self.tasks = tasks
        self.processes = []

    def __enter__(self):
        for _ in range(self.tasks):
            self.processes.append(subprocess.Popen(["sh", "-c", "while :; do :; done"]))
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()


@test_once("latencies: where the probes' cost was measured under load, no call seems to take no time")
def measured_under_load():
    # With a priority, or it would not begin for minutes; all others share what it leaves.
    trace = Trace("--format", "jsonl", "--stages", FEW, prefix=("nice", "-n", "-10"))
    with Burning(8):
        trace.start().wait_until_ready()
    # A clock of few steps, or a cache, may hide a short call now and then.
    check_nothing_hidden(trace, 0.01)


class Delaying:
    """Most calls of a function, but not all, take long, as a context."""

    def __init__(self, function):
        self.function = function

    def __enter__(self):
        self.program = load_delaying(FENTRY, function_id(self.function))
        self.link = attach(self.program)

    def __exit__(self, *_):
        os.close(self.link)
        os.close(self.program)


@test("latencies: where most of what the probes' cost was measured by was disturbed, the same")
def measured_while_disturbed():
    if not HAS_FENTRY:
        raise Skipped("this kernel has no fentry, by which the test disturbs")
    trace = Trace("--format", "jsonl", "--stages", FEW)
    # The second of the functions that are observed to find out what that costs.
    with Delaying("bpf_fentry_test2"):
        trace.start().wait_until_ready()
    # That program costs a little even where it does nothing, which can hide the shortest calls.
    check_nothing_hidden(trace, 0.5)


def check_nothing_hidden(trace, less_than):
    """
    That a trace that has begun does not take the cost of the probes to be so high that more calls
    than this share seem to take no time.
    """
    with trace:
        pid = work.run("loop", SOCKETS)[0]["pid"]
    shown = [span for socket in trace.json.of(pid) for span in spans(socket["tree"])]
    check_equal(trace.json.header["latency"], "corrected", "header")
    check(len(shown) > SOCKETS, f"{len(shown)} spans")
    for span in shown:
        check_equal("at_most_ns" in span, span["self_ns"] == 0, f"a bound instead of 0: {span}")
    hidden = [span["name"] for span in shown if "at_most_ns" in span]
    functions = sorted(set(hidden))
    check(len(hidden) < less_than * len(shown), f"{len(hidden)} of {len(shown)}: {functions}")


@test("latencies with kprobe.multi, where the kernel has it: as measured, and said so, until 6.13")
def with_kprobe_multi():
    path = temporary("output")
    options = ["-v", "--attach", "kprobe.multi", "--format", "jsonl", "-o", path]
    run = Run(TOOL, *options, "--", work.program("loop"), SOCKETS)
    if run.status:
        check("no kprobe.multi: " in run.errors, run.errors)
        return
    slowed = RELEASE < (6, 14)
    check_equal("each probe makes all others slower" in run.errors, slowed, run.errors)
    check_equal(Json(read(path)).header["latency"], "measured" if slowed else "corrected", "header")


@test("latencies: no call begins before its caller, and what it took is in the caller's")
def nested():
    for socket in trace_loop().sockets:
        check_equal(socket["tree"]["start_ns"], 0, "start")
        for span in spans(socket["tree"]):
            for child in span["children"]:
                check(child["start_ns"] >= span["start_ns"], f"{child} in {span}")
            calls = sum(child["duration_ns"] for child in span["children"])
            check(calls <= span["duration_ns"], f"calls of {span} take {calls}")


@test("--raw-latency, and --state: durations are as measured, and that is said")
def raw():
    for options in (["--raw-latency"], ["--state"]):
        json = trace_loop(*options)
        check_equal(json.header["latency"], "measured", "header")
        check_equal(costs(json.header), {}, "costs")
        for socket in json.sockets:
            for span in spans(socket["tree"]):
                check_equal(span["duration_ns"], span["measured_ns"], f"duration of {span}")


@test("what the tool makes to find out what its probes cost is not shown, not counted, and passes filters")
def calibration_is_silent():
    by_true = [["--family", "unix"], ["--uid", "12345"]]
    traces = [trace_command([*options, "--attach", "auto"], ["true"]).json for options in by_true]
    for json, expected in ((trace_loop(), SOCKETS), *((json, 0) for json in traces)):
        check_equal(len(json.sockets), expected, f"sockets of {json.header}")
        check_equal(json.end["filtered"], 0, f"filtered with {json.header}")
        check_equal(json.end["foreign"], 0, f"foreign with {json.header}")
        check_equal(json.lost_creations, 0, f"lost with {json.header}")
        check_equal(json.header["latency"], "corrected", "latency")


@test("--list-stages -v says what each probe costs")
def listed():
    run = Run(TOOL, "--list-stages", "-v")
    check_equal(run.status, 0, run.errors)
    lines = run.output.splitlines()
    check(re.match(r"STAGE +PICKED +ATTACH +INNER ns +OUTER ns +REASON$", lines[0]), lines[0])
    for line in lines[1:]:
        name, _, way, inner, outer = line.split()[:5]
        if way in PROBED:
            check(inner.isdigit() and outer.isdigit() and int(inner) > 0, line)
        else:
            check_equal((inner, outer), ("-", "-"), name)


OVERHEAD_ROW = re.compile(r"^(\w+) +(\d+) +(\d+)(?: +(\d+) +(\d+))?$", re.MULTILINE)


def check_overhead(*options):
    """That the sum is that of the rows, whose averages are rounded down. The runs by name."""
    run = Run(TOOL, "--overhead", "-o", "/dev/null", *options, "--", work.program("loop"), SOCKETS)
    check_equal(run.status, 0, run.errors)
    for what in ("BPF programs", "reader, user CPU time", "reader, system CPU time"):
        pattern = rf"^{what}: [\d.]+ ms, \d+ ns a socket$"
        check(re.search(pattern, run.errors, re.MULTILINE), run.errors)
    least = most = 0
    runs = {}
    for name, *numbers in OVERHEAD_ROW.findall(run.errors):
        check(name not in runs, f"two rows of {name}")
        entries, each, returns, each_return = (int(number or 0) for number in numbers)
        runs[name] = entries, returns
        least += entries * each + returns * each_return
        most += entries * (each + 1) + returns * (each_return + 1)
    all_of_it = float(re.search(r"^BPF programs: ([\d.]+) ms", run.errors, re.MULTILINE)[1]) * 1e6
    rounding = 1000
    check(least - rounding <= all_of_it <= most + rounding, f"{least} <= {all_of_it} <= {most}")
    return runs


@test("--overhead tells the runs of every program, and what falls to each socket")
def overhead():
    runs = check_overhead()
    names = ("__sys_socket", "__sock_create", "sk_alloc", "tcp_v4_init_sock")
    for name in names:
        check_equal(runs.get(name), (SOCKETS, SOCKETS), name)
    family = runs.get("inet_create") or runs.get("family_create")
    check_equal(family, (SOCKETS, SOCKETS), "create function of the family")
    check_equal(runs.get("command_exit") or runs.get("command_exit_kprobe"), (1, 0), "exits")


@test("--overhead with kprobes: the families' programs, which are two for all, count once")
def overhead_of_kprobes():
    runs = check_overhead("--attach", "kprobe")
    check_equal(runs.get("family_create"), (SOCKETS, SOCKETS), "create functions of families")
    check("inet_create" not in runs, f"rows: {list(runs)}")


@test("--overhead with --accept tells what switching between tasks costs")
def overhead_of_accept():
    check(check_overhead("--accept").get("accept_switch", (0, 0))[0] > 0, "runs at switches")
