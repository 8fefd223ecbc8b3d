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
from tap import Skipped, check, check_equal, test
from test_function_graph import TRACING, filter_functions, reset, write
from tool import PATIENCE, RELEASE, Trace, read, trace_command, wait_until

NO_IO_URING = 77  # the status of the program where the kernel cannot do it


@lru_cache(maxsize=None)
def io_uring_trace(way):
    """The traced creations of the program for io_uring, and what it says of them."""
    run = trace_command(["--attach", way], [work.program("io_uring")])
    if run.status == NO_IO_URING:
        check("__sys_socket_file" not in kernel_functions(), "no io_uring, though it has it")
        check_equal(run.json.sockets, [], "sockets")
        raise Skipped("this kernel's io_uring makes no sockets")
    check_equal(run.status, 0, run.errors)
    run.json.check_nothing_lost()
    return run.json.sockets, work.parse(run.output)


def io_uring_traces():
    return [io_uring_trace(way) for way in ("auto", "kprobe")]


@test("io_uring, at once and by a worker: arguments, inodes, errors, with the process that asked")
def io_uring():
    for shown, made in io_uring_traces():
        check_equal(len(shown), len(made), "creations")
        for socket, creation in zip(shown, made):
            what = f"{creation}"
            arguments = {key: creation[key] for key in ("family", "type", "protocol")}
            failed = creation["ret"] < 0
            check_equal((socket["via"], socket["pid"]), ("io_uring", creation["pid"]), what)
            check_equal(socket["args"], arguments, what)
            check_equal(socket["ret"], creation["ret"] if failed else None, what)
            check_equal(socket["errno"] is not None, failed, what)
            check_equal(socket["inode"], None if failed else creation["inode"], what)
            check_equal(socket["tid"] != socket["pid"], creation["async"], what)
            check("compat" not in socket, what)


@test("io_uring: the tree of a TCP socket")
def io_uring_tree():
    for shown, _ in io_uring_traces():
        expected = ("__sys_socket_file", [tcp_socket()[1][0], leaf("sock_alloc_file")])
        check_shape(shape(shown[0]["tree"]), expected, "tree")


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
