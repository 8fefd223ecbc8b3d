# SPDX-License-Identifier: GPL-2.0
"""The tree of an ordinary socket, by every way to attach."""

import os
import re
from functools import lru_cache

import work
from bpf import loaded_programs
from shapes import (
    check_shape,
    inactive_hooks,
    kernel_functions,
    shape,
    spans,
    tcp_socket,
)
from tap import Skipped, check, check_equal, test
from tool import (
    HAS_FENTRY,
    PROBED,
    RELEASE,
    TOOL,
    Json,
    Run,
    Trace,
    preempts,
    read,
    temporary,
    trace_command,
)

OF_STAGES = ("enter_", "exit_")
SEVEN = {
    "__sys_socket",
    "__sock_create",
    "inet_create",
    "sk_alloc",
    "sock_init_data",
    "tcp_v4_init_sock",
    "sock_map_fd",
}


def check_sock_map_fd(tree):
    """That it is all that follows __sock_create()."""
    map_fd = tree["children"][-1]
    check_equal(map_fd["name"], "sock_map_fd", "the last call")
    create = next(child for child in tree["children"] if child["name"] == "__sock_create")
    check_equal(map_fd["start_ns"], create["start_ns"] + create["duration_ns"], "its begin")
    check_equal(map_fd["start_ns"] + map_fd["duration_ns"], tree["duration_ns"], "its end")
    check_equal(map_fd["ret"], tree["ret"], "its result")


@lru_cache(maxsize=None)
def traced(*options):
    """A trace of one TCP socket with these options, and the programs of stages that were loaded."""
    with Trace("--format", "jsonl", *options) as trace:
        programs = {name for name in loaded_programs() if name.startswith(OF_STAGES)}
        work.run("loop", 1)
    return trace.json, programs


def check_tcp_tree(ways, *options):
    check_tcp_tree_of(traced(*options)[0], ways, full="full" in options)


def check_tcp_tree_of(json, ways, full=False):
    """The tree of socket(AF_INET, SOCK_STREAM, 0), its functions probed in one of these ways."""
    json.check_nothing_lost()
    check_equal(len(json.sockets), 1, "sockets")
    tree = json.sockets[0]["tree"]
    check_shape(shape(tree), tcp_socket(full), "tree")
    attached = {span["name"]: span["attach"] for span in spans(tree)}
    check(SEVEN <= set(attached), "the seven functions")
    check_equal(attached.pop("sock_map_fd"), "reconstructed", "sock_map_fd")
    check(set(attached.values()) <= ways, f"ways: {attached}")
    stages = {stage["name"]: stage["attach"] for stage in json.header["stages"]}
    for name, way in attached.items():
        check_equal(stages[name], way, f"{name} in the header")
    check_sock_map_fd(tree)


@test("seven functions in one tree, six probed and sock_map_fd reconstructed")
def default():
    check_tcp_tree(PROBED)


@test("the same with --attach fentry, where the kernel has it: else that is said")
def fentry():
    options = ["--attach", "fentry"]
    if HAS_FENTRY:
        check_tcp_tree({"fentry"}, *options)
        return
    run = Run(TOOL, *options)
    check_equal(run.status, 1, "exit status")
    check("no fentry: this kernel has none on this architecture" in run.errors, run.errors)


@test("the same with --attach kprobe")
def kprobe():
    check_tcp_tree({"kprobe"}, "--attach", "kprobe")


def check_through_fprobe(way):
    path = temporary("output")
    options = ["--attach", way, "--format", "jsonl", "-o", path]
    run = Run(TOOL, *options, "--", work.program("loop"), "1")
    if run.status == 0:
        check_tcp_tree_of(Json(read(path)), {way})
        return
    check_equal(run.status, 1, "exit status")
    check(f"no {way}: " in run.errors, run.errors)
    check(RELEASE < (6, 10) or os.uname().machine != "x86_64", f"no {way}")


@test("the same with --attach kprobe.session, where the kernel has it: else that is said")
def kprobe_session():
    check_through_fprobe("kprobe.session")


@test("with --attach kprobe.session a few programs observe all functions, and what they cost is told")
def kprobe_session_programs():
    if RELEASE < (6, 10) or os.uname().machine != "x86_64":
        raise Skipped("the kernel has no kprobe.session")
    run = Run(TOOL, "--attach", "kprobe.session", "--overhead", "-o", os.devnull, "--",
              work.program("loop"), "10")  # fmt: skip
    check_equal(run.status, 0, run.errors)
    runs = dict(re.findall(r"^(observe_\w+) +(\d+) ", run.errors, re.MULTILINE))
    check_equal(runs.keys(), {"observe_ways_in", "observe_creation", "observe_inner"}, "programs")
    check_equal(int(runs["observe_ways_in"]), 20, "runs at 10 entries and 10 returns")
    check_equal(int(runs["observe_creation"]), 20, "runs at 10 entries and 10 returns")


@test("the same with --attach kprobe.multi, where the kernel has it: else that is said")
def kprobe_multi():
    check_through_fprobe("kprobe.multi")


@test("a kernel that preempts tasks inside fentry programs: a way that misses nothing, if it has one")
def preemption():
    stages = traced()[0].header["stages"]
    # Only kprobes can observe a function with variable arguments.
    ways = {
        stage["attach"]
        for stage in stages
        if stage["attach"] in PROBED and stage["name"] != "__request_module"
    }
    usual = "fentry" if HAS_FENTRY else "kprobe"
    check_equal(ways, {"kprobe.multi" if preempts() and RELEASE >= (6, 14) else usual}, "ways")


@test("the parts of sock_map_fd with --detail full")
def full():
    check_tcp_tree(PROBED, "--detail", "full")


@test("the parts of sock_map_fd with --detail full, by kprobes")
def full_kprobe():
    check_tcp_tree({"kprobe"}, "--detail", "full", "--attach", "kprobe")


@test("sock_map_fd has all that follows __sock_create, also where what calls that is not observed")
def calls_of_what_is_not_observed():
    options = ["--stages", "__sys_socket,__sock_create,sock_map_fd,alloc_file_pseudo"]
    tree = trace_command(options, [work.program("loop"), "1"]).json.sockets[0]["tree"]
    map_fd = ("sock_map_fd", [("alloc_file_pseudo", [])])
    check_shape(shape(tree), ("__sys_socket", [("__sock_create", []), map_fd]), "tree")
    check_sock_map_fd(tree)


def programs_of(*stages):
    """Their names, as the kernel cuts them."""
    return {f"{half}_{stage}"[:15] for stage in stages for half in ("enter", "exit")}


@test("what is not picked costs nothing: no program of it is loaded")
def not_loaded():
    ways_in = {"SYS_SOCKET", "SYS_SOCKETPAIR", "SYS_SOCKET_FILE", "SOCK_CREATE"}
    ways_in |= {"IO_SOCKET", "IO_SOCKET_PREP"}
    rare = programs_of("FD_INSTALL", "ALLOC_INODE", "TCP_INIT_SOCK")
    _, only = traced("--raw-latency", "--stages", "sk_alloc")
    check(only <= programs_of(*ways_in, "SK_ALLOC"), f"loaded: {only}")
    check(programs_of("SK_ALLOC", "SYS_SOCKET") <= only, f"loaded: {only}")
    _, default = traced()
    check(not rare & default, f"loaded: {rare & default}")
    check(programs_of("FAMILY_CREATE", "SOCK_INIT_DATA") <= default, f"loaded: {default}")
    _, full = traced("--detail", "full")
    check(rare <= full, f"not loaded: {rare - full}")


@test("--list-stages says of every stage how it is attached, and why")
def list_stages():
    run = Run(TOOL, "--list-stages")
    check_equal(run.status, 0, run.errors)
    stages = {line.split()[0]: line.split(None, 3)[1:] for line in run.output.splitlines()[1:]}
    check(SEVEN <= set(stages), f"stages: {run.output}")
    by_default = {stage["name"] for stage in traced()[0].header["stages"]}
    for name, (picked, way, reason) in stages.items():
        expected = PROBED if name in kernel_functions() - inactive_hooks() else {"none"}
        expected = {"reconstructed"} if name == "sock_map_fd" else expected
        check(way in expected, f"{name}: {way}")
        check(reason.strip(), f"{name}: no reason")
        check_equal(picked, "yes" if name in by_default else "no", name)
