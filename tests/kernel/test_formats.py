# SPDX-License-Identifier: GPL-2.0
"""The output formats, and how they are left however the tool ends."""

import json
import os
import re
import signal
import sys
from functools import lru_cache

import work
from shapes import check_shape, shape
from tap import check, check_equal, test_once
from tool import TOOL, Json, Run, Trace, read, temporary, trace_command, wait_until

HEAD = re.compile(
    r"\d\d:\d\d:\d\d\.\d{6} kinds/(?P<pid>\d+) (?P<call>(?:socket|socketpair)\(.*\)) = "
    r"(?P<ret>-?\d+)(?: (?P<errno>E[A-Z]+) \([^)]*\))?  +[\d.]+ (?:ns|µs|ms|s)"
)
ROW = re.compile(
    r"(?P<indent>(?:[│├└─ ]{3})*)(?P<name>[a-z_0-9]+)(?: \(\w+\))?  "
    r" *[\d.]+ (?:ns|µs|ms|s) "
)

SOCKET_AND_FAILURE = """
import socket
socket.socket()
try:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM, 99)
except OSError:
    pass
"""

# What each format has once for every creation.
MARKS = {"tree": "\n__sys_socket", "line": "kinds", "jsonl": '"event":"socket"'}


@lru_cache(maxsize=None)
def traced(format_, number):
    """What a trace of every kind leaves that is ended by a signal: text, timeline, trace, made."""
    timeline = temporary("timeline")
    work.set_ping_groups(0, 0)
    work.run("kinds")  # loads the modules that are needed
    trace = Trace("--format", format_, "--timeline", timeline)
    with trace:
        made = work.run("kinds")
        wait_until(lambda: trace.text.count(MARKS[format_]) >= len(made), "output not flushed")
        wait_until(lambda: read(timeline).count('"sequence":') >= len(made), "no timeline")
        while_running = read(timeline)
        trace.send(number)
        trace.wait()
        status = -number if number == signal.SIGKILL else 0
        check_equal(trace.process.returncode, status, trace.account)
        trace.process.returncode = 0
    return trace.text, (while_running, read(timeline)), trace, made


def tree_format():
    return traced("tree", signal.SIGTERM)


def line_format():
    return traced("line", signal.SIGINT)


def jsonl_format():
    return traced("jsonl", signal.SIGKILL)


def parse_tree(block):
    """The head line of a creation and the shape below it."""
    head = HEAD.match(block[0])
    check(head, f"not a head line: {block[0]!r}")
    path = []
    failed = block[1].startswith("failed in ")
    check_equal(failed, head["ret"] == "-1", f"a line about the failure: {block}")
    for line in block[2 if failed else 1 :]:
        if re.fullmatch(r"\(module [\w-]+: asked for in \w+.*\)", line):
            check(failed, f"a module that was asked for: {line}")
            continue
        if line.strip(" │") == "includes releasing the socket":
            check_equal(path[-1][0], "sock_map_fd", "what includes that")
            continue
        row = ROW.match(line)
        check(row, f"not a row: {line!r}")
        depth = len(row["indent"]) // 3
        span = (row["name"], [])
        if depth:
            path[depth - 1][1].append(span)
        path[depth:] = [span]
    return head, path[0]


@lru_cache(maxsize=None)
def as_json():
    return trace_command([], [work.program("kinds")]).json


@test_once("tree: a head line as strace has it, and below it the tree")
def tree():
    text, _, _, made = tree_format()
    blocks = [block.splitlines() for block in text.strip().split("\n\n")]
    check_equal(len(blocks[0]), 1, f"lines of the head: {blocks[0]}")
    check_equal(len(blocks) - 1, len(made), "number of trees")
    for block, creation, socket in zip(blocks[1:], made, as_json().sockets):
        head, found = parse_tree(block)
        check_equal(int(head["pid"]), creation["pid"], "pid")
        ret = creation["ret"]
        check_equal(int(head["ret"]), ret if ret >= 0 else -1, block[0])
        check_equal(head["errno"], socket["errno"], block[0])
        names = (socket["family"], socket["type"], socket["protocol"])
        check(all(name in head["call"] for name in names), f"names {names}: {block[0]}")
        for made_socket in creation["sockets"]:
            check(re.search(rf"\b{made_socket['inode']}\b", block[0]), f"inode: {block[0]}")
        check_shape(found, shape(socket["tree"]), block[0])


def head_of(*options):
    """The lines that a trace begins with: up to the first empty one."""
    path = temporary("output")
    run = Run(TOOL, *options, "-o", path, "--", "true")
    check_equal(run.status, 0, run.errors)
    return read(path).splitlines()[:-1], read(path)


@test_once("the head: one line says what is observed, with -v others say why, with -q there is none")
def trace_head():
    stages = json.loads(head_of("--format", "jsonl")[1].splitlines()[0])["stages"]
    probed = sum(stage["attach"] not in ("none", "reconstructed") for stage in stages)
    [line], _ = head_of()
    release = os.uname().release
    expected = rf"# sockcreate-trace [\d.]+, Linux {re.escape(release)} {os.uname().machine}: "
    expected += rf"{probed} functions observed; sock_map_fd reconstructed"
    check(re.fullmatch(expected, line), f"{line!r} is not {expected!r}")
    verbose, _ = head_of("-v")
    check_equal(verbose[0], line, "first line with -v")
    for stage in stages:
        said = [part for part in verbose[1:] if f": {stage['name']} ({stage['reason']})" in part]
        check_equal(len(said), stage["attach"] in ("none", "reconstructed"), f"{stage}: {verbose}")
    check(verbose[-1].startswith("# latencies are "), f"with -v: {verbose}")
    check_equal(head_of("-q")[1], "", "with -q")
    [line], _ = head_of("--raw-latency")
    check(line.endswith("; latencies as measured"), line)


@test_once("the head: says which functions that were named are not observed, and no others")
def not_observed():
    # fentry cannot observe a function with variable arguments, on no kernel.
    [line], _ = head_of("--attach", "fentry", "--stages", "sock_alloc,__request_module")
    check("; not observed: __request_module (list-stages says why)" in line, line)
    [line], _ = head_of("--detail", "full")
    check("not observed" not in line, line)


@test_once("line: a head, then one row a socket below 100 columns")
def line():
    text, _, _, made = line_format()
    rows = text.splitlines()
    check(rows[0].startswith("TIME "), f"head: {rows[0]}")
    check_equal(len(rows) - 1, len(made), "rows")
    for row, creation, socket in zip(rows[1:], made, as_json().sockets):
        check(len(row) < 100, f"{len(row)} columns: {row}")
        fields = row.split()
        check_equal(fields[1:4], [str(creation["pid"]), "kinds", "kinds"], row)
        ret = creation["ret"]
        fds = ",".join(str(made_socket["fd"]) for made_socket in creation["sockets"])
        if ret >= 0:
            check_equal(fields[7], fds, row)
        else:
            check(socket["errno"].startswith(fields[7].rstrip("…")), row)


@test_once("line and tree say at their end what became of all sockets")
def account():
    for _, _, trace, made in (tree_format(), line_format()):
        failed = sum(creation["ret"] < 0 for creation in made)
        number = len(made)
        expected = f"{number} sockets seen, {number} shown ({failed} failed), 0 filtered, 0 lost\n"
        check_equal(trace.account, expected, "account")


@test_once("jsonl: every line is whole JSON at once, even before the tool is killed")
def jsonl():
    text, _, _, made = jsonl_format()
    lines = [json.loads(line) for line in text.splitlines()]
    check_equal(lines[0]["event"], "header", "first line")
    work.check_same_in_order(lines[1:], made)


def check_timeline(text, made):
    """That it is a timeline of these creations: nested, and with what a viewer needs."""
    events = json.loads(text)["traceEvents"]
    ends = [event for event in events if event["ph"] == "E"]
    check_equal(len(ends), len(made), "creations in the timeline")
    drawn = [event for event in events if event["ph"] != "M"]
    check_equal({"args" in event for event in drawn if event["ph"] != "E"}, {False}, "args")
    thread = {(event["pid"], event["tid"]) for event in drawn}
    check_equal(thread, {(made[0]["pid"], made[0]["tid"])}, "tracks")
    for kind in ("process_name", "thread_name"):
        names = [event["args"]["name"] for event in events if event["name"] == kind]
        check("kinds" in names, f"{kind}: {names}")
    check_nesting(drawn)
    for end, creation in zip(ends, made):
        inodes = [socket["inode"] for socket in creation["sockets"]]
        if inodes:
            check_equal([s["inode"] for s in end["args"]["sockets"]], inodes, "inodes")


def check_nesting(events):
    """That spans of one thread that overlap lie within each other."""
    ends = (event["ts"] for event in events if event["ph"] == "E")
    begun = [event for event in events if event["ph"] != "E"]
    spans = [(e["ts"], e["ts"] + e["dur"] if e["ph"] == "X" else next(ends)) for e in begun]
    open_ends = []
    for begin, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        while open_ends and open_ends[-1] <= begin:
            open_ends.pop()
        check(not open_ends or end <= open_ends[-1] + 1e-6, f"overlap: {begin} to {end}")
        open_ends.append(end)


@test_once("timeline: valid while it is written, nested, with the facts of the sockets")
def timeline_while_running():
    _, (while_running, _), _, made = tree_format()
    check_timeline(while_running, made)


@test_once("timeline: whole after SIGTERM, SIGINT and SIGKILL")
def timeline_at_end():
    for _, (_, at_end), _, made in (tree_format(), line_format(), jsonl_format()):
        check_timeline(at_end, made)


@test_once("jsonl on standard output, whole after SIGTERM")
def standard_output():
    trace = Trace("--format", "jsonl", output=False)
    with trace:
        made = work.run("kinds")
        trace.send(signal.SIGTERM)
        text = trace.process.stdout.read().decode()
        trace.wait()
    output = Json(text)
    output.check_nothing_lost()
    work.check_same_in_order(output.sockets, made)


@test_once("--no-tree: jsonl without the tree, with all that is learnt of it; other formats as ever")
def no_tree():
    rows = temporary("rows")
    options = ["--no-tree", "-q", "--format", "jsonl", "-o", f"line:{rows}"]
    run = Run(TOOL, *options, "--", sys.executable, "-c", SOCKET_AND_FAILURE)
    check_equal((run.status, run.errors), (0, ""), "status and errors")
    sockets = Json(run.output).sockets
    check_equal([socket["errno"] for socket in sockets], [None, "EPROTONOSUPPORT"], "errors")
    check_equal(sockets[1]["failure"]["stage"], "inet_create", "where")
    for socket in sockets:
        check("tree" not in socket, f"{socket}")
        # Without the spans the costs of all probes below would still be in it.
        check(0 < socket["duration_ns"] < socket["measured_ns"], f"{socket}")
    check_equal(len(read(rows).splitlines()), 1 + 2, "rows")


@test_once("no format: the account alone, or with the timeline")
def no_format():
    timeline = temporary("timeline")
    for options in ((), ("--timeline", timeline)):
        command = ["--format", "none", *options, "--", work.program("loop"), 3]
        run = Run(TOOL, *command)
        check_equal(run.status, 0, run.errors)
        check_equal([line["made"] for line in work.parse(run.output)], [3], "output")
        expected = "3 sockets seen, 3 shown (0 failed), 0 filtered, 0 lost\n"
        check_equal(run.errors, expected, "account")
    events = json.loads(read(timeline))["traceEvents"]
    outermost = [event["ph"] for event in events if event["name"] == "__sys_socket"]
    check_equal("".join(outermost), "BE" * 3, "in the timeline")
