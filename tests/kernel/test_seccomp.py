# SPDX-License-Identifier: GPL-2.0
"""Calls that seccomp refuses, or answers in another way, before the kernel's function is called."""

import json
import os
import re
import subprocess
from functools import lru_cache

import work
from tap import Skipped, check, check_equal, test, test_once
from tool import FEW_STAGES, HAS_FENTRY, ROOT, TOOL, Json, Run, Trace, read, temporary, trace_command
from tool import wait_until

CGROUP = "/sys/fs/cgroup/sockcreate-trace-seccomp"
FILTERS_TABLE = os.path.join(ROOT, "bpf/shared/filters.def")
FILTER = "a seccomp filter refused it"

# What the trace must say of the calls of each case of the program that were not really made, in
# order: jsonl's name, and the sentence.
ANSWERS = {
    "errno": [("filter", FILTER)] * 4,
    "strange": [("filter", FILTER)],
    "zero": [("filter", None)] * 2,
    "nested": [("filter", FILTER)],
    "trap": [("trap", "a seccomp filter sent SIGSYS to the process's handler")] * 2,
    "fatal_trap": [
        ("fatal_trap", "a seccomp filter sent SIGSYS, which ends the process, since it has no handler")
    ],
    "kill": [("kill_process", "a seccomp filter killed the process")],
    "kill_alone": [("kill_process", "a seccomp filter killed the process")],
    "kill_thread": [("kill_thread", "a seccomp filter killed the thread")],
    "strict": [("strict", "seccomp's strict mode killed the thread")],
    "log": [("filter", FILTER)],
    "notify": [
        ("filter_or_notifier", f"{FILTER}, or its notifier may have"),
        ("filter_or_notifier", None),
        ("filter_or_notifier", f"{FILTER}, or its notifier may have"),
    ],
    "no_notifier": [("filter", FILTER)],
    "trace": [("filter_or_tracer", f"{FILTER}, or a tracer may have")],
}
FUNCTIONS = {
    "socket": "__sys_socket",
    "socketpair": "__sys_socketpair",
    "accept": "__sys_accept4",
    "accept4": "__sys_accept4",
}


def needs_fentry():
    if not HAS_FENTRY:
        raise Skipped("fentry cannot be attached here")


@lru_cache(maxsize=None)
def cases():
    """A trace of all cases in all formats, and what the program printed."""
    formats = {name: temporary(name) for name in ("tree", "line", "folded", "timeline")}
    outputs = [f"-o{name}:{path}" for name, path in formats.items()]
    run = trace_command(["--seccomp", "--accept", *outputs], [work.program("seccomp"), "cases"])
    check_equal(run.status, 0, f"exit status ({run.errors})")
    run.calls = [call for call in work.parse(run.output) if "case" in call]
    run.formats = {name: read(path) for name, path in formats.items()}
    return run


def asked(socket):
    """What a creation in jsonl and a call that the program printed have in common."""
    if "args" not in socket:
        return tuple(socket[key] for key in ("via", "pid", "tid", "family", "type", "protocol", "ret"))
    arguments = socket["args"]
    return (
        socket["via"],
        socket["pid"],
        socket["tid"],
        *(arguments[key] for key in ("family", "type", "protocol")),
        socket["ret"],
    )


@test("seccomp: every call with its arguments and what the program got")
def calls():
    needs_fentry()
    run = cases()
    run.json.check_nothing_lost()
    check_equal([asked(s) for s in run.json.sockets], [asked(c) for c in run.calls], "calls")
    failed = [call for call in run.calls if call["ret"] is None or call["ret"] < 0]
    check_equal(run.json.end["failed"], len(failed), "failed")
    check(f"{len(run.calls)} sockets seen, {len(run.calls)} shown ({len(failed)} failed)" in run.errors,
          f"summary: {run.errors}")  # fmt: skip


@test("seccomp: who has answered, and that no function was called")
def answers():
    needs_fentry()
    run = cases()
    cases_of = {call["pid"]: call["case"] for call in run.calls}
    found = {case: [] for case in ANSWERS}
    for socket in run.json.sockets:
        case = cases_of[socket["pid"]]
        if "seccomp" not in socket:
            check(socket["ret"] >= 0 and socket["tree"]["children"], f"really made: {socket}")
            continue
        found[case].append((socket["seccomp"], socket.get("failure", {}).get("reason")))
        tree = socket["tree"]
        check_equal(tree["name"], FUNCTIONS[socket["via"]], "function that was not called")
        check_equal((tree["not_called"], tree["children"]), (True, []), f"tree of {socket}")
        for key in ("duration_ns", "measured_ns"):
            check_equal((tree[key], socket[key]), (None, None), key)
        check_equal((socket["sockets"], socket["inode"]), ([], None), "sockets")
        if "failure" in socket:
            check_equal(socket["failure"]["stage"], "__seccomp_filter", "stage")
            error = None if socket["ret"] is None else work.ERROR_NAMES.get(-socket["ret"], "4095")
            check_equal((socket["errno"], socket["failure"]["errno"]), (error, error), f"{socket}")
    check_equal(found, ANSWERS, "answers")


@test("seccomp: the tree, lines, folded stacks and the timeline")
def formats():
    needs_fentry()
    run = cases()
    answered = [socket for socket in run.json.sockets if "seccomp" in socket]
    parts = run.formats["tree"].split("\n\n")[1:]  # behind the head
    creations = [part.splitlines() for part in parts if part]
    check_equal(len(creations), len(run.json.sockets), "creations in the tree")
    for socket, lines in zip(run.json.sockets, creations):
        if "seccomp" not in socket:
            check(len(lines) > 2 and " before " not in lines[1], f"really made: {lines}")
            continue
        function, word = FUNCTIONS[socket["via"]], "failed" if "failure" in socket else "answered"
        sentence = (socket.get("failure") or {}).get("reason") or "a seccomp filter answered it"
        check_equal(len(lines), 2, f"rows of {lines}")
        check(lines[1].startswith(f"{word} before {function}: {sentence}"), f"tree: {lines}")
    rows = run.formats["line"].splitlines()[1:]
    check_equal([" seccomp  " in row and row.endswith(" -") for row in rows],
                ["seccomp" in socket for socket in run.json.sockets], "lines")  # fmt: skip
    check("seccomp;[answered-by-seccomp] 0\n" in run.formats["folded"], run.formats["folded"])
    events = json.loads(run.formats["timeline"])["traceEvents"]
    ends = [event for event in events if event["name"] == "[answered-by-seccomp]" and event["ph"] == "E"]
    check_equal([event["args"]["seccomp"] for event in ends],
                [socket["seccomp"] for socket in answered], "timeline")  # fmt: skip


def refused_by(prefix=(), **options):
    """The program that calls socket() with a filter once it is told to."""
    return subprocess.Popen([*prefix, work.program("seccomp"), "later"], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True, bufsize=1, **options)  # fmt: skip


def join_cgroup():
    with open(f"{CGROUP}/cgroup.procs", "w", encoding="ascii") as file:
        file.write(str(os.getpid()))


def finish(process):
    """Lets it install its filter and end. How many calls it has made."""
    output, _ = process.communicate("\n")
    return json.loads(output.splitlines()[-1])["calls"]


@test_once("seccomp: every filter lets refused calls through, or not")
def filters():
    needs_fentry()
    os.makedirs(CGROUP, exist_ok=True)
    prefix = ["unshare", "--net", "setpriv", "--reuid=nobody", "--clear-groups"]
    process = refused_by(prefix, preexec_fn=join_cgroup)
    pid = json.loads(process.stdout.readline())["pid"]
    lets_through = {
        "pid": (pid, 1),
        "ppid": (os.getpid(), 1),
        "tid": (pid, 1),
        "comm": ("seccomp", "other"),
        "exe": (os.path.realpath(work.program("seccomp")), "other"),
        "uid": ("nobody", 0),
        "family": ("inet", "unix"),
        "type": ("stream", "dgram"),
        "protocol": ("tcp", "udp"),
        "cgroup": (CGROUP, f"{CGROUP}/empty"),
        "netns": (f"/proc/{pid}/ns/net", "/proc/self/ns/net"),
        "failed": (None, None),
        "min-us": (None, "0.001"),
    }
    names = re.findall(r'_FILTER\(\s*\w+, \w+, \w+, "([\w-]+)"', read(FILTERS_TABLE))
    check_equal(set(lets_through), set(names), "filters")
    os.makedirs(f"{CGROUP}/empty", exist_ok=True)
    passing, traces = [], {}
    for name in names:
        passed, refused = lets_through.get(name, (None, None))
        passing += [f"--{name}={passed}"] if passed is not None else []
        if refused is not None:
            traces[name] = Trace("--format", "jsonl", "--seccomp", *FEW_STAGES, f"--{name}={refused}")
    traces["all"] = Trace("--format", "jsonl", "--seccomp", *FEW_STAGES, "--failed", *passing)
    Trace.start_all(traces.values())
    calls_made = finish(process)
    Trace.end_all(traces.values())
    for name, trace in traces.items():
        shown, filtered = (calls_made, 0) if name == "all" else (0, calls_made)
        check_equal(len(trace.json.sockets), shown, f"shown with --{name}")
        trace.json.check_filtered(filtered, len(traces))


@test("seccomp: a filter that a process of the trace gets is noticed, and without one none is watched")
def noticed():
    needs_fentry()
    process = refused_by()
    pid = json.loads(process.stdout.readline())["pid"]
    with Trace("--format", "jsonl", "--overhead", *FEW_STAGES, "-p", pid) as watching, Trace(
        "--format", "jsonl", *FEW_STAGES, "-p", os.getpid()
    ) as other:
        process.stdin.write("\n")
        shown = wait_until(lambda: watching.shown_sockets, "a refused call is not shown")
    # Only now: with its process, the trace would end by itself.
    process.stdin.close()
    process.wait()
    check_equal({s["seccomp"] for s in shown}, {"filter"}, "shown")
    check("new seccomp filters refused was not watched" in watching.account, f"summary: {watching.account}")
    check(watching.json.end["seccomp_gap_ns"] > 0, "seccomp_gap_ns")
    check("seccomp" not in other.account, f"summary of another process's: {other.account}")
    check_equal(other.json.end["sockets"], 0, "shown of another process")


@test("seccomp: 32-bit calls of a COMMAND that inherits a filter, watched from the start")
def inherited():
    needs_fentry()
    output = temporary("output")
    run = Run(work.program("seccomp"), "exec", "13", TOOL, "--format", "jsonl", "-o", output,
              "--", work.program("compat"))  # fmt: skip
    check_equal(run.status, 0, f"exit status ({run.errors})")
    sockets = [json.loads(line) for line in read(output).splitlines()]
    sockets = [socket for socket in sockets if socket["event"] == "socket"]
    socketcall = ["socketcall"] * 3 if os.uname().machine == "x86_64" else ["socket", "socketpair", "socket"]
    check_equal([s["via"] for s in sockets], [*socketcall, "socket", "socketpair"], "ways in")
    check_equal([tuple(s["args"].values())[:3] for s in sockets],
                [(2, 1, 0), (1, 2, 0), (9999, 1, 0), (2, 2, 0), (1, 1, 0)], "arguments")  # fmt: skip
    check_equal({(s["ret"], s["seccomp"], s["compat"]) for s in sockets}, {(-13, "filter", True)}, "")
    check("seccomp" not in run.errors, f"summary: {run.errors}")


@test("seccomp: as strace shows it")
def as_strace_shows_it():
    needs_fentry()
    seen, tree = temporary("strace"), temporary("tree")
    run = Run(TOOL, "--seccomp", "-o", tree, "--", "strace", "-e", "trace=socket", "-o", seen,
              work.program("seccomp"), "later", input="\n", stdin=None)  # fmt: skip
    check_equal(run.status, 0, f"exit status ({run.errors})")
    lines = [re.sub(r"\) += ", ") = ", line) for line in read(seen).splitlines() if "(" in line]
    check(lines and all("EPERM" in line for line in lines), f"strace: {lines}")
    heads = [line.split("/")[1].split(" ", 1)[1] for line in read(tree).splitlines() if " = -1 " in line]
    check_equal(heads, lines, "calls")


@test("seccomp: many refused calls of many threads")
def storm():
    needs_fentry()
    run = trace_command(["--seccomp", *FEW_STAGES], [work.program("seccomp"), "storm", "8", "2000"])
    end = run.json.end
    lost = run.json.lost_creations + end["probe_missed"]
    check(end["sockets"] == end["failed"] and end["sockets"] + lost >= 16000 >= end["sockets"],
          f"account: {end}")  # fmt: skip
    check({s["seccomp"] for s in run.json.sockets} == {"filter"}, "seccomp")


@test("seccomp: not watched with --no-seccomp; --state and stacks of refused calls")
def other_options():
    needs_fentry()
    command = [work.program("seccomp"), "cases"]
    run = trace_command(["--no-seccomp", *FEW_STAGES], command)
    check(run.json.sockets and not any("seccomp" in s for s in run.json.sockets), "--no-seccomp")
    run = trace_command(["--seccomp", "--state", "-K", "-U", "-x"], command)
    run.json.check_nothing_lost()
    refused = [s for s in run.json.sockets if "seccomp" in s]
    check(refused and all("user_stack" in s and "kernel_stack" in s for s in refused), f"{refused}")
    for stack in (socket["kernel_stack"] for socket in refused):
        check(re.search("secure_computing|syscall|el0", stack[0]), f"{stack}")


@test_once("seccomp: where a COMMAND's filters cannot be noticed, it is said that refusals may be missing")
def without_kprobes():
    # Debian's kernels have a level 3, where kprobes take CAP_SYS_ADMIN.
    few = ["setpriv", "--bounding-set=-all,+bpf,+perfmon", "--inh-caps=-all"]
    path = temporary("output")
    run = Run(*few, TOOL, *FEW_STAGES, "--format", "jsonl", "-o", path, "--", "true")
    check_equal(run.status, 0, f"exit status ({run.errors})")
    check("seccomp filters refused may not have been watched" in run.errors, f"summary: {run.errors}")
    check("do_seccomp" in Json(read(path)).end["seccomp_unknown"], "the end of the output")


@test("seccomp: where fentry cannot be attached, it is said")
def without_fentry():
    if HAS_FENTRY:
        raise Skipped("fentry can be attached here")
    command = [work.program("seccomp"), "cases"]
    run = Run(TOOL, "--seccomp", "--", *command)
    check_equal(run.status, 1, "exit status")
    check("--seccomp: " in run.errors and "fentry" in run.errors, f"message: {run.errors}")
    run = trace_command(FEW_STAGES, command)
    check("a process had a seccomp filter" in run.errors, f"summary: {run.errors}")
    check("fentry" in run.json.end["seccomp_unwatched"], f"end: {run.json.end}")
