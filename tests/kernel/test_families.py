# SPDX-License-Identifier: GPL-2.0
"""The create functions of families: those of the kernel, and those that modules bring."""

import os
import socket
from functools import lru_cache

from modules import remove_if_loaded
from settings import setting
from shapes import spans
from tap import check, check_equal, comment, test
from tool import PROBED, Trace, wait_until

AF_CAN, AF_ALG, AF_VSOCK = socket.AF_CAN, socket.AF_ALG, socket.AF_VSOCK
IPPROTO_SCTP = 132

# A module that brings a family or a protocol, a socket of it, and the function it is made by.
MODULES = {
    "af_alg": ((AF_ALG, socket.SOCK_SEQPACKET, 0), "alg_create"),
    "vsock": ((AF_VSOCK, socket.SOCK_STREAM, 0), "vsock_create"),
    "can": ((AF_CAN, socket.SOCK_RAW, socket.CAN_RAW), "can_create"),
    "sctp": ((socket.AF_INET, socket.SOCK_STREAM, IPPROTO_SCTP), "sctp_init_sock"),
}
# What depends on these modules, and must go before them.
USERS = {
    "af_alg": ("algif_hash", "algif_skcipher", "algif_aead", "algif_rng"),
    "vsock": ("vsock_loopback", "vmw_vsock_virtio_transport_common", "vsock_diag"),
    "can": ("can_raw",),
    "sctp": (),
}


def remove(module):
    """Takes a module out of the kernel, and what uses it."""
    remove_if_loaded(*USERS[module], module)


def make(arguments):
    socket.socket(*arguments).close()


def functions(shown):
    return [span["name"] for span in spans(shown["tree"])]


def wait_for(trace, text):
    """Waits until the output has it: it is written as it comes."""
    wait_until(lambda: text in trace.text, text)


def makes_and_sees(trace, arguments, function):
    """Makes a socket and waits until it is shown; whether its tree has the function."""
    count = len(trace.shown_sockets)
    make(arguments)
    wait_until(lambda: len(trace.shown_sockets) > count, "the socket is shown")
    return function in functions(trace.shown_sockets[-1])


def trace_loads(modules):
    """A trace of two sockets of each of these modules, the first of which has it loaded."""
    for module in modules:
        remove(module)
    stages = ["--stages", "core,sctp_init_sock"]  # attaching all takes long
    with Trace("--format", "jsonl", *stages, "-p", os.getpid()) as trace:
        for module in modules:
            arguments, function = MODULES[module]
            make(arguments)
            wait_for(trace, f'{{"event":"stage","name":"{function}"')
            make(arguments)
    shown = trace.json
    shown.check_nothing_lost()
    check_equal(len(shown.sockets), 2 * len(modules), "sockets")
    return shown


@lru_cache(maxsize=None)
def loads_of_all():
    return trace_loads(MODULES)


def check_module(module):
    number = list(MODULES).index(module)
    check_load(loads_of_all(), module, *loads_of_all().sockets[2 * number : 2 * number + 2])


def check_load(shown, module, first, later):
    """First call with the load of the module, a later one with its function."""
    arguments, function = MODULES[module]
    for made in (first, later):
        family, kind, protocol = made["args"].values()
        asked = (family, kind & ~socket.SOCK_CLOEXEC, protocol)
        check_equal(asked, tuple(map(int, arguments)), "arguments")
    check("__request_module" in functions(first), f"first call: {functions(first)}")
    check("__request_module" not in functions(later), f"later call: {functions(later)}")
    check(function in functions(later), f"later call: {functions(later)}")
    # A slow load gives the tool the time to observe the function in the same call.
    if function.endswith("_create"):
        observed = function in functions(first)
        check_equal(first.get("unobserved"), None if observed else function, "unobserved")
        comment("observed in the first call" if observed else "observed in later calls")
    check("unobserved" not in later, "unobserved later")
    way = next(stage["attach"] for stage in shown.observed if stage["name"] == function)
    check_equal(way, "kprobe", "way")


@test("AF_ALG: first call with its module's load, later ones with alg_create")
def alg():
    check_module("af_alg")


@test("AF_VSOCK: first call with its module's load, later ones with vsock_create")
def vsock():
    check_module("vsock")


@test("AF_CAN: first call with its module's load, later ones with can_create")
def can():
    check_module("can")


@test("SCTP: first call with its module's load, later ones with sctp_init_sock")
def sctp():
    check_module("sctp")


@lru_cache(maxsize=None)
def there_before():
    """
    A trace of a socket of a module that was there before, and of sockets of another one that is
    taken out and loaded again meanwhile.
    """
    arguments, function = MODULES["can"]
    make(MODULES["vsock"][0])
    make(arguments)
    with Trace("--format", "jsonl", "-p", os.getpid()) as trace:
        make(MODULES["vsock"][0])
        wait_for(trace, '{"event":"socket"')
        check(makes_and_sees(trace, arguments, function), "before")
        remove("can")
        wait_until(lambda: not os.path.exists("/sys/module/can"), "the module is gone")
        wait_until(lambda: makes_and_sees(trace, arguments, function), f"{function} again")
    return trace.json


@test("a module that was there before the trace: its create function from the first call on")
def module_before():
    first = functions(there_before().sockets[0])
    check("vsock_create" in first, first)


@test("a module removed and loaded again while it is traced: its function is followed")
def module_again():
    _, *all_shown = there_before().sockets
    function = MODULES["can"][1]
    check(len(all_shown) > 1, f"sockets: {len(all_shown)}")
    for number, shown in enumerate(all_shown):
        found = function in functions(shown)
        check(found or shown["unobserved"] == function, f"socket {number}: {shown}")


@test("every family that this kernel has by itself is observed by its create function")
def built_in():
    ways = {stage["name"]: stage["attach"] for stage in there_before().header["stages"]}
    for name in ("unix_create", "inet_create", "inet6_create", "netlink_create", "packet_create"):
        check(ways.get(name) in PROBED, f"{name}: {ways}")


@test("where the kernel's table is hidden, the known names are tried: said by none, seen by all")
def hidden_table():
    with setting("kernel/kptr_restrict", 2):
        make(MODULES["vsock"][0])
        shown = trace_loads(["af_alg"])
    check_load(shown, "af_alg", *shown.sockets)
    names = {stage["name"] for stage in (*shown.header["stages"], *shown.observed)}
    check({"inet_create", "vsock_create", "alg_create"} <= names, f"stages: {names}")
    check(not {"ax25_create", "tipc_sk_create"} & names, f"stages: {names}")
    comment(f"{len(names)} stages")
