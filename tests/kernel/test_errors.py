# SPDX-License-Identifier: GPL-2.0
"""What goes wrong is said in one sentence, with the right exit status; and how a trace ends."""

import ctypes
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import termios
import threading
import time

import work
from tap import check, check_equal, test, test_once
from tool import (
    FEW_STAGES,
    HAS_FENTRY,
    PATIENCE,
    RELEASE,
    TOOL,
    Json,
    Run,
    Trace,
    read,
    temporary,
    wait_until,
)

LOOP = work.program("loop")
CLONE_NEWNET = 0x40000000  # see clone(2)
PIPE_SIZE = 65536  # see pipe(7)
OPENAT = {"x86_64": 257, "aarch64": 56}  # its number as a system call


def check_error(run, status, *words):
    """That a run ended with this status and one sentence that has these words in it."""
    check_equal(run.status, status, f"exit status ({run.errors!r})")
    check_equal(run.errors.count("\n"), 1, f"lines: {run.errors!r}")
    check(run.errors.startswith("sockcreate-trace: "), run.errors)
    for word in words:
        check(word in run.errors, f"{word!r} is not in {run.errors!r}")


def run_with(*arguments, **options):
    return Run(TOOL, *arguments, **options)


def trace_with(*arguments, **options):
    """The same, where a trace begins."""
    return run_with(*FEW_STAGES, *arguments, **options)


@test("without privileges: says which capabilities are missing")
def no_privileges():
    unprivileged = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    check_error(Run(*unprivileged, TOOL), 1, "CAP_BPF", "CAP_PERFMON")
    one = ["--bounding-set=-all,+bpf,+setuid,+setgid,+setpcap", "--inh-caps=-all,+bpf"]
    run = Run("setpriv", *one, "--ambient-caps=-all,+bpf", *unprivileged[1:], TOOL)
    check_error(run, 1, "CAP_PERFMON")
    check("CAP_BPF" not in run.errors, run.errors)


@test_once("no such process, thread, user, cgroup, network namespace: exit 1")
def nothing_like_it():
    check_error(run_with("-p", "4194303"), 1, "4194303")
    check_error(run_with("-t", "4194303"), 1, "4194303")
    check_error(run_with("-u", "no-such-user"), 1, "no-such-user")
    check_error(run_with("--cgroup", "/sys/fs/cgroup/none"), 1, "/sys/fs/cgroup/none")
    check_error(run_with("--netns", "/run/netns/none"), 1, "/run/netns/none")


def check_netns_found(found, inode, *wrapper):
    """Whether the tool finds the namespace, before it ends for another reason."""
    run = Run(*wrapper, TOOL, "--netns", inode, "--btf", "/no/such/file")
    check_equal(run.status, 1, f"exit status ({run.errors!r})")
    warnings = [line for line in run.errors.splitlines() if str(inode) in line]
    check_equal(len(warnings), 0 if found else 1, f"warnings about {inode}: {run.errors!r}")


@test_once("--netns by number: found by a thread, an open file, a mount; said if not found, or none")
def netns_by_number():
    libc = ctypes.CDLL(None, use_errno=True)
    entered, leave, opened = threading.Event(), threading.Event(), []

    def enter():
        check_equal(libc.unshare(CLONE_NEWNET), 0, "unshare")
        entered.set()
        leave.wait()
        opened.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC))

    mounted = temporary("namespace")
    with open(mounted, "w", encoding="ascii"):
        pass
    thread = threading.Thread(target=enter)
    thread.start()
    entered.wait()
    inode = os.stat(f"/proc/self/task/{thread.native_id}/ns/net").st_ino
    check_netns_found(True, inode)
    leave.set()
    thread.join()
    check_netns_found(True, inode)
    check_equal(Run("mount", "--bind", f"/proc/{os.getpid()}/fd/{opened[0]}", mounted).status, 0, "")
    os.close(opened[0])
    check_netns_found(True, inode)
    check_netns_found(True, inode, "unshare", "-m", "sh", "-c", f'umount {mounted}; exec "$@"', "sh")
    check_equal(Run("umount", mounted).status, 0, "umount")
    check_netns_found(False, inode)
    check_error(run_with("--netns", "1"), 2, "no network namespace can have the inode number 1")


@test_once("wrong command lines: exit 2, unknown names with near ones")
def wrong_usage():
    check_error(run_with("-f", "AF_INTE"), 2, "AF_INTE", "AF_INET")
    check_error(run_with("--protocol", "tpc"), 2, "tpc", "TCP")
    check_error(run_with("--type", "strem"), 2, "strem", "SOCK_STREAM")
    for option in ("-p", "-t", "-n", "-d", "-m", "--buffer-size"):
        check_error(run_with(option, "12x"), 2, "12x")
    check_error(run_with("--format", "xml"), 2, "xml", "jsonl")
    check_equal(run_with("--no-such-option").status, 2, "exit status")


@test("privileges of another user namespace: says that they do not help")
def other_user_namespace():
    run = Run("setpriv", "--reuid=65534", "--clear-groups", "unshare", "-Ur", TOOL)
    check_error(run, 1, "initial user namespace")


@test_once("no /proc, or that of another PID namespace: says so, and what to mount")
def proc_of_others():
    tool = [TOOL, *FEW_STAGES, "-d", "0.1"]
    # What is below the mount is the virtual machine's own affair: a directory without such files,
    # or the host's proc.
    for hide in "umount -l /proc", "mount -t tmpfs none /proc":
        without = f'{hide}; exec "$0" "$@"'
        run = Run("unshare", "--mount", "--pid", "--fork", "sh", "-c", without, *tool)
        check_error(run, 1, "/proc/self/status", "mount -t proc")
    check_error(Run("unshare", "--pid", "--fork", *tool), 1, "another PID namespace", "--mount-proc")
    check_equal(Run("unshare", "--pid", "--fork", "--mount-proc", *tool).status, 0, "exit status")


@test_once("a cgroup that is in no cgroup v2 hierarchy: exit 1")
def no_cgroup2():
    check_error(run_with("--cgroup", "/tmp"), 1, "/tmp", "cgroup v2")


def with_limit(limit, *arguments):
    """Runs a shell's ulimit, then the tool."""
    return Run("bash", "-c", f'ulimit {limit} && exec "$0" "$@"', *arguments)


@test("too few descriptors: says so, whenever they run out")
def few_descriptors():
    for number in (5, 10, 20, 30, 45):
        run = with_limit(f"-n {number}", TOOL, "-d", "0.1")
        check_error(run, 1, "too many open files", f"which is {number} here", "ulimit -n")


def allow_kprobes():
    """Debian's kernels have a level 3, where kprobes take CAP_SYS_ADMIN."""
    with open("/proc/sys/kernel/perf_event_paranoid", "w", encoding="ascii") as file:
        file.write("2")


@test("too little locked memory: works, or says so on kernels that charge it to that (before 5.11)")
def little_locked_memory():
    if not HAS_FENTRY:
        allow_kprobes()
    few = ["setpriv", "--bounding-set=-all,+bpf,+perfmon", "--inh-caps=-all"]
    run = with_limit("-l 64", *few, TOOL, "-d", "0.1", "-q", "-o", "/dev/null")
    if RELEASE < (5, 11):
        check_error(run, 1, "locked memory", "64 KiB", "ulimit -l")
    else:
        check_equal((run.status, run.errors), (0, ""), "status and errors")


@test_once("output that cannot be written: exit 1")
def not_writable():
    for option in ("-o", "--timeline"):
        check_error(run_with(option, "/no/such/folder/file"), 1, "/no/such/folder/file")
    # Without an account: nothing was traced.
    check_error(run_with("--ready-file", "/no/such/folder/file"), 1, "/no/such/folder/file")


@test_once("a closed standard output: exit 1, and no file takes its place")
def closed_output():
    timeline = temporary("timeline")
    few = " ".join(FEW_STAGES)
    short = f"{few} -d 0.1"
    for options in (short, f"{short} --timeline {timeline}", "list-stages", "--help"):
        check_error(Run("sh", "-c", f"{TOOL} {options} >&-"), 1, "standard output")
    check_equal(os.path.exists(timeline), False, "timeline")
    output = temporary("output")
    run = Run("sh", "-c", f"{TOOL} {few} --format line -o {output} -- {LOOP} 3 <&- 2>&-")
    check_equal(run.status, 0, "exit status")
    check_equal(len(read(output).splitlines()), 1 + 3, "rows")


@test_once("--list-stages to a full disk: exit 1")
def list_to_full_disk():
    with open("/dev/full", "wb") as full:
        check_error(run_with("--list-stages", stdout=full), 1, "No space left")


@test_once("one file by two names, as outputs, ready file or descriptor: exit 2, and it is as before")
def same_file():
    file, link = temporary("output"), temporary("link")
    with open(file, "w", encoding="ascii") as kept:
        kept.write("kept")
    os.symlink(file, link)
    for options in (["-o", file, "--timeline", link], ["-o", file, "--ready-file", link]):
        check_error(run_with(*options), 2, "same file")
    with open(file, "a", encoding="ascii") as output:
        check_error(run_with("--timeline", link, stdout=output), 2, "same file")
        check_error(run_with("--ready-file", link, stdout=output), 2, "same file")
    check_equal(read(file), "kept", "the file")


@test_once("a full disk: the trace ends, exit 1")
def full_disk():
    for options in (["-o", "/dev/full"], ["-o", "/dev/null", "--timeline", "/dev/full"]):
        check_error(trace_with(*options), 1, "/dev/full", "No space left")
    with open("/dev/full", "wb") as full:
        check_error(trace_with(stdout=full), 1, "standard output", "No space left")


def check_timeline_cut(run, timeline, message):
    """That the trace ended since the timeline could not go on, and what there is of it is whole."""
    check_error(run, 1, timeline, message)
    check(timeline_roots(timeline), "no spans")


@test_once("a disk that becomes full, a file that becomes too large: the timeline is whole up to there")
def timeline_on_full_disk():
    folder = os.path.dirname(temporary("x"))
    timeline = os.path.join(folder, "timeline")
    arguments = [*FEW_STAGES, "-q", "-o", "/dev/null", "--timeline", timeline, "--", LOOP, 3000]
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "none", folder], check=True)
    check_timeline_cut(run_with(*arguments), timeline, "No space left")
    subprocess.run(["umount", folder], check=True)
    check_timeline_cut(with_limit("-f 300", TOOL, *arguments), timeline, "File too large")


def lines(path):
    """The lines of a file, all of which are whole."""
    text = read(path)
    check(text.endswith("\n"), f"half a line: {text[-100:]!r}")
    return text.splitlines()


def lines_of_json(path):
    return sum(json.loads(line)["event"] == "socket" for line in lines(path))


def rows(path):
    return len(lines(path)) - 1


def trees(path):
    return sum(line.startswith("__sys_socket ") for line in lines(path))


def timeline_roots(path):
    events = json.loads(read(path))["traceEvents"]
    return sum(event["ph"] == "E" and event["name"] == "__sys_socket" for event in events)


@test_once("a disk that becomes full: what counts as shown is in the output")
def shown_on_full_disk():
    folder = os.path.dirname(temporary("x"))
    path = os.path.join(folder, "output")
    for options, count in (
        (["--format", "jsonl", "-o", path], lines_of_json),
        (["--format", "line", "-o", path], rows),
        (["--format", "tree", "-o", path], trees),
        (["--format", "none", "--timeline", path], timeline_roots),
    ):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "none", folder], check=True)
        run = trace_with(*options, "--", LOOP, 3000)
        in_file = count(path)
        subprocess.run(["umount", folder], check=True)
        check_equal(run.status, 1, "exit status")
        sums = map(int, re.findall(r"\d+", run.errors.splitlines()[-1]))
        seen, shown, failed, filtered, not_shown, lost = sums
        check_equal(shown, in_file, f"shown ({run.errors!r})")
        check_equal(seen, shown + filtered + not_shown + lost, "the sum")
        check_equal(failed, 0, "failed")
        check(shown, "nothing was shown")


@test_once("a named pipe without a reader: a signal ends the tool")
def pipe_without_reader():
    path = temporary("pipe")
    os.mkfifo(path)
    process = subprocess.Popen([TOOL, "-o", path])
    blocked_in_openat = f"{OPENAT[os.uname().machine]} "
    wait_until(lambda: read(f"/proc/{process.pid}/syscall").startswith(blocked_in_openat), "open")
    process.send_signal(signal.SIGTERM)
    check_equal(process.wait(PATIENCE), -signal.SIGTERM, "exit status")


def trace_into_stuck_reader(*options):
    """A trace whose standard output is full, and whose reader does not read."""
    trace = Trace("--format", "jsonl", *FEW_STAGES, *options, output=False)
    trace.start().wait_until_ready()
    work.run("loop", 500)
    # The sockets' lines are some times what the pipe takes, which can be full with much less than
    # its size in it: what does not fit what is left of a page begins the next one.
    wait_until(lambda: unread(trace.process.stdout) > PIPE_SIZE / 2, "the pipe fills")
    return trace


def unread(pipe):
    """Bytes that wait in a pipe."""
    count = bytearray(4)
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return int.from_bytes(count, sys.byteorder)


@test_once("one signal while the output's reader does not read: ends soon, says so, exit 1")
def signal_while_stuck():
    for number in (signal.SIGTERM, signal.SIGINT):
        trace = trace_into_stuck_reader()
        trace.send(number)
        trace.wait()
        check_equal(trace.process.returncode, 1, f"exit status ({trace.account})")
        check("does not take the output" in trace.account, trace.account)
        shown = [json.loads(line) for line in trace.process.stdout.read().splitlines()[:-1]]
        check(len(shown) > 10, "what was written before is whole")


@test_once("--duration while the output's reader does not read: ends the trace, all of it is written")
def duration_while_stuck():
    trace = trace_into_stuck_reader("-d", "5")
    began = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    wait_until(lambda: time.clock_gettime_ns(time.CLOCK_BOOTTIME) > began + 5e9, "5 s later")
    late = work.run("loop", 1)[0]["pid"]
    text = trace.process.stdout.read().decode()
    trace.wait()
    check_equal(trace.process.returncode, 0, f"exit status ({trace.account})")
    check(len(text) > PIPE_SIZE, "nothing but what fitted the pipe is written")
    shown = Json(text)
    # How many the machine made within the 5 s is open, that none of them is left out is not.
    check_equal(shown.lost_creations, 0, f"lost: {shown.end}")
    check_equal([s["seq"] for s in shown.sockets], list(range(len(shown.sockets))), "sequence")
    check_equal(shown.of(late), [], "sockets made later")


@test_once("a reader of the output that has gone: quiet exit, also without a command")
def reader_gone():
    status = temporary("status")
    tool = f"{TOOL} {' '.join(FEW_STAGES)} -q --format line -- sh -c '{LOOP} 2000 > /dev/null'"
    run = Run("sh", "-c", f"{{ {tool}; echo $? > {status}; }} | head -1")
    check_equal(run.output.split()[0], "TIME", "first line")
    check_equal(run.errors, "", "errors")
    check_equal(read(status), "0\n", "exit status")
    trace = Trace("-q", "--format", "line", *FEW_STAGES, output=False)
    with trace:
        trace.process.stdout.readline()
        trace.process.stdout.close()
        work.run("loop", 1)
        trace.wait()
    check_equal(trace.account, "", "errors")


# What a limit must be named by in the message. Without enough for the dynamic loader, which comes
# before the tool's first instruction, that fails with words of its own.
LIMITS = (
    ("--stack", 64000, "the stack's limit of 63 KiB", "ulimit -s"),
    ("--stack", 200 << 10, "the stack's limit of 200 KiB", "ulimit -s"),
    ("--as", 10 << 20, "which is 10240 KiB here", "ulimit -v"),
    ("--as", 20000 << 10, "which is 20000 KiB here", "ulimit -v"),
    ("--data", 400 << 10, "which is 400 KiB here", "ulimit -d"),
    ("--data", 6 << 20, "which is 6144 KiB here", "ulimit -d"),
)


@test("too little memory or stack: says so, and which limit to raise, exit 1")
def short_of_memory():
    for option, value, *words in LIMITS:
        limited = ["prlimit", f"{option}={value}", TOOL, *FEW_STAGES, "--duration", "0.1"]
        check_error(Run(*limited), 1, *words)


@test_once("too little data, though there is a limit of address space as well: names the former")
def short_of_data():
    both = ["prlimit", f"--as={1 << 30}", f"--data={6 << 20}", TOOL, *FEW_STAGES]
    check_error(Run(*both, "--duration", "0.1"), 1, "ulimit -d")


@test_once("--btf with a file that is missing or is no BTF: exit 1")
def bad_btf():
    check_error(run_with("--btf", "/no/such/file"), 1, "/no/such/file")
    check_error(run_with("--btf", "/etc/passwd"), 1, "/etc/passwd")
    pipe = temporary("pipe\nsockcreate-trace: forged")
    os.mkfifo(pipe)
    check_error(run_with("--btf", pipe), 1, "pipe\\x0asockcreate-trace: forged", "not a regular file")


@test("--btf with the kernel's own BTF as a file: works")
def good_btf():
    path = temporary("output")
    options = ["--btf", "/sys/kernel/btf/vmlinux", "--format", "line", "-o", path]
    run = run_with(*options, "--", LOOP, 1)
    check_equal(run.status, 0, run.errors)
    check_equal(len(read(path).splitlines()), 2, "rows")


@test("a kernel without BTF, with a file in place of it: kprobes, latencies as measured")
def no_kernel_btf():
    folder = temporary("btf")
    os.mkdir(folder)
    subprocess.run(["cp", "/sys/kernel/btf/vmlinux", folder], check=True)
    output = temporary("output")
    tool = [TOOL, "--btf", f"{folder}/vmlinux", "--format", "jsonl", "-o", output, "--", LOOP, "1"]
    hide = "mount -t tmpfs none /sys/kernel/btf"
    run = Run("unshare", "-m", "sh", "-c", f'{hide} && exec "$@"', "sh", *tool)
    check_equal(run.status, 0, run.errors)
    header, _, *rest = [json.loads(line) for line in read(output).splitlines()]
    check(rest, "a line for the account")
    check_equal(header["latency"], "measured", "latency")
    ways = {stage["attach"] for stage in header["stages"]}
    check("fentry" not in ways and ways & {"kprobe", "kprobe.session", "kprobe.multi"}, f"ways: {ways}")


@test_once("--count: ends after that many sockets and shows no more")
def count():
    path = temporary("output")
    trace = Trace("--format", "line", *FEW_STAGES, "-n", 5)
    with trace:
        work.run("loop", 20)
        trace.wait()
    check_equal(len(trace.text.splitlines()), 1 + 5, "rows")
    check("5 shown (0 failed)" in trace.account, trace.account)
    check_equal(os.path.exists(path), False, "no other file")


@test_once("--duration: ends after that time by itself")
def duration():
    trace = Trace("--format", "line", *FEW_STAGES, "-d", "0.2")
    with trace:
        trace.wait()
    check_equal(trace.account.count("\n"), 1, trace.account)


@test_once("a signal that is ignored, as nohup has it, stays so")
def ignored_signal():
    trace = Trace("--format", "line", *FEW_STAGES, prefix=["nohup"])
    with trace:
        trace.send(signal.SIGHUP)
        work.run("loop", 1)
        wait_until(lambda: len(trace.text.splitlines()) == 2, "the trace goes on")
    check("1 shown" in trace.account, trace.account)


def events(path):
    return [json.loads(line)["event"] for line in read(path).splitlines()]


@test_once("SIGHUP without a terminal: outputs go on in new files, where the old ones were renamed")
def reopened():
    # Of a session of its own nothing is the terminal.
    trace = Trace("--format", "jsonl", *FEW_STAGES, prefix=["setsid"])
    renamed = f"{trace.output}.1"
    with trace:
        trace.send(signal.SIGHUP)
        work.run("loop", 1)
        wait_until(lambda: trace.shown_sockets, "a socket")
        os.rename(trace.output, renamed)
        work.run("loop", 1)
        trace.send(signal.SIGHUP)
        wait_until(lambda: os.path.exists(trace.output) and trace.text, "a new file")
        work.run("loop", 1)
    check_equal(events(renamed), ["header", "socket", "socket"], "before")
    check_equal(events(trace.output), ["header", "socket", "end"], "behind")
    check_equal((trace.json.sockets[0]["seq"], trace.json.end["sockets"]), (2, 3), "counted on")


@test_once("SIGHUP with a terminal ends the trace")
def hung_up():
    terminal, other_end = os.openpty()
    # The first terminal that the leader of a session opens becomes its own.
    script = f'exec 3<>{os.ttyname(other_end)} && exec "$0" "$@"'
    trace = Trace("--format", "jsonl", *FEW_STAGES, prefix=["setsid", "sh", "-c", script])
    with trace:
        trace.send(signal.SIGHUP)
        trace.wait()
    check_equal(events(trace.output), ["header", "end"], "events")
    os.close(other_end)
    os.close(terminal)


@test_once("--append: one trace behind the other")
def appended():
    path = temporary("output")
    for _ in range(2):
        run = run_with("--append", *FEW_STAGES, "-o", f"jsonl:{path}", "--", LOOP, "1")
        check_equal(run.status, 0, run.errors)
    check_equal(events(path), ["header", "socket", "end"] * 2, "events")


@test_once("a second signal ends the trace of a command that goes on")
def second_signal():
    script = "trap '' INT; echo; cat"
    process = subprocess.Popen(
        [TOOL, *FEW_STAGES, "-q", "--format", "line", "-o", "/dev/null", "--", "sh", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    # Each is taken before the next, so that they are not merged.
    wait_until(lambda: "SigPnd:\t0000000000000000" in read(f"/proc/{process.pid}/status"), "signal")
    check_equal(process.poll(), None, "it goes on")
    process.send_signal(signal.SIGINT)
    process.stdin.close()
    process.wait(PATIENCE)
