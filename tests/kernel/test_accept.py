# SPDX-License-Identifier: GPL-2.0
"""Sockets that come from accept(): --accept."""

import json
import os
import subprocess
from functools import lru_cache

import work
from bpf import count_keys, loaded_programs
from shapes import check_shape, kernel_functions, leaf, shape, spans
from tap import Skipped, check, check_equal, comment, test, test_once
from test_ways_in import NO_IO_URING, check_completion
from tool import FEW_STAGES, HAS_FENTRY, PATIENCE, TOOL, Run, Trace, read, temporary, trace_command

ACCEPT = work.program("accept")
FEW = [*FEW_STAGES, "--accept"]
WAITING_THREADS = 2000  # more than there are places for creations of other kinds
SOCKETS_MEANWHILE = 200
KILLED_THREADS = 50
VIAS = ("accept", "accept4")
HAS_IO_ACCEPT = "io_accept" in kernel_functions()  # else it is inlined
STAGES = ("__sys_accept4", "do_accept", "security_socket_accept", "inet_accept", "unix_accept")
PROGRAMS = ("accept_switch", "accept_exit", "enter_SYS_ACCEP", "exit_DO_ACCEPT")
NOT_PICKED = ("enter_INET_ACCE", "enter_UNIX_ACCE")


def accepted(trace):
    return [socket for socket in trace.sockets if socket["via"] in VIAS]


def open_sessions():
    """How many sessions of tasks in accept there are."""
    return count_keys("accepts")


def check_self_times(socket):
    """That what the functions took for themselves and the wait make up the whole."""
    self_ns = sum(span["self_ns"] for span in spans(socket["tree"]))
    check_equal(self_ns + socket["waited_ns"], socket["duration_ns"], f"times of {socket}")


@lru_cache(maxsize=None)
def check_kinds(*options):
    """That all kinds are as made. What was traced."""
    run = trace_command(["--accept", *options], [ACCEPT, "kinds"])
    check_equal(run.status, 0, run.errors)
    run.json.check_nothing_lost()
    made = work.parse(run.output)
    shown = accepted(run.json)
    work.check_same_in_order(shown, made)
    for socket in shown:
        check_equal(socket["waited_ns"], 0, f"the connection was there: {socket}")
        check_self_times(socket)
    check_equal(run.json.end["filtered"], 0, "filtered")
    return run.json


@test("accept and accept4: every kind of connection, every failure; no connection is no creation")
def kinds():
    shown = check_kinds()
    for socket in accepted(shown):
        check(socket["ret"] < 0 or socket["inode"] != socket["listener"]["inode"], f"{socket}")
    errors = [socket["errno"] for socket in shown.sockets if socket["errno"]]
    check("EAGAIN" not in errors and "EINTR" not in errors, f"{errors}")
    comment(f"{len(accepted(shown))} accepted, {len(errors)} failed")


@test("accept: the same with kprobes")
def kinds_by_kprobe():
    check_kinds("--attach", "kprobe")


@test("accept: the trees of TCP and unix connections, and of a descriptor that is none")
def trees():
    shown = accepted(check_kinds())

    def tree(*protocol):
        first = [leaf("sock_alloc"), leaf("sock_alloc_file"), leaf("security_socket_accept")]
        return ("__sys_accept4", [("do_accept", [*first, *protocol])])

    tcp = tree(("inet_accept", [leaf("inet_csk_accept")]))
    families = {"AF_INET": tcp, "AF_INET6": tcp, "AF_UNIX": tree(leaf("unix_accept"))}
    for family, expected in families.items():
        first = next(socket for socket in shown if socket["family"] == family)
        check_shape(shape(first["tree"]), expected, family)
    bad = next(socket for socket in shown if socket["errno"] == "EBADF")
    check_shape(shape(bad["tree"]), leaf("__sys_accept4"), "EBADF")


def check_waiting(*options):
    run = trace_command([*FEW, *options], [ACCEPT, "waiting"])
    check_equal(run.status, 0, run.errors)
    run.json.check_nothing_lost()
    lines = work.parse(run.output)
    least = [line["waits_ns"] for line in lines[::2]]
    shown = accepted(run.json)
    work.check_same_in_order(shown, lines[1::2])
    for socket, waits_ns in zip(shown, least):
        check(socket["waited_ns"] >= max(waits_ns, 1), f"{waits_ns} ns: {socket}")
        check(socket["waited_ns"] <= socket["duration_ns"], f"{socket}")
        check_self_times(socket)


@test("accept that waits, also after a signal: the wait is told apart from the work")
def waiting():
    check_waiting()


@test("accept that waits: the same with kprobes")
def waiting_by_kprobe():
    check_waiting("--attach", "kprobe")


@test(f"{WAITING_THREADS} threads that wait in accept: they take no place of other creations")
def threads():
    descriptors = ["prlimit", "--nofile=16384"]
    command = [ACCEPT, "threads", str(WAITING_THREADS), str(SOCKETS_MEANWHILE)]
    run = trace_command(FEW, [*descriptors, *command])
    check_equal(run.status, 0, run.errors)
    made = work.parse(run.output)
    check_equal(len(made), 2 * WAITING_THREADS + SOCKETS_MEANWHILE, "creations")
    check(all(socket["waited_ns"] > 0 for socket in accepted(run.json)), "a wait of 0")
    shown = run.json.sockets[1:]  # behind the listening socket
    if HAS_FENTRY:
        run.json.check_nothing_lost()
        work.check_same_per_thread(shown, made)
    else:
        check_lost_by_kretprobes(run.json)
        lost = run.json.end["lost"]["entry_without_exit"]
        check_equal(len(accepted(run.json)) + lost, WAITING_THREADS, "accepted and lost")
        others = [creation for creation in made if creation["via"] not in VIAS]
        work.check_same_per_thread([s for s in shown if s["via"] not in VIAS], others)


def check_lost_by_kretprobes(trace):
    """
    That only returns were lost: a kretprobe has few instances, and those who wait hold them. Who
    has one of the outermost function may find none left for a function below it.
    """
    lost = {reason: count for reason, count in trace.end["lost"].items() if count}
    check(lost.get("entry_without_exit"), f"no return lost: {lost}")
    check(set(lost) <= {"entry_without_exit", "span_without_exit"}, f"more than returns lost: {lost}")
    comment(f"lost: {lost}")


class Waiting:
    """A process whose threads all wait in accept, for ever."""

    def __init__(self, number):
        self.process = subprocess.Popen(
            [ACCEPT, "forever", str(number)], stdout=subprocess.PIPE, text=True
        )
        self.pid = work.parse(self.process.stdout.readline())[0]["pid"]

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)


@test("threads that wait in accept when they are killed, or the trace ends: none is a creation")
def killed():
    with Trace("--format", "jsonl", *FEW) as trace:
        killed_ones = Waiting(KILLED_THREADS)
        check_equal(open_sessions(), KILLED_THREADS, "sessions of those who wait")
        killed_ones.kill()
        check_equal(open_sessions(), 0, "sessions of those who were killed")
        others = Waiting(KILLED_THREADS)
    others.kill()
    if HAS_FENTRY:
        trace.json.check_nothing_lost()
    else:
        check_lost_by_kretprobes(trace.json)
    check_equal(accepted(trace.json), [], "accepted")
    check_equal(len(trace.json.of(others.pid)), 1, "the listening socket")


@test_once("without --accept nothing of it is loaded or shown, with --stages only what is picked")
def not_asked_for():
    def look(*options):
        with Trace("--format", "jsonl", *options) as trace:
            programs = loaded_programs()
            made = work.run("accept", "kinds")
        names = {stage["name"] for stage in trace.json.header["stages"]}
        loaded = [name for name in (*PROGRAMS, *NOT_PICKED) if name in programs]
        return loaded, names, trace.json, made

    programs, names, shown, _ = look()
    check_equal(programs, [], "programs")
    check_equal(names & set(STAGES), set(), "stages")
    check_equal([s for s in shown.sockets if "waited_ns" in s], [], "accepted")
    programs, names, shown, made = look("--accept")
    check_equal(programs, [*PROGRAMS, *NOT_PICKED], "programs with --accept")
    check_equal(set(STAGES) - names, set(), "stages with --accept")
    check_equal(len(accepted(shown)), len(made), "accepted")
    programs, names, shown, made = look("--accept", "--stages", "__sys_accept4")
    check_equal(programs, list(PROGRAMS), "programs with one stage picked")
    check_equal(names & set(STAGES), set(STAGES[:2]), "stages with one picked")
    work.check_same_in_order(accepted(shown), made)


FILTERS = (
    ([], lambda c: True),
    (["-f", "inet6"], lambda c: c["family"] == 10),
    (["-f", "unix", "--type", "seqpacket"], lambda c: c["family"] == 1 and c["type"] & 15 == 5),
    (["-x", "--type", "stream"], lambda c: c["ret"] < 0 and c["type"] & 15 == 1),
    (["-c", "nobody"], lambda c: False),
    (["-u", os.getuid() + 1, "--attach", "kprobe"], lambda c: False),
)


@test_once("accept and filters: what they turn away is counted where it made a socket, or failed to")
def filters():
    traces = [Trace("--format", "jsonl", *FEW, *options) for options, _ in FILTERS]
    # To attach so much takes long: not all at a time.
    Trace.start_all(traces[:3])
    Trace.start_all(traces[3:])
    made = work.run("accept", "kinds")
    Trace.end_all(traces)
    whole = len(traces[0].json.sockets)
    for trace, (options, accepts) in zip(traces, FILTERS):
        trace.json.check_nothing_lost()
        work.check_same_in_order(accepted(trace.json), list(filter(accepts, made)))
        seen = trace.json.end["filtered"] + len(trace.json.sockets)
        # Each tool creates a socket as it starts, which those that have started before it count.
        check(abs(seen - whole) < len(traces), f"account of {options}: {seen}, not {whole}")


@test("accept and --min-us: by the work, not by the wait")
def min_us():
    run = trace_command([*FEW, "-m", "1000"], [ACCEPT, "waiting"])
    check_equal(run.status, 0, run.errors)
    run.json.check_nothing_lost()
    for socket in accepted(run.json):
        check(socket["duration_ns"] - socket["waited_ns"] >= 1000000, f"{socket}")
    comment(f"{len(accepted(run.json))} of 8 shown")


@test_once("accept: the wait in all formats")
def formats():
    timeline, output = temporary("timeline"), temporary("output")
    for name, wanted in (("tree", ", waited "), ("line", " wait ")):
        options = [*FEW, "--format", name, "-o", output, "--timeline", timeline]
        run = Run(TOOL, *options, "--", ACCEPT, "waiting")
        check_equal(run.status, 0, run.errors)
        check_equal(read(output).count(wanted), 8, read(output))
    events = json.loads(read(timeline))["traceEvents"]
    calls = [event for event in events if event["name"] == "__sys_accept4"]
    check_equal("".join(event["ph"] for event in calls), "BE" * 8, "events")
    for begin, end in zip(calls[::2], calls[1::2]):
        duration_ns = (end["ts"] - begin["ts"]) * 1000
        check(0 < end["args"]["waited_ns"] <= duration_ns + 1, f"{begin} {end}")


@test_once("accept with --state: accepts have none, and nobody says that it is lost")
def state():
    shown = check_kinds("--state")
    for socket in shown.sockets:
        check("state_lost" not in socket, f"{socket}")
        has_state = any("state" in span for span in spans(socket["tree"]))
        check_equal(has_state, socket["via"] not in VIAS, f"{socket}")
    check_equal(shown.end["lost"]["state"], 0, "state counted as lost")


@test("io_uring's accept, at once, later and by a worker")
def io_uring():
    for options in ([], ["--attach", "kprobe"]):
        run = trace_command([*FEW, *options], [work.program("io_uring"), "accept"])
        if run.status == NO_IO_URING:
            raise Skipped("no io_uring")
        check_equal(run.status, 0, run.errors)
        run.json.check_nothing_lost()
        made = [(line["pid"], line["inode"], line["ret"]) for line in work.parse(run.output)]
        shown = [socket for socket in run.json.sockets if socket["via"] == "io_uring"]
        if not HAS_IO_ACCEPT:
            made = [(pid, inode, None) for pid, inode, _ in made]
        check_equal([(s["pid"], s["inode"], s["ret"]) for s in shown], made, "creations")
        for socket in shown:
            check_equal(socket["tree"]["name"], "io_accept" if HAS_IO_ACCEPT else "do_accept", "")
            check_equal(socket["listener"]["fd"], None, "descriptor of the listening socket")
            check_equal(socket["flags"], ["SOCK_CLOEXEC"], "flags")
        check_equal(accepted(run.json), [], "by system calls")


@test("io_uring's accept: each completion of a request for one connection, or for several")
def io_uring_completions():
    if not HAS_IO_ACCEPT:
        raise Skipped("what io_uring's requests get can't be observed")
    for options in ([], ["--attach", "kprobe"], ["--detail", "full"]):
        run = trace_command(["--accept", *options], [work.program("requests"), "accept"])
        check_equal(run.status, 0, run.errors)
        run.json.check_nothing_lost()
        made = work.parse(run.output)
        shown = [socket for socket in run.json.sockets if socket["via"] == "io_uring"]
        check_equal(len(shown), len(made), f"creations with {options}")
        for socket, creation in zip(shown, made):
            check_completion(socket, creation)
            calls = [span["name"] for span in spans(socket["tree"])].count("do_accept")
            check_equal(calls, int(socket["errno"] != "EMFILE"), "connections of one creation")
            check_self_times(socket)


@test("io_uring's accept with filters: each completion that they turn away is counted")
def io_uring_completions_filtered():
    if not HAS_IO_ACCEPT:
        raise Skipped("what io_uring's requests get can't be observed")
    whole = trace_command([*FEW, "-x"], [work.program("requests"), "accept"])
    made = work.parse(whole.output)
    failed = [creation["ret"] for creation in made if creation["ret"] < 0]
    check_equal([socket["ret"] for socket in whole.json.sockets], failed, "failed")
    for options in (["-f", "inet"], ["-f", "inet", "--attach", "kprobe"]):
        run = trace_command([*FEW, *options], [work.program("requests"), "accept"])
        check_equal(run.json.sockets, [], "shown")
        total = whole.json.end["filtered"] + len(failed)
        check_equal(run.json.end["filtered"], total, f"filtered with {options}")


@lru_cache(maxsize=None)
def check_interrupting(*options):
    command = [work.program("io_uring"), "interrupting"]
    run = trace_command([*FEW, *options], command)
    if run.status == NO_IO_URING:
        raise Skipped("no io_uring")
    check_equal(run.status, 0, run.errors)
    run.json.check_nothing_lost()
    made = [(line["via"], line["inode"]) for line in work.parse(run.output)]
    shown = [s for s in run.json.sockets if s["via"] in (*VIAS, "io_uring")]
    return run.json, [(s["via"], s["inode"]) for s in shown], made


@test("io_uring's accept in a thread that waits in accept on another socket")
def io_uring_in_accept():
    for options in ([], ["--attach", "kprobe"]):
        _, shown, made = check_interrupting(*options)
        check_equal(shown, made, f"creations with {options}")


@test("io_uring's accept in a thread whose own accept is turned away by a filter")
def io_uring_in_filtered_accept():
    whole = len(check_interrupting()[0].sockets)
    for options in (["-f", "unix"], ["-f", "unix", "--attach", "kprobe"]):
        json_, shown, made = check_interrupting(*options)
        check_equal(shown, [one for one in made if one[0] == "io_uring"], f"{options}")
        check_equal(json_.end["filtered"] + len(json_.sockets), whole, f"account of {options}")
