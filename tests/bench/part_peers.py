# SPDX-License-Identifier: GPL-2.0
"""The peers: what they cost the traced program and themselves, and what they say and lose."""

import os
import resource
import shutil
import subprocess

import peers
from programs import cost, program, rounds_command

LOOP = ("socket", 6, 2000)
SOCKETS = 6 * 2000
MANY = 84000
NOTHING = rounds_command("socket", 0, 0)


def count_lines(path, text):
    with open(path, encoding="utf-8", errors="replace") as file:
        return sum(text in line for line in file)


def shares(make, folder, name, seen_by=None):
    """
    What each socket costs the program and the tracer, less what the tracer takes without any. Its
    output is left in the folder, and lines in it with the text seen_by are counted as sockets.
    """
    make().trace(NOTHING)  # brings its files into memory
    _, idle = make().trace(NOTHING)
    peer = make()
    result, busy = peer.cost(rounds_command(*LOOP))
    measures = {
        **result.as_dict(),
        "tracer": round((busy - idle) / SOCKETS),
        "pid": result.pid,
    }
    if seen_by:
        measures["seen"] = [count_lines(peer.output, seen_by), SOCKETS]
    shutil.copy(peer.output, os.path.join(folder, f"peer.{name}"))
    return measures


def seen_of_many(peer, text):
    peer.trace([program("loop"), str(MANY)])
    return [count_lines(peer.output, text), MANY]


def report_time(path):
    """The processor time of trace-cmd report for a recording, in nanoseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open("/tmp/report", "wb") as report:
        subprocess.run(["trace-cmd", "report", "-i", path], stdout=report, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    os.remove("/tmp/report")
    return round((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e9)


def report_cost(path):
    """That for each socket in it."""
    nothing = peers.trace_cmd()
    nothing.trace(NOTHING)
    report_time(nothing.output)  # brings its files into memory
    return round((report_time(path) - report_time(nothing.output)) / SOCKETS)


def measure(folder):
    untraced = cost(*LOOP)
    measures = {"untraced": untraced.as_dict()}
    measures["trace-cmd"] = shares(peers.trace_cmd, folder, "trace-cmd")
    measures["trace-cmd"]["report"] = report_cost(os.path.join(folder, "peer.trace-cmd"))
    measures["bpftrace"] = shares(
        lambda: peers.bpftrace(peers.BPFTRACE_PAGES), folder, "bpftrace", " __sys_socket "
    )
    measures["perf trace"] = shares(peers.perf_trace, folder, "perf-trace", " socket(")
    with peers.kprobe_events():
        measures["perf record"] = shares(peers.perf_record, folder, "perf-record")
    measures["strace"] = shares(peers.strace, folder, "strace", " socket(")
    measures["strace --seccomp-bpf"] = shares(
        lambda: peers.strace("--seccomp-bpf", "-e", "trace=socket", "-T"),
        folder,
        "strace-T",
        " socket(",
    )
    measures["ksnoop"] = shares(peers.ksnoop, folder, "ksnoop", " __sys_socket(")
    measures["funclatency"] = shares(peers.funclatency, folder, "funclatency")
    # Where events can be lost, also what is left of many. trace-cmd's recording is the host's to
    # read.
    recording = os.path.join(folder, "many.trace-cmd")
    peers.trace_cmd(recording).trace([program("loop"), str(MANY)])
    measures["bpftrace"]["seen of many"] = seen_of_many(peers.bpftrace(), " __sys_socket ")
    measures["perf trace"]["seen of many"] = seen_of_many(peers.perf_trace(), " socket(")
    return measures
