# SPDX-License-Identifier: GPL-2.0
"""
Softirqs that run on top of a task inside socket(), and call there for the connections of others
what creating a socket calls, too: sk_prot_alloc(), security_sk_alloc(), tcp_init_xmit_timers().
"""

import re
import socket
import struct
import subprocess

import tracefs
import work
from shapes import check_part, check_shape, shape, tcp_socket
from tap import Failed, Skipped, check_equal, comment, test
from tool import TOOL, Json, Run, read, temporary

CONNECTIONS = 400
LEAST_ON_TOP = 10
ATTEMPTS = 6
DELAY_NS = 1_000_000

# From linux/rtnetlink.h and linux/pkt_sched.h.
RTM_NEWQDISC = 36
NLM_F_REQUEST, NLM_F_ACK, NLM_F_REPLACE, NLM_F_CREATE = 1, 4, 0x100, 0x400
TC_H_ROOT = 0xFFFFFFFF
TCA_KIND, TCA_OPTIONS = 1, 2
NLMSG_ERROR = 2
TICK_NS = 64  # the unit of the packet scheduler's times

# Calls the stages, and is none itself: a kretprobe would hide from older kernels what lies above it.
CALLS_STAGES = "tcp_create_openreq_child"
IN_SOFTIRQ = "common_flags & 16"  # TRACE_FLAG_SOFTIRQ in include/linux/trace_events.h
# A stack in the output of the kernel's tracing: lines of this kind, the innermost function first.
STACK = re.compile(r"<stack trace>\n((?: => .*\n)+)")
# Below the softirq a function of the task that was interrupted, one that only socket() calls. Where
# there are kretprobes, older kernels see no further than to the innermost function that has one.
ON_TOP = re.compile(
    r"^ => (?:__do_softirq|__softirqentry_text_start|handle_softirqs)\b(?s:.*)"
    r"^ => (?:__sys_socket|__sock_create|inet_create|sock_alloc\w*|sk_alloc|sk_prot_alloc|"
    r"security_sk_alloc|sock_init_data\w*|tcp_v4_init_sock|tcp_init_sock|tcp_init_xmit_timers)\b",
    re.MULTILINE,
)


def attribute(kind, value):
    length = 4 + len(value)
    return struct.pack("=HH", length, kind) + value + bytes(-length % 4)


def delay_loopback():
    """Has the loopback device hand each packet over a while after it was sent; whether it does."""
    # struct tc_netem_qopt: latency, limit, loss, gap, duplicate, jitter
    netem = struct.pack("=6I", DELAY_NS // TICK_NS, 1000, 0, 0, 0, 0)
    # struct tcmsg: family, padding, ifindex, handle, parent, info
    tcmsg = struct.pack("=BxxxiIII", 0, socket.if_nametoindex("lo"), 0, TC_H_ROOT, 0)
    body = tcmsg + attribute(TCA_KIND, b"netem\0") + attribute(TCA_OPTIONS, netem)
    flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        netlink.send(struct.pack("=IHHII", 16 + len(body), RTM_NEWQDISC, flags, 1, 0) + body)
        _, kind, _, _, _, error = struct.unpack_from("=IHHIIi", netlink.recv(4096))
    return kind == NLMSG_ERROR and error == 0


def trace_once(*options):
    """
    The creations while connections are made, all without a foreign span; what was made; and how
    often the kernel itself has seen a softirq on top of socket() make what calls stages.
    """
    path = temporary("output")
    options = ("--format", "jsonl", "--detail", "full", "--buffer-size", 64, "-o", path, *options)
    with tracefs.probe(CALLS_STAGES, IN_SOFTIRQ, "stacktrace") as events:
        run = Run(TOOL, *options, "--", work.program("softirq"), CONNECTIONS)
        on_top = sum(bool(ON_TOP.search(stack)) for stack in STACK.findall(events()))
    check_equal(run.status, 0, run.errors)
    json = Json(read(path))
    expected = tcp_socket(full=True)
    for traced in json.sockets:
        check_part(shape(traced["tree"]), expected, f"creation {traced['seq']}")
    return json, work.parse(run.output)[0], on_top


def check_no_foreign_span(*options):
    """
    Traces until there were enough calls on top: without any, nothing would be shown. Where the
    machine is slow, a kernel may have a thread of its own do the softirqs' work.
    """
    seen = 0
    for _ in range(ATTEMPTS):
        json, made, on_top = trace_once(*options)
        foreign, skipped = json.end["foreign"], json.end["probe_missed"]
        comment(f"{on_top} calls on top, {foreign} on the same stack, {skipped} probes skipped")
        seen += on_top
        if seen >= LEAST_ON_TOP:
            return json, made
    raise Failed("too few calls on top of socket() to show anything")


def check_whole(json, made):
    """That every creation is there with its whole tree."""
    json.check_nothing_lost()
    check_equal(len(json.of(made["pid"])), made["made"], "sockets of the loop")
    listener = 1
    connecting = made["connections"] + listener
    check_equal(len(json.of(made["connecting_pid"])), connecting, "sockets that connect")
    expected = tcp_socket(full=True)
    for traced in json.sockets:
        check_shape(shape(traced["tree"]), expected, f"creation {traced['seq']}")


def prepare():
    subprocess.run(["modprobe", "sch_netem"], stderr=subprocess.DEVNULL, check=False)
    if not delay_loopback():
        raise Skipped("no netem in this kernel")


@test("softirqs on top of socket(): no foreign span, with all stages")
def by_default():
    prepare()
    json, made = check_no_foreign_span()
    check_whole(json, made)


@test("softirqs on top of socket(): no foreign span with kprobes")
def by_kprobe():
    prepare()
    check_no_foreign_span("--attach", "kprobe")
