# SPDX-License-Identifier: GPL-2.0
"""Processes in child PID namespaces, and the tool in one itself."""

import os
import signal

import work
from tap import check, check_equal, test
from tool import FEW_STAGES, Trace, read, wait_until

NEW_NAMESPACE = ["unshare", "--pid", "--fork", "--mount-proc"]


def only_child(pid):
    """The one child of a process, which may still have to come."""
    path = f"/proc/{pid}/task/{pid}/children"
    return int(wait_until(lambda: read(path).split(), "no child")[0])


def numbers(pid):
    """The numbers of a process: here, in the namespace below, and so on."""
    for line in read(f"/proc/{pid}/status").splitlines():
        if line.startswith("NSpid:"):
            return [int(number) for number in line.split()[1:]]
    return []


def enter(pid):
    """What to put before a command to run it in the PID namespace of a process."""
    return ["nsenter", "--target", str(pid), "--pid", "--mount"]


@test("--pid for a process in a child namespace, by its number here")
def process_in_child():
    with work.OnRequest(NEW_NAMESPACE) as inner, work.OnRequest() as beside:
        pid = only_child(inner.process.pid)
        check_equal(inner.pid, 1, "its own number")
        with Trace("--format", "jsonl", *FEW_STAGES, "-p", pid) as trace:
            inner("socket", 2, 1, 0)
            inner("thread", 2, 1, 0)
            beside("socket", 2, 1, 0)
        tid = [int(task) for task in os.listdir(f"/proc/{pid}/task") if int(task) != pid]
    json = trace.json
    found = [(socket["pid"], socket["tid"]) for socket in json.sockets]
    check_equal(found, [(pid, pid), (pid, tid[0])], "pid and tid")
    check_equal(json.end["filtered"], 1, "filtered")


class Nested:
    """A namespace with two processes, and one more in a namespace below it."""

    def __init__(self):
        self.first = work.OnRequest(NEW_NAMESPACE)
        self.pid = only_child(self.first.process.pid)
        self.second = work.OnRequest(enter(self.pid))
        self.third = work.OnRequest([*enter(self.pid), *NEW_NAMESPACE])
        # nsenter forks, then unshare does.
        self.third_pid = only_child(only_child(self.third.process.pid))

    def end(self):
        for process in (self.third, self.second, self.first):
            process.end()


def end_inside(traces):
    """Ends tools that nsenter has started: a signal to that would not reach them."""
    for trace in traces:
        os.kill(only_child(trace.process.pid), signal.SIGTERM)
    for trace in traces:
        trace.wait()


@test("the tool in a child namespace: --pid is meant as seen there, even of one further below")
def tool_in_child():
    nested = Nested()
    third = numbers(nested.third_pid)[1]
    check_equal(nested.third.pid, 1, "the third's own number")
    prefix = enter(nested.pid)
    traces = [
        Trace("--format", "jsonl", *FEW_STAGES, *options, prefix=prefix)
        for options in (["-p", "1"], ["-p", nested.second.pid], ["-p", third], ["-t", third], [])
    ]
    Trace.start_all(traces)
    outside = work.OnRequest()
    for process in (nested.first, nested.second, nested.third, outside):
        process("socket", 2, 1, 0)
    outside.end()
    end_inside(traces)
    nested.end()
    seen = [[socket["pid"] for socket in trace.json.sockets] for trace in traces]
    second = nested.second.pid
    check_equal(seen[:4], [[1], [second], [third], [third]], "one process each")
    # Of the last, the namespace has no number.
    check_equal(seen[4], [1, second, third, 0], "all processes")
    for trace in traces[:4]:
        trace.json.check_filtered(3, len(traces))


@test("the tool in a child namespace: a command and its children")
def command_in_child():
    loop = work.program("loop")
    script = f"{loop} 2 > /dev/null; {loop} 1 > /dev/null & wait"
    first = work.OnRequest(NEW_NAMESPACE)
    pid = only_child(first.process.pid)
    command = ["--", "sh", "-c", script]
    trace = Trace("--format", "jsonl", *FEW_STAGES, *command, prefix=enter(pid))
    trace.start()
    trace.wait()
    first.end()
    check_equal(trace.process.returncode, 0, trace.account)
    check_equal(len(trace.json.sockets), 3, "sockets")
    check(all(0 < socket["pid"] < 100 for socket in trace.json.sockets), "pids as seen there")
