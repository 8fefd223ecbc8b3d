# SPDX-License-Identifier: GPL-2.0
"""Who called: stacks, the kernel's own requesters, exe and path of the cgroup."""

import os
import re
import shutil
import socket
import subprocess

import work
from modules import remove_if_loaded
from settings import setting
from tap import check, check_equal, test, test_once
from tool import FEW_STAGES, TOOL, Run, Trace, temporary, trace_command, wait_until

FRAME = re.compile(r"[\w.$]+\+0x[0-9a-f]+( \[\w+\])?")  # of a kernel's function
CALLERS = ("__x64_sys_socket", "__arm64_sys_socket", "invoke_syscall")  # of __sys_socket()
ADDRESS = re.compile(r"\b(0x)?ffff[0-9a-f]{12}\b")


def functions(stack):
    return [frame.partition("+")[0] for frame in stack]


def symbols(frame):
    """The function's name that a user frame has, or None."""
    found = re.fullmatch(r".*\((?P<symbol>.*)\+0x[0-9a-f]+\)", frame)
    return found and found["symbol"]


def check_stacks(*options):
    """Both stacks of a process that is still there when they are read."""
    options = [*FEW_STAGES, "--stack", "both", "-p", os.getpid(), *options]
    with Trace("--format", "jsonl", *options) as trace:
        socket.socket().close()
        wait_until(lambda: '{"event":"socket"' in trace.text, "the socket is shown")
    trace.json.check_nothing_lost()
    shown = trace.json.sockets[0]
    for frame in shown["kernel_stack"]:
        check(FRAME.fullmatch(frame), f"frame: {frame}")
    kernel = functions(shown["kernel_stack"])
    # On arm64 6.1 the system call's own function jumps to __sys_socket().
    check(kernel[0] in CALLERS, f"kernel stack: {kernel}")
    check(kernel[-1].startswith(("entry_SYSCALL_64", "el0")), f"kernel stack: {kernel}")
    # Python's own functions have no frame pointers: the C library's is the one that is sure.
    check(symbols(shown["user_stack"][0]) in ("socket", "__socket"), shown["user_stack"])
    check(shown["user_stack"][0].startswith("libc.so.6+0x"), shown["user_stack"])
    check(not ADDRESS.search(trace.text), "an address of the kernel")


@test("--stack both: the caller's frames in the kernel and in the process, by name")
def stacks():
    check_stacks()


@test("--stack both with kprobes")
def stacks_kprobe():
    check_stacks("--attach", "kprobe")


CALLERS_OPTIONS = [
    "--raw-latency", "--accept", "-U",
    "--stages", "__sys_socket,__sys_socketpair,__sys_accept4",
]  # fmt: skip
CALLS = ("socket", "socketpair", "accept4", "threads")


def frames_until(stack, last):
    """The functions of a user stack up to one of them, and whether each frame is uncertain."""
    names = [symbols(frame) for frame in stack]
    check(last in names, f"user stack: {stack}")
    count = names.index(last) + 1
    return names[:count], [frame.startswith("? ") for frame in stack[:count]]


def of_inner(sockets):
    """Those sockets that the program callers has made in its function inner()."""
    return [shown for shown in sockets if any("(inner+" in f for f in shown["user_stack"])]


def strace_stacks(program):
    """The functions up to main as strace -k shows them, innermost first, of each call in inner()."""
    run = Run("strace", "-k", "-e", "trace=socket,socketpair,accept4", program, *CALLS)
    stacks = [[]]
    for line in run.errors.splitlines():
        frame = re.fullmatch(r" > .*\((?P<name>[^+()]*)\+0x[0-9a-f]+\) \[0x(?P<at>[0-9a-f]+)\]", line)
        if frame:
            stacks[-1].append(frame["name"])
        else:
            stacks.append([])
    return [s[: s.index("main") + 1] for s in stacks if "inner" in s and "main" in s]


def check_callers(name):
    """Each call's frames from the stub to main: the process has ended when they are looked up."""
    shown = trace_command(CALLERS_OPTIONS, [work.program(name), *CALLS]).json
    check_equal(shown.end["lost"]["frame"], 0, "frames whose place is not known")
    stacks = [frames_until(s["user_stack"], "main") for s in of_inner(shown.sockets)]
    check_equal(len(stacks), len(CALLS), f"calls in inner(): {shown.sockets}")
    for (names, uncertain), call in zip(stacks, CALLS):
        check_equal(names[1:], ["inner", "outer", "main"], f"{call}: {names}")
        # With threads the stub of accept4() has made room on the stack, on x86.
        moved = call == "threads" and os.uname().machine == "x86_64"
        check_equal(uncertain, [False, moved, False, False], f"{call}: uncertain frames")
    for shown_socket in of_inner(shown.sockets):
        for frame in shown_socket["user_stack"][:4]:
            check(re.match(r"(\? )?[\w.]+\+0x[0-9a-f]+ \(", frame), f"module and offset: {frame}")
    return [names for names, _ in stacks]


@test("-U: the function that called socket(), of a static program that has ended")
def callers_static():
    check_callers("callers")


@test("-U: the same of a program that is loaded anywhere, as strace -k shows it")
def callers_pie():
    names = check_callers("callers_pie")
    if os.uname().machine != "x86_64":  # strace has no unwinder there
        return
    for ours, theirs in zip(names, strace_stacks(work.program("callers_pie")), strict=True):
        check_equal(ours[1:], theirs[1:], "functions, as strace -k shows them")


@test("-U of a program that is written over another one, as cp does it: its own functions")
def overwritten():
    program = temporary("app")
    with Trace("--format", "jsonl", *FEW_STAGES, "-U", "-c", "app") as trace:
        for number, name in enumerate(("callers", "callers_pie"), 1):
            shutil.copy(work.program(name), program)  # the second time it is the same file
            check_equal(Run(program, "socket").status, 0, "exit status")
            wait_until(lambda: len(of_inner(trace.shown_sockets)) == number, f"no frames of {name}")
    stacks = [frames_until(s["user_stack"], "main")[0][1:] for s in of_inner(trace.json.sockets)]
    check_equal(stacks, [["inner", "outer", "main"]] * 2, "functions of both programs")


@test("-U of 32-bit programs, also through the vDSO")
def callers_compat():
    if os.uname().machine != "x86_64":
        return  # the kernel unwinds frames of another form than the compiler makes
    shown = trace_command(CALLERS_OPTIONS, [work.program("compat")]).json.sockets
    stacks = [frames_until(s["user_stack"], "_start")[0] for s in shown]
    check_equal(stacks[0], ["call", "socketcall_socket", "_start"], "by socketcall()")
    check_equal(stacks[1], ["call", "socketcall_socketpair", "_start"], "by socketcall()")
    check_equal(stacks[3], [None, "vdso_call", "own_socket", "_start"], "through the vDSO")
    check(shown[3]["user_stack"][0].startswith("[vdso]"), shown[3]["user_stack"])
    check_equal(stacks[4], ["call", "_start"], "by int 0x80")
    check(not any("? " in frame for s in shown for frame in s["user_stack"][:3]), f"{shown}")


@test("-U: code that a process has generated, by the map that it has written for perf")
def callers_generated():
    shown = trace_command(CALLERS_OPTIONS, [work.program("callers"), "generated"]).json.sockets
    stack = shown[0]["user_stack"]
    names = [symbols(frame) for frame in stack[:5]]
    check_equal(names[1:], ["inner", "outer", "made up", "main"], f"user stack: {stack}")
    check(re.match(r"\[anonymous\] 0x[0-9a-f]+ \(made up\+0x[0-9a-f]+\)", stack[3]), stack)


@test("-U while another thread maps memory: each frame is named, or counted as not known")
def callers_mapping():
    shown = trace_command(CALLERS_OPTIONS, [work.program("callers"), "mapping"]).json
    unknown = 0
    for shown_socket in shown.sockets:
        unknown += sum("[unknown]" in frame for frame in shown_socket["user_stack"][:4])
    check(unknown <= shown.end["lost"]["frame"], f"{unknown} unknown, {shown.end['lost']}")
    whole = [s for s in of_inner(shown.sockets) if "(main+" in str(s["user_stack"])]
    check(len(whole) > 0, "not one stack is whole")


@test_once("-K and -U in the formats for people; without them no stack at all")
def for_people():
    for way in ("tree", "line"):
        run = Run(*command("-K", "-U", "--format", way))
        check_equal(run.status, 0, run.errors)
        check("kernel stack: " in run.output and "user stack:   " in run.output, run.output)
        check("entry_SYSCALL_64" in run.output or "el0" in run.output, run.output)
        check(not ADDRESS.search(run.output), run.output)
        kernel_only = Run(*command("-K", "--format", way)).output
        check("kernel stack: " in kernel_only and "user stack" not in kernel_only, kernel_only)
        check("stack: " not in Run(*command("--format", way)).output, "no stack")
    shown = trace_command(FEW_STAGES, [work.program("loop"), "1"]).json.sockets[0]
    check(not {"kernel_stack", "user_stack", "requester"} & set(shown), f"keys: {shown}")


def command(*options):
    return [TOOL, *FEW_STAGES, *options, "--", work.program("loop"), "1"]


@test_once("what was asked for and can't be had is said: -K without symbols, functions not there")
def what_cannot_be_had():
    with setting("kernel/kptr_restrict", 2):
        run = Run(*command("-K"))
        check("sockcreate-trace: -K: functions of the kernel have no names: " in run.errors, run.errors)
        check("kernel.kptr_restrict" in run.errors, run.errors)
        check("-K" not in Run(*command()).errors, "nobody has asked for the names")
    check("-K" not in Run(*command("-K")).errors, "a warning without a reason")
    # The hook of a security module that is not active here.
    missing = ["--stages", "__sys_socket,selinux_socket_create", "--raw-latency"]
    run = Run(TOOL, *missing, "--", "true")
    check("--stages: selinux_socket_create is not observed: " in run.errors, run.errors)
    check_equal(run.status, 0, run.errors)
    alone = ["setpriv", "--reuid", "65534", "--inh-caps", "-all,+bpf,+perfmon,+sys_admin",
             "--ambient-caps", "+bpf,+perfmon,+sys_admin", "--clear-groups"]  # fmt: skip
    run = Run("prlimit", "--memlock=unlimited", *alone, *command("-U"))
    check("-U: functions of other users' processes may have no names: " in run.errors, run.errors)


@test("via kernel: the function that wanted the socket, also one of a module that is new")
def requesters():
    remove_if_loaded("vxlan")
    Run("ip", "link", "set", "lo", "up")
    with Trace("--format", "jsonl", "--stages", "__sock_create") as trace:
        check_equal(Run("unshare", "-n", "true").status, 0, "unshare")
        add = ["ip", "link", "add", "vx0", "type", "vxlan", "id", "3", "dstport", "4789", "dev", "lo"]
        check_equal(Run(*add).status, 0, "ip link add")
        check_equal(Run("ip", "link", "set", "vx0", "up").status, 0, "ip link set")
        wait_until(lambda: '"comm":"ip"' in trace.text, "the sockets are shown")
    kernel = [shown for shown in trace.json.sockets if shown["via"] == "kernel"]
    requesters_of = {}
    for shown in kernel:
        requesters_of.setdefault(shown["comm"], set()).add(shown.get("requester"))
        check("kernel_stack" not in shown, "a stack that was not asked for")
    check("igmp_net_init" in requesters_of["unshare"], f"requesters: {requesters_of}")
    check(any("vxlan" in (name or "") for name in requesters_of["ip"]), f"{requesters_of}")
    check(None not in requesters_of["unshare"] | requesters_of["ip"], f"{requesters_of}")
    Run("ip", "link", "del", "vx0")


@test("via kernel: a module that comes to lie where another one was is not taken for that")
def requesters_of_modules():
    remove_if_loaded("vxlan", "geneve")
    options = ["--attach", "kprobe", "--stages", "__sock_create", "--format", "jsonl", "-c", "ip"]
    vxlan = ["type", "vxlan", "id", "5", "dstport", "4789"]
    geneve = ["type", "geneve", "id", "3", "remote", "127.0.0.1"]
    with Trace(*options) as trace:
        for kind, settings in (("vxlan", vxlan), ("geneve", geneve)):
            Run("ip", "link", "add", "tunnel0", *settings)
            check_equal(Run("ip", "link", "set", "tunnel0", "up").status, 0, f"{kind} up")
            wait_until(lambda kind=kind: f'"requester":"{kind}' in trace.text, f"{kind}'s socket")
            Run("ip", "link", "del", "tunnel0")
            remove_if_loaded(kind)
    kernel = [shown for shown in trace.json.sockets if shown["via"] == "kernel"]
    requesters_by_kind = [shown["requester"].partition("_")[0] for shown in kernel]
    check_equal(requesters_by_kind, ["vxlan", "geneve"], f"{kernel}")


@test("exe and the cgroup's path, also of a program whose file is gone")
def process():
    path = "/sys/fs/cgroup/a test/below"
    os.makedirs(path, exist_ok=True)
    program = "/tmp/on request"
    check_equal(Run("cp", work.program("on_request"), program).status, 0, "cp")

    def enter():
        with open(f"{path}/cgroup.procs", "w", encoding="ascii") as file:
            file.write("0")

    with Trace("--format", "jsonl", *FEW_STAGES) as trace:
        process_there = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            preexec_fn=enter,
        )  # fmt: skip
        process_there.stdout.readline()
        ask(process_there, trace, 1)
        os.unlink(program)
        ask(process_there, trace, 2)
    process_there.stdin.close()
    process_there.wait()
    first, second = trace.json.of(process_there.pid)
    for shown in (first, second):
        check_equal(shown["exe"], program, "exe")
        check_equal(shown["cgroup"], "/a test/below", "cgroup")
    check("exe_deleted" not in first, "exe_deleted")


def ask(process_there, trace, count):
    """Has it make a socket, and waits until that is shown."""
    print("socket", socket.AF_INET, socket.SOCK_STREAM, 0, file=process_there.stdin)
    process_there.stdout.readline()
    needle = f'"pid":{process_there.pid},'
    wait_until(lambda: trace.text.count(needle) == count, "the socket is shown")
