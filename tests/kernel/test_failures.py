# SPDX-License-Identifier: GPL-2.0
"""Why creations fail: each failure is made for real, and the stage and the sentence are checked."""

import atexit
import contextlib
import ctypes
import json
import os
import resource
import socket

import work
from apparmor import confine, load_profile
from bpf import (
    CGROUP_SOCK_CREATE,
    LSM,
    attach,
    attach_to_cgroup,
    function_id,
    libc,
    load_returning,
)
from modules import remove_if_loaded
from settings import setting
from shapes import active_modules, spans
from tap import Skipped, check, check_equal, comment, test
from tool import Run, Trace, read, temporary, wait_until

AF_AX25 = 3
UNUSED_FAMILY = 9999
NOBODY = 65534
# Attaching all takes long.
MORE_STAGES = [
    "--stages",
    "core,ping_init_sock,get_unused_fd_flags,security_socket_post_create,apparmor_socket_create,"
    "update_socket_protocol",
]


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
    """Traces of what fails: as JSON, and where that is wanted for people, too."""

    def __init__(self, lines, tree=None):
        self.lines = lines
        self.tree = tree

    def shown(self, pid):
        """The failed creation of a process, and what people see of it."""

        def find():
            lines = self.lines.text.split("\n")[1:-1]
            trees = self.tree.text.split("\n\n") if self.tree else [f"/{pid} "]
            found = (
                [line for line in lines if f'"pid":{pid},' in line],
                [tree for tree in trees if f"/{pid} " in tree],
            )
            return found if all(found) else None

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
        if self.tree:
            line = next(line for line in tree.splitlines() if line.startswith("failed in "))
            check(reason in line and stage in line, f"line of the tree: {line}")
        return shown

    def end(self):
        for trace in (self.lines, self.tree):
            if trace:
                check_equal(trace.end(), 0, f"exit status ({trace.account})")


_running = {}  # the one Watch there is, by its options


def watch(*options):
    """
    Traces with these options. The next tests go on with them if theirs are the same: to attach
    takes much longer than a failure. With the default stages one for people is among them.
    """
    if options not in _running:
        end_watch()
        traces = [Trace("--format", "jsonl", "-x", *options)]
        if not options:
            traces.append(Trace("-x"))
        Trace.start_all(traces)
        _running[options] = Watch(*traces)
    return _running[options]


@atexit.register
def end_watch():
    for options in list(_running):
        _running.pop(options).end()


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def unknown_family():
    attempt(UNUSED_FAMILY, socket.SOCK_STREAM, 0)


def unregistered_family():
    attempt(AF_AX25, socket.SOCK_DGRAM, 0)


def check_families(watched, observed):
    """The same whether the loading of modules is observed, which tells its result, or not."""
    reason = "no family of this number"
    watched.check(unknown_family, "__sock_create", "EAFNOSUPPORT", reason)
    reason = "not registered; no module net-pf-3 brought it"
    shown = watched.check(unregistered_family, "__sock_create", "EAFNOSUPPORT", reason)
    check_equal([m["name"] for m in shown["modules"]], ["net-pf-3"], "modules")
    check_equal(shown["modules"][0]["stage"], "__sock_create", "asker")
    check_equal(shown["modules"][0]["privileged"], True, "privileged")
    check_equal(shown["modules"][0]["status"], 1 if observed else None, "result of the load")


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
        check_equal((module["status"], module["signal"], module["errno"]), (1, None, None), "result")
        check_equal(load["ret"], 256, "modprobe's wait status")


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


def take_all_descriptors():
    with contextlib.suppress(OSError):
        while True:
            os.dup(0)


def exhaust_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (7, 7))
    take_all_descriptors()


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
    work.set_ping_groups(1, 0)
    watched = watch(*options)
    for failure in failures:
        watched.check(*failure)


@test("an unknown family: no such number, or not registered and which module was asked for")
def families():
    check_families(watch(), observed=True)


@test("bad arguments, missing capabilities, no descriptor left, no pairs: the stage and why")
def core():
    check_all(COMMON + CORE)


# --- Which limit of descriptors it is --------------------------------------------------------------

NR_OPEN = "fs/nr_open"
LEAST_NR_OPEN = 64  # the kernel takes no less: sysctl_nr_open_min


def up_to_nr_open():
    take_all_descriptors()
    check_equal(os.dup2(0, LEAST_NR_OPEN - 1), LEAST_NR_OPEN - 1, "the last descriptor")
    libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)


def pair_up_to_nr_open():
    take_all_descriptors()
    libc.socketpair(socket.AF_UNIX, socket.SOCK_STREAM, 0, (ctypes.c_int * 2)())


def up_to_rlimit_above_nr_open():
    limit = 2 * LEAST_NR_OPEN
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    os.dup2(0, limit - 1)  # the table of descriptors grows, and stays as it is
    with setting(NR_OPEN, LEAST_NR_OPEN):
        take_all_descriptors()
        libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
        os.close(limit - 1)  # for the file by which the limit is set


@test("no descriptor left: the limit that is named is the one that was reached")
def descriptor_limits():
    reason = f"no descriptor is left: the limit (fs.nr_open) is {LEAST_NR_OPEN}"
    check(resource.getrlimit(resource.RLIMIT_NOFILE)[0] > LEAST_NR_OPEN, "RLIMIT_NOFILE is higher")
    watched = watch()
    # Up to when it is shown: the tool reads the limit then.
    with setting(NR_OPEN, LEAST_NR_OPEN):
        watched.check(up_to_nr_open, "sock_map_fd", "EMFILE", reason)
        watched.check(pair_up_to_nr_open, "__sys_socketpair", "EMFILE", reason)
    reason = f"no descriptor is left: the limit (RLIMIT_NOFILE) is {2 * LEAST_NR_OPEN}"
    watched.check(up_to_rlimit_above_nr_open, "sock_map_fd", "EMFILE", reason)


# --- BPF programs that deny ---------------------------------------------------------------------


@test("denied by a BPF program of the cgroup, at the end of inet_create")
def cgroup_program():
    path = "/sys/fs/cgroup/deny"
    os.makedirs(path, exist_ok=True)
    program = load_returning(0, CGROUP_SOCK_CREATE)
    cgroup = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    attach_to_cgroup(program, cgroup)

    def denied(family, kind):
        def action():
            with open(f"{path}/cgroup.procs", "w", encoding="ascii") as file:
                file.write("0")
            attempt(family, kind, 0)

        return action

    watched = watch()
    for family, kind, name in (
        (socket.AF_INET, socket.SOCK_STREAM, "inet_create"),
        (socket.AF_INET6, socket.SOCK_DGRAM, "inet6_create"),
    ):
        reason = "a BPF program of the cgroup"
        shown = watched.check(denied(family, kind), name, "EPERM", reason)
        check_equal(shown["cgroup"], "/deny", "cgroup")


IN_THE_LOG = "the audit log, or else dmesg, may say why"
IN_BPFTOOL = "BPF programs are listed by bpftool prog"
DENIED = "a security module (LSM) denied it"


def denying_program(hook):
    """A BPF program that denies all in this hook."""
    if "bpf" not in active_modules():
        raise Skipped("this kernel has no BPF LSM switched on")
    function = function_id(f"bpf_lsm_{hook}")
    try:
        program = load_returning(-1, LSM, function)
        os.close(attach(program))
    except OSError as error:
        raise Skipped(f"this kernel attaches no LSM program: {error}") from error
    # 5.10 attaches a program only once.
    os.close(program)
    return load_returning(-1, LSM, function)


def denied_by(program, make):
    def action():
        link = attach(program)
        make()
        os.close(link)

    return action


def make_inet():
    libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)


def make_unix_pair():
    libc.socketpair(socket.AF_UNIX, socket.SOCK_STREAM, 0, (ctypes.c_int * 2)())


def check_bpf_lsm(hook, stage, reason, *options, make=make_inet):
    action = denied_by(denying_program(hook), make)
    watch(*options).check(action, stage, "EPERM", f"{reason}; {IN_BPFTOOL}")


@test("denied by a BPF LSM: which modules it can have been")
def lsm_create():
    # Every kernel of the matrix with a BPF LSM that is switched on has AppArmor, too.
    suspects = f"{DENIED}: apparmor or bpf; {IN_THE_LOG}"
    check_bpf_lsm("socket_create", "security_socket_create", suspects)


@test("denied by a BPF LSM in security_socket_post_create, which is not observed")
def lsm_post_create_not_observed():
    suspects = f"{DENIED} when it was made: apparmor or bpf; {IN_THE_LOG}"
    check_bpf_lsm("socket_post_create", "__sock_create", suspects)


@test("denied by a BPF LSM where a pair is made of two sockets")
def lsm_pair():
    suspects = f"{DENIED} when the two sockets were to be a pair: apparmor or bpf; {IN_THE_LOG}"
    check_bpf_lsm("socket_socketpair", "__sys_socketpair", suspects, make=make_unix_pair)


# --- The same with more stages, and with less ------------------------------------------------------


@test("a create function that fails in the call that has its module loaded, and later")
def new_function():
    remove_if_loaded("algif_hash", "algif_skcipher", "algif_aead", "algif_rng", "af_alg")
    action = call_socket(socket.AF_ALG, socket.SOCK_STREAM, 0)
    watched = watch(*MORE_STAGES)
    first, _ = watched.shown(in_child(action))
    check_equal([module["name"] for module in first["modules"]], ["net-pf-38"], "modules")
    observed = "alg_create" in [span["name"] for span in spans(first["tree"])]
    check_equal(first.get("unobserved"), None if observed else "alg_create", "unobserved")
    stage, reason = ("alg_create", "the family has no such type")
    found = first["failure"]
    expected = (stage, reason) if observed else ("__sock_create", None)
    check_equal((found["stage"], found["reason"]), expected, "first call")
    wait_until(lambda: '"event":"stage","name":"alg_create"' in watched.lines.text, "observed")
    later = watched.check(action, stage, "ESOCKTNOSUPPORT", reason)
    check("unobserved" not in later, "unobserved later")


@test("an unknown family, with the loading of modules not observed: which module was asked for")
def families_little_observed():
    stages = "__sock_create,security_socket_create,sock_alloc,family_create"
    check_families(watch("--stages", stages), observed=False)


@test("an unknown protocol or type: which modules were asked for, by whom, and what came of it")
def protocols():
    watched = watch(*MORE_STAGES)
    check_modules(watched, int(socket.AF_INET), "inet_create")
    check_modules(watched, int(socket.AF_INET6), "inet6_create")
    # Of SOCK_SEQPACKET there is one where SCTP's module has been loaded.
    action = lambda: attempt(socket.AF_INET, socket.SOCK_RDM, 0)
    watched.check(action, "inet_create", "ESOCKTNOSUPPORT", "no such type")


@test("bad arguments and the like with the stages in which some of them arise")
def full():
    check_all(COMMON + FULL, *MORE_STAGES)


def kernel_log_has(words, start):
    """Whether a line of the kernel's log since then has all these words."""
    log = Run("dmesg").output.splitlines()
    return any(all(word in line for word in words) for line in log[start:])


@test("denied by AppArmor: its hook is the stage, the sentence names it and where it is logged")
def apparmor_denies():
    if "apparmor" not in active_modules():
        raise Skipped("this kernel has no AppArmor switched on")
    name, start = load_profile(), len(Run("dmesg").output.splitlines())

    def action():
        confine(name)
        make_inet()

    reason = f"{DENIED}: apparmor; {IN_THE_LOG}"
    shown = watch(*MORE_STAGES).check(action, "apparmor_socket_create", "EACCES", reason)
    check_equal(shown["failure"]["reason"], reason, "the whole reason")
    words = ('apparmor="DENIED"', 'operation="create"', f'profile="{name}"')
    check(kernel_log_has(words, start), "the kernel's log")


@test("denied by AppArmor with the default stages")
def apparmor_denies_unseen():
    if "apparmor" not in active_modules():
        raise Skipped("this kernel has no AppArmor switched on")
    name = load_profile()

    def action():
        confine(name)
        make_inet()

    watch().check(action, "security_socket_create", "EACCES", f"{DENIED}: apparmor")


HOOKS = [
    "--stages",
    "core,apparmor_socket_create,bpf_lsm_socket_create,security_socket_post_create,"
    "bpf_lsm_socket_post_create,security_socket_socketpair",
]


@test("denied by a BPF LSM whose hooks are observed: it was no other module")
def bpf_lsm_denies():
    for hook, reason in (
        ("socket_create", f"{DENIED}: bpf"),
        ("socket_post_create", f"{DENIED} when it was made: bpf"),
    ):
        check_bpf_lsm(hook, f"bpf_lsm_{hook}", reason, *HOOKS)
    reason = f"{DENIED} when the two sockets were to be a pair: apparmor or bpf; {IN_THE_LOG}"
    stage = "security_socket_socketpair"
    check_bpf_lsm("socket_socketpair", stage, reason, *HOOKS, make=make_unix_pair)


# --- Modules that bring nothing -------------------------------------------------------------------

AF_X25 = 9  # no family that another test needs


def modprobe(script):
    """As a context: the kernel runs this script in place of modprobe."""
    path = temporary("modprobe")
    write(path, f"#!/bin/sh\n{script}\n")
    os.chmod(path, 0o755)
    return setting("kernel/modprobe", path)


X25 = call_socket(AF_X25, socket.SOCK_SEQPACKET, 0)
NO_X25 = "the family is not registered; no module net-pf-9 brought it"


@test("a module that modprobe brings without an error and yet is not there: how to find out why")
def module_absent():
    watched = watch()
    with modprobe("exit 0"):
        reason = f"{NO_X25}, though modprobe ended without an error"
        shown = watched.check(X25, "__sock_create", "EAFNOSUPPORT", reason)
        check("modprobe -nv net-pf-9" in shown["failure"]["reason"], "what to do")
        check_equal(shown["modules"][0]["status"], 0, "status")
    with modprobe("exit 3"):
        shown = watched.check(X25, "__sock_create", "EAFNOSUPPORT", NO_X25)
        check_equal(shown["failure"]["reason"], NO_X25, "reason")
        check_equal(shown["modules"][0]["status"], 3, "status")
        _, tree = watched.shown(in_child(X25))
        check("modprobe: status 3" in tree and "= 768" not in tree, tree)


@test("a module's load that was killed, or whose task was: the family is not to blame")
def module_load_killed():
    watched = watch()
    with modprobe("kill -9 $$"):
        reason = "no module net-pf-9 was loaded: signal 9 ended modprobe"
        shown = watched.check(X25, "__sock_create", "EAFNOSUPPORT", reason)
        check_equal((shown["modules"][0]["status"], shown["modules"][0]["signal"]), (None, 9), "")
    began = temporary("began")
    with modprobe(f"echo >{began}; exec sleep 1000"):
        pid = os.fork()
        if not pid:
            X25()
            os._exit(0)
        wait_until(lambda: os.path.exists(began), "modprobe runs")
        os.kill(pid, 9)
        check_equal(os.waitpid(pid, 0)[1], 9, "the child's status")
        shown, _ = watched.shown(pid)
    check("the task was interrupted" in shown["failure"]["reason"], shown["failure"]["reason"])
    check_equal(shown["modules"][0]["errno"], "ERESTARTSYS", "error")


@test("bad arguments and the like with kprobes")
def kprobe():
    check_all(COMMON + CORE, "--attach", "kprobe")


@test("with little observed: nothing is said that only the functions not observed could tell")
def little_observed():
    watched = watch("--stages", "__sock_create")
    for arguments, errno in (
        ((socket.AF_INET, socket.SOCK_STREAM, 999), "EINVAL"),
        ((socket.AF_INET, 11, 0), "EINVAL"),
        ((UNUSED_FAMILY, socket.SOCK_STREAM, 0), "EAFNOSUPPORT"),
        ((AF_AX25, socket.SOCK_DGRAM, 0), "EAFNOSUPPORT"),
    ):
        shown, _ = watched.shown(in_child(call_socket(*arguments)))
        found = shown["failure"]
        check_equal((found["stage"], found["errno"]), ("__sock_create", errno), f"{arguments}")
        check_equal(found["reason"], None, f"{arguments}: reason")


@test("the traces of failures end well")
def traces_end():
    end_watch()
