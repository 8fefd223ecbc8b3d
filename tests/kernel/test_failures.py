# SPDX-License-Identifier: GPL-2.0
"""Why creations fail: each failure is made for real, and the stage and the sentence are checked."""

import contextlib
import ctypes
import json
import os
import resource
import socket
import struct

from shapes import spans
from tap import Skipped, check, check_equal, comment, test
from tool import Run, Trace, wait_until

AF_AX25 = 3
UNUSED_FAMILY = 9999
NOBODY = 65534

libc = ctypes.CDLL(None, use_errno=True)


def in_child(action):
    """Runs action() in a process of its own, which may give up what it has."""
    pid = os.fork()
    if not pid:
        try:
            action()
            os._exit(0)
        finally:
            os._exit(1)
    check_equal(os.waitpid(pid, 0)[1], 0, "the child's status")
    return pid


def attempt(*arguments):
    """Makes a socket, or fails to."""
    try:
        socket.socket(*arguments).close()
    except OSError:
        pass


class Watch:
    """Two traces of what fails, as JSON and for people."""

    def __init__(self, json, tree):
        self.json = json
        self.tree = tree

    def shown(self, pid):
        """The failed creation of a process, and what people see of it."""

        def find():
            lines = [line for line in self.json.text.split("\n")[1:-1] if f'"pid":{pid},' in line]
            trees = [tree for tree in self.tree.text.split("\n\n") if f"/{pid} " in tree]
            return (lines, trees) if lines and trees else None

        lines, trees = wait_until(find, "the creation is shown")
        check_equal((len(lines), len(trees)), (1, 1), "failed creations")
        return json.loads(lines[0]), trees[0]

    def check(self, action, stage, errno, reason):
        """That a creation fails in this stage, for a reason with these words. The creation."""
        shown, tree = self.shown(in_child(action))
        found = shown["failure"]
        comment(f"{found['stage']}: {found['errno']} ({found['error']}): {found['reason']}")
        check_equal((found["stage"], found["errno"]), (stage, errno), "failure")
        check_equal(shown["errno"], errno, "errno")
        check(reason in found["reason"], f"reason: {found['reason']}")
        line = next(line for line in tree.splitlines() if line.startswith("failed in "))
        check(reason in line and stage in line, f"line of the tree: {line}")
        return shown


@contextlib.contextmanager
def watch(*options):
    traces = [Trace("--format", "jsonl", "-x", *options), Trace("-x", *options)]
    Trace.start_all(traces)
    with traces[0], traces[1]:
        yield Watch(*traces)


def unknown_family():
    attempt(UNUSED_FAMILY, socket.SOCK_STREAM, 0)


def unregistered_family():
    attempt(AF_AX25, socket.SOCK_DGRAM, 0)


@test("an unknown family: no such number, or not registered and which module was asked for")
def families():
    for options in ([], ["--detail", "full"]):
        with watch(*options) as watched:
            reason = "no family of this number"
            watched.check(unknown_family, "__sock_create", "EAFNOSUPPORT", reason)
            reason = "not registered; no module net-pf-3 brought it"
            shown = watched.check(unregistered_family, "__sock_create", "EAFNOSUPPORT", reason)
        check_equal([m["name"] for m in shown["modules"]], ["net-pf-3"], "modules")
        check_equal(shown["modules"][0]["stage"], "__sock_create", "asker")
        check_equal(shown["modules"][0]["privileged"], True, "privileged")
        check_equal(shown["modules"][0]["ret"] is None, not options, "result of the load")


def check_modules(watched, family, name):
    """A protocol that no module brings: which were asked for, by whom, and what came of it."""
    modules = [f"net-pf-{family}-proto-99-type-1", f"net-pf-{family}-proto-99"]
    reason = f"no such protocol for this type; no module {', '.join(modules)} brought it"
    action = as_nobody(family, socket.SOCK_STREAM, 99)
    shown = watched.check(action, name, "EPROTONOSUPPORT", reason)
    found = shown["modules"]
    check_equal([module["name"] for module in found], modules, "modules")
    loads = [span for span in spans(shown["tree"]) if span["name"] == "__request_module"]
    check_equal(len(loads), len(found), "calls of __request_module")
    for module, load in zip(found, loads):
        check_equal(module["stage"], name, "asker")
        check_equal(module["privileged"], False, "privileged")
        check_equal(module["duration_ns"], load["duration_ns"], "duration")
        check_equal((module["ret"], load["ret"]), (256, 256), "modprobe's status, twice")


@test("an unknown protocol or type: which modules were asked for, by whom, and what came of it")
def protocols():
    with watch("--detail", "full") as watched:
        check_modules(watched, int(socket.AF_INET), "inet_create")
        check_modules(watched, int(socket.AF_INET6), "inet6_create")
        action = lambda: attempt(socket.AF_INET, socket.SOCK_SEQPACKET, 0)
        watched.check(action, "inet_create", "ESOCKTNOSUPPORT", "no such type")


def become_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def as_nobody(*arguments):
    def action():
        become_nobody()
        attempt(*arguments)

    return action


def call_socket(*arguments):
    return lambda: libc.socket(*arguments)


def exhaust_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (7, 7))
    with contextlib.suppress(OSError):
        while True:
            os.dup(0)


def without_descriptor():
    exhaust_descriptors()
    libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)


def pair_without_descriptor():
    exhaust_descriptors()
    libc.socketpair(socket.AF_UNIX, socket.SOCK_STREAM, 0, (ctypes.c_int * 2)())


def pair_of_inet():
    libc.socketpair(socket.AF_INET, socket.SOCK_STREAM, 0, (ctypes.c_int * 2)())


def pair_into_nowhere():
    libc.socketpair(socket.AF_UNIX, socket.SOCK_STREAM, 0, None)


PING = as_nobody(socket.AF_INET, socket.SOCK_DGRAM, 1)
RAW = as_nobody(socket.AF_INET, socket.SOCK_RAW, 1)
RAW6 = as_nobody(socket.AF_INET6, socket.SOCK_RAW, 58)
PACKET = as_nobody(socket.AF_PACKET, socket.SOCK_RAW, 0)
NO_DESCRIPTOR = "no descriptor is left: the limit (RLIMIT_NOFILE) is 7"

COMMON = (
    (call_socket(socket.AF_INET, 11, 0), "__sock_create", "EINVAL", "no type of this number"),
    (call_socket(socket.AF_INET, 0x101, 0), "__sys_socket", "EINVAL", "flags"),
    (RAW, "inet_create", "EPERM", "raw sockets need CAP_NET_RAW"),
    (RAW6, "inet6_create", "EPERM", "raw sockets need CAP_NET_RAW"),
    (PACKET, "packet_create", "EPERM", "packet sockets need CAP_NET_RAW"),
    (pair_of_inet, "__sys_socketpair", "EOPNOTSUPP", "no pairs"),
    (pair_into_nowhere, "__sys_socketpair", "EFAULT", "can't be written to"),
)
CORE = (
    (PING, "inet_create", "EACCES", "ping_group_range"),
    (without_descriptor, "sock_map_fd", "EMFILE", NO_DESCRIPTOR),
    (pair_without_descriptor, "__sys_socketpair", "EMFILE", NO_DESCRIPTOR),
)
FULL = (
    (PING, "ping_init_sock", "EACCES", "ping_group_range"),
    (without_descriptor, "get_unused_fd_flags", "EMFILE", NO_DESCRIPTOR),
    (pair_without_descriptor, "get_unused_fd_flags", "EMFILE", NO_DESCRIPTOR),
)


def check_all(failures, *options):
    with open("/proc/sys/net/ipv4/ping_group_range", "w", encoding="ascii") as file:
        file.write("1 0")
    with watch(*options) as watched:
        for failure in failures:
            watched.check(*failure)


@test("bad arguments, missing capabilities, no descriptor left, no pairs: the stage and why")
def core():
    check_all(COMMON + CORE)


@test("the same with --detail full")
def full():
    check_all(COMMON + FULL, "--detail", "full")


@test("the same with kprobes")
def kprobe():
    check_all(COMMON + CORE, "--attach", "kprobe")


# --- BPF programs that deny, made of two instructions: r0 = ...; exit -------------------------

SYS_BPF = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
BPF_PROG_LOAD, BPF_PROG_ATTACH, BPF_RAW_TRACEPOINT_OPEN = 5, 8, 17
BPF_PROG_TYPE_CGROUP_SOCK, BPF_PROG_TYPE_LSM = 9, 29
BPF_CGROUP_INET_SOCK_CREATE, BPF_LSM_MAC = 2, 27


def bpf(command, attributes):
    attributes = ctypes.create_string_buffer(attributes, 128)
    result = libc.syscall(SYS_BPF, command, attributes, 128)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def load_returning(value, kind, attach, btf_id=0):
    """Loads a program that returns the value."""
    program = struct.pack("<BBhi", 0xB7, 0, 0, value) + struct.pack("<BBhi", 0x95, 0, 0, 0)
    instructions = ctypes.create_string_buffer(program)
    license_ = ctypes.create_string_buffer(b"GPL")
    head = struct.pack("<IIQQ", kind, 2, ctypes.addressof(instructions), ctypes.addressof(license_))
    # log_level .. prog_name, prog_ifindex, expected_attach_type, BTF of the program, attach_btf_id
    rest = struct.pack("<IIQII16sIIIIQIIQII", 0, 0, 0, 0, 0, b"deny", 0, attach, 0, 0, 0, 0, 0, 0,
                       0, btf_id)  # fmt: skip
    return bpf(BPF_PROG_LOAD, head + rest)


@test("denied by a BPF program of the cgroup, at the end of inet_create")
def cgroup_program():
    path = "/sys/fs/cgroup/deny"
    os.makedirs(path, exist_ok=True)
    program = load_returning(0, BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE)
    cgroup = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    bpf(BPF_PROG_ATTACH, struct.pack("<IIII", cgroup, program, BPF_CGROUP_INET_SOCK_CREATE, 0))

    def denied(family, kind):
        def action():
            with open(f"{path}/cgroup.procs", "w", encoding="ascii") as file:
                file.write("0")
            attempt(family, kind, 0)

        return action

    for options in ([], ["--detail", "full"]):
        with watch(*options) as watched:
            for family, kind, name in (
                (socket.AF_INET, socket.SOCK_STREAM, "inet_create"),
                (socket.AF_INET6, socket.SOCK_DGRAM, "inet6_create"),
            ):
                reason = "a BPF program of the cgroup"
                shown = watched.check(denied(family, kind), name, "EPERM", reason)
                check_equal(shown["cgroup"], "/deny", "cgroup")


def function_id(name):
    """The number of a function in the kernel's BTF."""
    run = Run("/usr/sbin/bpftool", "btf", "dump", "file", "/sys/kernel/btf/vmlinux")
    check_equal(run.status, 0, run.errors)
    line = next(line for line in run.output.splitlines() if f"] FUNC '{name}' " in line)
    return int(line[1 : line.index("]")])


def check_lsm(hook, stage, *options):
    with open("/sys/kernel/security/lsm", encoding="ascii") as file:
        if "bpf" not in file.read().split(","):
            raise Skipped("this kernel has no BPF LSM switched on")
    function = function_id(f"bpf_lsm_{hook}")
    try:
        program = load_returning(-1, BPF_PROG_TYPE_LSM, BPF_LSM_MAC, function)
    except OSError as error:
        raise Skipped(f"this kernel loads no LSM program: {error}") from error

    def action():
        link = bpf(BPF_RAW_TRACEPOINT_OPEN, struct.pack("<QII", 0, program, 0))
        libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
        os.close(link)

    with watch(*options) as watched:
        watched.check(action, stage, "EPERM", "a security module (LSM) denied it")


@test("denied by a security module in security_socket_create")
def lsm_create():
    check_lsm("socket_create", "security_socket_create")


@test("denied by a security module in security_socket_post_create")
def lsm_post_create():
    check_lsm("socket_post_create", "__sock_create")
    check_lsm("socket_post_create", "security_socket_post_create", "--detail", "full")
