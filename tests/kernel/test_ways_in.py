# SPDX-License-Identifier: GPL-2.0
"""The ways into the kernel besides socket() and socketpair() themselves."""

import errno
import os
import re
import subprocess
import sys
from functools import lru_cache

import work
from shapes import check_shape, kernel_functions, leaf, shape, spans, tcp_socket
from tap import Skipped, check, check_equal, test, test_once
from test_function_graph import TRACING, filter_functions, reset, write
from tool import (
    FEW_STAGES,
    PATIENCE,
    RELEASE,
    TOOL,
    Run,
    Trace,
    read,
    temporary,
    trace_command,
    wait_until,
)

NO_IO_URING = 77  # the status of the program where the kernel cannot do it


def check_io_uring(run):
    """That it ran, and nothing was lost; skips the test where the kernel's io_uring can't do it."""
    if run.status == NO_IO_URING:
        check("__sys_socket_file" not in kernel_functions(), "no io_uring, though it has it")
        check_equal(run.json.sockets, [], "sockets")
        raise Skipped("this kernel's io_uring makes no sockets")
    check_equal(run.status, 0, run.errors)
    run.json.check_nothing_lost()


@lru_cache(maxsize=None)
def io_uring_trace(way):
    """The traced creations of the programs for io_uring, and what they say of them."""
    command = ["sh", "-c", f"{work.program('io_uring')} && {work.program('requests')}"]
    run = trace_command(["--attach", way], command)
    check_io_uring(run)
    return run.json.sockets, work.parse(run.output)


def io_uring_traces():
    return [io_uring_trace(way) for way in ("auto", "kprobe")]


def check_completion(socket, creation):
    """That what is shown is what the completion of the request has said."""
    what = f"{creation}: {socket}"
    failed = creation["ret"] < 0
    slot = creation.get("slot", -1)
    check_equal(socket["ret"], creation["ret"], what)
    error = work.ERROR_NAMES[-creation["ret"]] if failed else None
    check_equal(socket["errno"], error, what)
    check_equal(socket["inode"] is None, failed, what)
    if creation["inode"]:
        check_equal(socket["inode"], creation["inode"], what)
    made = socket["sockets"][0] if not failed else {"fd": None}
    check_equal(made["fd"], None if failed or slot >= 0 else creation["ret"], what)
    check_equal(made.get("slot"), slot if slot >= 0 else None, what)
    check_equal(socket["failure"]["reason"] is None if failed else False, False, what)


@test("io_uring: what each request gets, at once and by a worker, whatever fails, as it completes")
def io_uring():
    for shown, made in io_uring_traces():
        check_equal(len(shown), len(made), "creations")
        for socket, creation in zip(shown, made):
            what = f"{creation}"
            arguments = {key: creation[key] for key in ("family", "type", "protocol")}
            check_equal((socket["via"], socket["pid"]), ("io_uring", creation["pid"]), what)
            check_equal(socket["args"], arguments, what)
            check_completion(socket, creation)
            refused = socket["tree"]["name"] == "io_socket_prep"  # which no worker does
            check_equal(socket["tid"] != socket["pid"], creation["async"] and not refused, what)
            check("compat" not in socket, what)


@test("io_uring: the tree of a TCP socket, and where each error arises")
def io_uring_tree():
    for shown, made in io_uring_traces():
        expected = ("__sys_socket_file", [tcp_socket()[1][0], leaf("sock_alloc_file")])
        check_shape(shape(shown[0]["tree"]), ("io_socket", [expected]), "tree")
        failed = [s["failure"] for s in shown if s["errno"]]
        stages = {f["stage"]: {g["errno"] for g in failed if g["stage"] == f["stage"]} for f in failed}
        outside = {
            "io_socket_prep": {"EINVAL"},
            "io_socket": {"EMFILE"},
            "io_fixed_fd_install": {"ENXIO", "ENFILE", "EINVAL"},
        }
        check_equal({stage: stages.get(stage) for stage in outside}, outside, "failures")
        check_equal(len(failed), sum(creation["ret"] < 0 for creation in made), "failed")


@test("io_uring with filters: what they turn away is counted once, where the request has a result")
def io_uring_filters():
    for options, passes in (
        (["-x"], lambda c: c["ret"] < 0),
        (["-f", "unix", "--attach", "kprobe"], lambda c: c["family"] == 1),
        (["-f", "unix"], lambda c: c["family"] == 1),
    ):
        run = trace_command([*FEW_STAGES, *options], [work.program("requests")])
        check_io_uring(run)
        made = work.parse(run.output)
        expected = [c for c in made if passes(c)]
        check_equal([s["ret"] for s in run.json.sockets], [c["ret"] for c in expected], "shown")
        check_equal(run.json.end["filtered"], len(made) - len(expected), f"filtered by {options}")


@test_once("io_uring: descriptors, slots and errors in formats for people")
def io_uring_formats():
    line = temporary("line")
    run = Run(TOOL, "--format", "tree", "-o", f"line:{line}", "--", work.program("requests"))
    check_equal(run.status, 0, run.errors)
    printed = [text for text in run.output.splitlines() if text.startswith('{"pid"')]
    slots = sum(creation["slot"] >= 0 for creation in work.parse("\n".join(printed)))
    check_equal(len(re.findall(r"\) = slot \d  .*via io_uring", run.output)), slots, run.output)
    check_equal(len(re.findall(r" slot \d ", read(line))), slots, read(line))
    check("failed in io_fixed_fd_install: the ring has no table" in run.output, run.output)


def inodes_of(pid):
    """The inode of each socket that a process has, by its descriptor."""
    links = {}
    for fd in os.listdir(f"/proc/{pid}/fd"):
        link = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{fd}"))
        if link:
            links[int(fd)] = int(link[1])
    return links


SOCKETCALL = os.uname().machine == "x86_64"  # which not every architecture has
COMPAT = (  # what the 32-bit program does
    ("socketcall" if SOCKETCALL else "socket", 2, 1, None),
    ("socketcall" if SOCKETCALL else "socketpair", 1, 2, None),
    ("socketcall" if SOCKETCALL else "socket", 9999, 1, "EAFNOSUPPORT"),
    ("socket", 2, 2, None),
    ("socketpair", 1, 1, None),
)
COMPAT_SOCKETS = 6


def trace_compat(*options):
    """The creations of the 32-bit program, and the inodes of its sockets by descriptor."""
    with Trace("--format", "jsonl", *options) as trace:
        try:
            process = subprocess.Popen([work.program("compat")], stdin=subprocess.PIPE)
        except OSError as error:
            check(error.errno == errno.ENOEXEC, f"{error}")
            raise Skipped(f"this kernel runs no 32-bit programs: {error}") from error

        wait_until(lambda: len(inodes_of(process.pid)) == COMPAT_SOCKETS, "its sockets")
        inodes = inodes_of(process.pid)
        process.stdin.close()
        check_equal(process.wait(PATIENCE), 0, "exit status")
    trace.json.check_nothing_lost()
    return trace.json.of(process.pid), inodes


def check_compat(*options):
    shown, inodes = trace_compat(*options)
    found = [(s["via"], s["args"]["family"], s["args"]["type"], s["errno"]) for s in shown]
    check_equal(tuple(found), COMPAT, "creations")
    check(all(socket.get("compat") is True for socket in shown), f"compat: {shown}")
    made = {m["fd"]: m["inode"] for s in shown if not s["errno"] for m in s["sockets"]}
    check_equal(made, inodes, "inodes by descriptor")
    roots = [socket["tree"]["name"] for socket in shown]
    pair, single = "__sys_socketpair", "__sys_socket"
    check_equal(roots, [single, pair, single, single, pair], "outermost functions")


@test("a 32-bit program: socketcall where it has that, and the system calls of their own")
def compat():
    check_compat()


@test("a 32-bit program, with kprobes")
def compat_by_kprobe():
    check_compat("--attach", "kprobe")


def count_by_ftrace(function, command):
    """How often the kernel's function tracer sees a function called while a command runs."""

    def trace_this_process():
        write("set_ftrace_pid", str(os.getpid()))
        write("tracing_on", "1")

    configure_function_tracer(function)
    try:
        subprocess.run(command, preexec_fn=trace_this_process, timeout=PATIENCE, check=True)
        write("tracing_on", "0")
        return read(TRACING + "trace").count(f": {function} <-")
    finally:
        reset()


def configure_function_tracer(function):
    write("tracing_on", "0")
    write("current_tracer", "nop")
    check_equal(filter_functions([function]), [function], "traced functions")
    write("trace", "")
    write("current_tracer", "function")


def check_kernel(*options):
    command = ["unshare", "--net", "true"]
    expected = count_by_ftrace("__sock_create", command)
    check(expected > 0, "the function tracer sees none")
    run = trace_command(options, command)
    check_equal(run.status, 0, run.errors)
    run.json.check_nothing_lost()
    check_equal(len(run.json.sockets), expected, "creations")
    for socket in run.json.sockets:
        facts = (socket["via"], socket["ret"], socket["errno"], socket["comm"])
        check_equal(facts, ("kernel", None, None, "unshare"), f"{socket}")
        check_equal(socket["tree"]["name"], "__sock_create", "outermost function")
        check(socket["inode"] > 0 and socket["sockets"][0]["fd"] is None, f"{socket}")
        check(socket["netns"] != os.stat("/proc/self/ns/net").st_ino, "network namespace")


@test("kernel: the control sockets of a new network namespace, as many as the function tracer sees")
def kernel():
    check_kernel()


@test("kernel: the same with kprobes")
def kernel_by_kprobe():
    check_kernel("--attach", "kprobe")


@test("kernel: the socket of a vxlan device")
def vxlan():
    script = "ip link add vx0 type vxlan id 9 dstport 4790 && ip link set vx0 up"
    run = trace_command(["-f", "inet,inet6"], ["sh", "-c", script])
    check_equal(run.status, 0, run.errors)
    shown = [(s["via"], s["family"], s["sockets"][0]["protocol"]) for s in run.json.sockets]
    check_equal(shown, [("kernel", "AF_INET", "IPPROTO_UDP")], "creations")
    subprocess.run(["ip", "link", "delete", "vx0"], check=True)


MPTCP = """
import socket
made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
made.bind(("127.0.0.1", 0))
"""


@test("MPTCP's first subflow: within the socket's own creation, or by the kernel at bind()")
def mptcp():
    if "mptcp_init_sock" not in kernel_functions():
        raise Skipped("no MPTCP in this kernel")
    run = trace_command([], [sys.executable, "-c", MPTCP])
    check_equal(run.status, 0, run.errors)
    first, *more = [s for s in run.json.sockets if s["family"] == "AF_INET"]
    check_equal((first["via"], first["args"]["protocol"]), ("socket", 262), "first")
    creates = [span for span in spans(first["tree"]) if span["name"] == "__sock_create"]
    nested = len(creates) - 1
    later = [("kernel", "IPPROTO_TCP")] * (1 - nested)
    check_equal([(s["via"], s["protocol"]) for s in more], later, "made later")
    check_equal(nested, 1 if RELEASE < (6, 5) else 0, "nested")
