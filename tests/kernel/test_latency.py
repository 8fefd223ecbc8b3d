# SPDX-License-Identifier: GPL-2.0
"""
Latencies without what the probes cost, and what the tool says it costs. How exact they are is
measured from outside of the guest by make bench: here nothing is asserted of times but how they
relate to each other in one record.
"""

import re

import work
from tap import check, check_equal, test
from tool import PROBED, TOOL, Run, trace_command

SOCKETS = 200


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


@test("latencies: no call begins before its caller, and what it took is in the caller's")
def nested():
    for socket in trace_loop().sockets:
        check_equal(socket["tree"]["start_ns"], 0, "start")
        for span in spans(socket["tree"]):
            for child in span["children"]:
                check(child["start_ns"] >= span["start_ns"], f"{child} in {span}")
            check(span["self_ns"] <= span["duration_ns"], f"own time of {span}")


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
    for options in ([], ["--family", "unix"], ["--uid", "12345"]):
        run = trace_command([*options, "--attach", "auto"], ["true"])
        check_equal(run.json.sockets, [], f"sockets with {options}")
        check_equal(run.json.end["filtered"], 0, f"filtered with {options}")
        check_equal(run.json.end["foreign"], 0, f"foreign with {options}")
        check_equal(run.json.lost_creations, 0, f"lost with {options}")
        check_equal(run.json.header["latency"], "corrected", f"latency with {options}")


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


@test("--overhead tells the runs of every program, and what falls to each socket")
def overhead():
    run = Run(TOOL, "--overhead", "-o", "/dev/null", "--", work.program("loop"), SOCKETS)
    check_equal(run.status, 0, run.errors)
    runs = {
        match[1]: (int(match[2]), int(match[3]))
        for match in re.finditer(r"^(\w+) +(\d+) +\d+ +(\d+) +\d+$", run.errors, re.MULTILINE)
    }
    names = ("__sys_socket", "__sock_create", "inet_create", "sk_alloc", "tcp_v4_init_sock")
    check_equal({name: runs.get(name) for name in names}, dict.fromkeys(names, (SOCKETS, SOCKETS)), "runs")
    for what in ("BPF programs", "reader, user CPU time", "reader, system CPU time"):
        check(re.search(rf"^{what}: [\d.]+ ms, \d+ ns a socket$", run.errors, re.MULTILINE), run.errors)
