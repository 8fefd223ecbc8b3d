# SPDX-License-Identifier: GPL-2.0
"""Network namespaces: that of the socket, which can be another than that of the task."""

import os
import re
import subprocess
import sys

from tap import check, check_equal, test, test_once
from tool import FEW_STAGES, PATIENCE, TOOL, Run, Trace, read, temporary

NAME = "sockcreate-test"
OTHER = f"/run/netns/{NAME}"


def run(*command):
    subprocess.run(command, check=True, timeout=PATIENCE)


class Namespace:
    """A network namespace beside this one, as a context; its inode number."""

    def __enter__(self):
        run("ip", "netns", "add", NAME)
        run("ip", "-n", NAME, "link", "set", "lo", "up")
        return os.stat(OTHER).st_ino

    def __exit__(self, kind, value, trace):
        run("ip", "netns", "delete", NAME)


OWN = os.stat("/proc/self/ns/net").st_ino

# Listens here, and accepts from a thread that has gone to another namespace.
ACCEPT = f"""
import ctypes, os, socket
listener = socket.create_server(("127.0.0.1", 0))
clients = [socket.create_connection(listener.getsockname()) for _ in range(2)]
accepted = [listener.accept()[0]]
libc = ctypes.CDLL(None, use_errno=True)
if libc.setns(os.open("{OTHER}", os.O_RDONLY), 0x40000000):
    raise OSError(ctypes.get_errno(), "setns")
accepted.append(listener.accept()[0])
socket.socket()
"""


def vxlan_sockets():
    """A vxlan device of this namespace makes its socket where it is taken to: by a task there."""
    run("ip", "link", "add", "vx0", "type", "vxlan", "id", "9", "dstport", "4790")
    run("ip", "link", "set", "vx0", "netns", NAME)
    run("ip", "-n", NAME, "link", "set", "vx0", "up")
    run("ip", "-n", NAME, "link", "delete", "vx0")


def facts(trace, *vias):
    """The socket's namespace and the task's of these ways in, in order."""
    return [(s["netns"], s.get("task_netns")) for s in trace.json.sockets if s["via"] in vias]


def check_kernel(*options):
    with Namespace() as other:
        traces = [
            Trace("--format", "jsonl", *FEW_STAGES, *options, *filters)
            for filters in ([], ["--netns", OTHER], ["--netns", str(OWN)])
        ]
        Trace.start_all(traces)
        vxlan_sockets()
        run("unshare", "--net", "true")
        Trace.end_all(traces)
    whole, there, here = traces
    for trace in traces:
        trace.json.check_nothing_lost()
    made = facts(whole, "kernel")
    check((OWN, other) in made, f"the device's socket, made here by a task there: {made}")
    new = [pair for pair in made if pair[0] not in (OWN, other)]
    check(new and all(task == OWN for _, task in new), f"the new namespace's sockets: {made}")
    everything = [(s["netns"], s.get("task_netns")) for s in whole.json.sockets]
    for trace, inode in ((there, other), (here, OWN)):
        shown = [(s["netns"], s.get("task_netns")) for s in trace.json.sockets]
        check_equal(shown, [pair for pair in everything if pair[0] == inode], f"of {inode}")
        trace.json.check_filtered(len(everything) - len(shown), len(traces))


@test("the kernel's sockets: of a device that was moved, and of a new namespace")
def kernel():
    check_kernel()


@test("the kernel's sockets: the same with kprobes")
def kernel_by_kprobe():
    check_kernel("--attach", "kprobe")


def check_accept(*options):
    with Namespace() as other:
        traces = [
            Trace("--format", "jsonl", *FEW_STAGES, "--accept", *options, *filters)
            for filters in ([], ["--netns", OTHER], ["--netns", str(OWN)])
        ]
        Trace.start_all(traces)
        run(sys.executable, "-c", ACCEPT)
        Trace.end_all(traces)
    whole, there, here = traces
    for trace in traces:
        trace.json.check_nothing_lost()
    check_equal(facts(whole, "accept", "accept4"), [(OWN, None), (OWN, other)], "accepted")
    check_equal(facts(whole, "socket")[-1], (other, None), "made after setns()")
    check_equal(facts(there, "accept", "accept4", "socket"), [(other, None)], "of the other")
    check_equal(len(here.json.sockets) + 1, len(whole.json.sockets), "of this one")
    here.json.check_filtered(1, len(traces))


@test("accept() by a task in another namespace than the listening socket's")
def accept():
    check_accept()


@test("accept() by such a task, with kprobes")
def accept_by_kprobe():
    check_accept("--attach", "kprobe")


@test_once("both namespaces, where they differ, in the other formats")
def formats():
    timeline = temporary("timeline")
    shown = Run(TOOL, *FEW_STAGES, "--timeline", timeline, "--", "unshare", "--net", "true")
    check_equal(shown.status, 0, shown.errors)
    found = re.findall(rf", netns (\d+) \(task's: {OWN}\)", shown.output)
    check(found, shown.output)
    check_equal(len(found), shown.output.count(", via kernel"), "heads of the kernel's sockets")
    check_equal(read(timeline).count(f'"task_netns":{OWN}'), len(found), "in the timeline")
