# SPDX-License-Identifier: GPL-2.0
"""What goes wrong is said in one sentence, with the right exit status; and how a trace ends."""

import os
import signal
import subprocess

import work
from tap import check, check_equal, test
from tool import PATIENCE, TOOL, Run, Trace, read, temporary, wait_until

LOOP = work.program("loop")


def check_error(run, status, *words):
    """That a run ended with this status and one sentence that has these words in it."""
    check_equal(run.status, status, f"exit status ({run.errors!r})")
    check_equal(run.errors.count("\n"), 1, f"lines: {run.errors!r}")
    check(run.errors.startswith("sockcreate-trace: "), run.errors)
    for word in words:
        check(word in run.errors, f"{word!r} is not in {run.errors!r}")


def run_with(*arguments, **options):
    return Run(TOOL, *arguments, **options)


@test("without privileges: says which capabilities are missing")
def no_privileges():
    unprivileged = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    check_error(Run(*unprivileged, TOOL), 1, "CAP_BPF", "CAP_PERFMON")
    one = ["--bounding-set=-all,+bpf,+setuid,+setgid,+setpcap", "--inh-caps=-all,+bpf"]
    run = Run("setpriv", *one, "--ambient-caps=-all,+bpf", *unprivileged[1:], TOOL)
    check_error(run, 1, "CAP_PERFMON")
    check("CAP_BPF" not in run.errors, run.errors)


@test("no such process, thread, user, cgroup, network namespace: exit 1")
def nothing_like_it():
    check_error(run_with("-p", "4194303"), 1, "4194303")
    check_error(run_with("-t", "4194303"), 1, "4194303")
    check_error(run_with("-u", "no-such-user"), 1, "no-such-user")
    check_error(run_with("--cgroup", "/sys/fs/cgroup/none"), 1, "/sys/fs/cgroup/none")
    check_error(run_with("--netns", "/run/netns/none"), 1, "/run/netns/none")


@test("wrong command lines: exit 2, unknown names with near ones")
def wrong_usage():
    check_error(run_with("-f", "AF_INTE"), 2, "AF_INTE", "AF_INET")
    check_error(run_with("--protocol", "tpc"), 2, "tpc", "TCP")
    check_error(run_with("--type", "strem"), 2, "strem", "SOCK_STREAM")
    for option in ("-p", "-t", "-n", "-d", "-m", "--buffer-size"):
        check_error(run_with(option, "12x"), 2, "12x")
    check_error(run_with("--format", "xml"), 2, "xml", "jsonl")
    check_equal(run_with("--no-such-option").status, 2, "exit status")


@test("output that cannot be written: exit 1")
def not_writable():
    check_error(run_with("-o", "/no/such/folder/file"), 1, "/no/such/folder/file")
    check_error(run_with("--timeline", "/no/such/folder/file"), 1, "/no/such/folder/file")
    check_error(run_with("--ready-file", "/no/such/folder/file", "-q"), 1, "/no/such/folder/file")


@test("a full disk: the trace ends, exit 1")
def full_disk():
    for options in (["-o", "/dev/full"], ["-o", "/dev/null", "--timeline", "/dev/full"]):
        check_error(run_with("-q", *options), 1, "/dev/full", "No space left")
    with open("/dev/full", "wb") as full:
        check_error(run_with("-q", stdout=full), 1, "standard output", "No space left")


@test("a reader of the output that has gone: quiet exit, also without a command")
def reader_gone():
    status = temporary("status")
    tool = f"{TOOL} -q --format line -- sh -c '{LOOP} 2000 > /dev/null'"
    run = Run("sh", "-c", f"{{ {tool}; echo $? > {status}; }} | head -1")
    check_equal(run.output.split()[0], "TIME", "first line")
    check_equal(run.errors, "", "errors")
    check_equal(read(status), "0\n", "exit status")
    trace = Trace("-q", "--format", "line", output=False)
    with trace:
        trace.process.stdout.readline()
        trace.process.stdout.close()
        work.run("loop", 1)
        trace.wait()
    check_equal(trace.account, "", "errors")


@test("--btf with a file that is missing or is no BTF: exit 1")
def bad_btf():
    check_error(run_with("--btf", "/no/such/file"), 1, "/no/such/file")
    check_error(run_with("--btf", "/etc/passwd"), 1, "/etc/passwd")


@test("--btf with the kernel's own BTF as a file: works")
def good_btf():
    path = temporary("output")
    options = ["--btf", "/sys/kernel/btf/vmlinux", "--format", "line", "-o", path]
    run = run_with(*options, "--", LOOP, 1)
    check_equal(run.status, 0, run.errors)
    check_equal(len(read(path).splitlines()), 2, "rows")


@test("--count: ends after that many sockets and shows no more")
def count():
    path = temporary("output")
    trace = Trace("--format", "line", "-n", 5)
    with trace:
        work.run("loop", 20)
        trace.wait()
    check_equal(len(trace.text.splitlines()), 1 + 5, "rows")
    check("5 shown (0 failed)" in trace.account, trace.account)
    check_equal(os.path.exists(path), False, "no other file")


@test("--duration: ends after that time by itself")
def duration():
    trace = Trace("--format", "line", "-d", "0.2")
    with trace:
        trace.wait()
    check_equal(trace.account.count("\n"), 1, trace.account)


@test("a second signal ends the trace of a command that goes on")
def second_signal():
    script = "trap '' INT; echo; cat"
    process = subprocess.Popen(
        [TOOL, "-q", "--format", "line", "-o", "/dev/null", "--", "sh", "-c", script],
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
