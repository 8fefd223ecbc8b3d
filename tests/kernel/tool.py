# SPDX-License-Identifier: GPL-2.0
"""Running the tracer."""

import json
import os
import select
import signal
import subprocess
import tempfile
import time

from fields import check_fields
from tap import check, check_equal

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
TOOL = os.path.join(BUILD, "sockcreate-trace")
TOOL_COMM = "sockcreate-trac"  # the kernel keeps 15 bytes
RELEASE = tuple(int(part) for part in os.uname().release.split(".")[:2])
# Commit 2aa6ac03516d "arm64: ftrace: Add direct call support".
HAS_FENTRY = os.uname().machine == "x86_64" or RELEASE >= (6, 4)
# The ways in which a function can be observed.
PROBED = {"fentry", "kprobe", "kprobe.session", "kprobe.multi"}
PREEMPTION = "/sys/kernel/debug/sched/preempt"  # the models, the one in use in parentheses


def preempts():
    """Whether the kernel preempts tasks that run in it."""
    models = read(PREEMPTION) if os.path.exists(PREEMPTION) else "(none)"
    return "(full)" in models or "(lazy)" in models


# With these a trace begins and ends soonest: for tests to which the trees don't matter.
FEW_STAGES = ("--stages", "__sys_socket", "--raw-latency")
PATIENCE = 300  # seconds that anything may take before it counts as hanging

# Of creations that have not ended.
IN_FLIGHT_EVENTS = ("stuck", "in_flight")

LOST_CREATIONS = (
    "ring_buffer_full",
    "session_table_full",
    "entry_without_exit",
    "outermost_entry_missed",
    "record_damaged",
)


def temporary(name):
    """A path for a file of this name, in a folder of its own."""
    return os.path.join(tempfile.mkdtemp(prefix="sockcreate-trace-test."), name)


def wait_until(condition, what):
    """Waits until condition() is true, and returns what it returned."""
    deadline = time.monotonic() + PATIENCE
    while True:
        result = condition()
        if result:
            return result
        check(time.monotonic() < deadline, f"{what}: not in {PATIENCE} s")
        time.sleep(0.02)


def wait_for(what, process, *descriptors):
    """Waits until a process has ended, or one of these descriptors can be read."""
    poll = select.poll()
    ended = os.pidfd_open(process.pid)
    for descriptor in (ended, *descriptors):
        poll.register(descriptor, select.POLLIN)
    events = poll.poll(PATIENCE * 1000)
    os.close(ended)
    check(events, f"{what}: not in {PATIENCE} s")


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


class Trace:
    """A run of the tracer beside what it traces, as a context: attached inside, ended after."""

    def __init__(self, *options, tool=TOOL, prefix=(), output=True):
        folder = os.path.dirname(temporary("x"))
        self.output = os.path.join(folder, "output")
        self.ready = os.path.join(folder, "ready")  # a pipe
        self.attached = os.path.join(folder, "attached")  # a file that is made then
        self.errors = os.path.join(folder, "errors")
        self.arguments = [*prefix, tool, "--ready-file", self.ready]
        if output:
            self.arguments += ["-o", self.output]
        self.arguments += [str(option) for option in options]
        self.status = 0  # that it is to end with
        self.ended = False
        self.process = self.ready_end = None

    def start(self):
        """Starts it without waiting for it to be attached."""
        os.mkfifo(self.ready)
        self.ready_end = os.open(self.ready, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                self.arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
            )
        return self

    def wait_until_ready(self):
        wait_for("the tool is not ready", self.process, self.ready_end)
        check(os.read(self.ready_end, 100), f"the tool ended: {read(self.errors)}")
        os.close(os.open(self.attached, os.O_CREAT | os.O_WRONLY))
        return self

    def __enter__(self):
        return self if self.process else self.start().wait_until_ready()

    def send(self, number):
        self.process.send_signal(number)

    def wait(self):
        if self.ended:
            return
        if self.process.returncode is None:
            wait_for("the tool does not end", self.process)
        self.process.wait()
        os.close(self.ready_end)
        self.ended = True

    def end(self):
        """Ends it if it still runs. The exit status."""
        if not self.ended:
            self.send(signal.SIGTERM)
            self.wait()
        return self.process.returncode

    @staticmethod
    def start_all(traces):
        for trace in traces:
            trace.start()
        for trace in traces:
            trace.wait_until_ready()

    @staticmethod
    def end_all(traces):
        """Ends several: each waits for the kernel for long, so all at a time."""
        for trace in traces:
            trace.send(signal.SIGTERM)
        for trace in traces:
            trace.wait()
            check_equal(trace.process.returncode, 0, f"exit status ({trace.account})")

    def __exit__(self, kind, value, trace):
        status = self.end()
        if kind is None:
            check_equal(status, self.status, f"exit status ({read(self.errors)})")

    @property
    def account(self):
        """What it said at its end on standard error."""
        return read(self.errors)

    @property
    def text(self):
        return read(self.output)

    def shown(self, event):
        """The events of a kind that have been written by now, with --format jsonl."""
        lines = self.text.split("\n")[:-1]  # the last may be in the middle of being written
        return [json.loads(line) for line in lines if line.startswith(f'{{"event":"{event}"')]

    @property
    def shown_sockets(self):
        """The creations that have ended by now, with --format jsonl."""
        return self.shown("socket")

    @property
    def json(self):
        return Json(self.text)


class Json:
    """The parsed output of --format jsonl."""

    def __init__(self, text):
        lines = [json.loads(line) for line in text.splitlines()]
        check(lines and lines[0]["event"] == "header", f"no header: {text[:500]}")
        check_equal(lines[-1]["event"], "end", "last event")
        self.header = lines[0]
        self.all_sockets = [line for line in lines[1:-1] if line["event"] == "socket"]
        # A tool creates a socket as it starts, which those that have started before it see.
        self.sockets = [line for line in self.all_sockets if line["comm"] != TOOL_COMM]
        self.observed = [line for line in lines[1:-1] if line["event"] == "stage"]
        self.in_flight = [line for line in lines[1:-1] if line["event"] in IN_FLIGHT_EVENTS]
        self.end = lines[-1]
        known = len(self.all_sockets) + len(self.observed) + len(self.in_flight)
        check_equal(known + 2, len(lines), "events between")
        check_fields(lines)

    def of(self, *pids):
        """The creations of these processes."""
        return [socket for socket in self.sockets if socket["pid"] in pids]

    @property
    def lost_creations(self):
        return sum(self.end["lost"][reason] for reason in LOST_CREATIONS)

    def check_nothing_lost(self):
        lost = {reason: count for reason, count in self.end["lost"].items() if count}
        check_equal(lost, {}, "lost")
        check_equal(self.end["blind"], [], "blind")
        check_equal(self.end["in_flight"], 0, "in_flight")
        numbers = [socket["seq"] for socket in self.all_sockets]
        check_equal(numbers, list(range(len(numbers))), "sequence")
        check_equal(self.end["sockets"], len(numbers), "count of sockets")

    def check_filtered(self, expected, tools):
        """How many were filtered, with the sockets of so many tools that have started together."""
        others = self.end["filtered"] - expected
        check(0 <= others < tools, f"{self.end['filtered']} filtered, not {expected}")


class Run:
    """A finished run of a command."""

    def __init__(self, *arguments, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        finished = subprocess.run(
            [str(argument) for argument in arguments],
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            text=True,
            errors="surrogateescape",
            **options,
        )
        self.status = finished.returncode
        self.output = finished.stdout
        self.errors = finished.stderr


def trace_command(options, command, **keywords):
    """A finished run of the tracer with a command, its output in JSON as .json."""
    path = temporary("output")
    run = Run(TOOL, "--format", "jsonl", "-o", path, *options, "--", *command, **keywords)
    check(os.path.exists(path), f"no output: {run.errors}")
    run.json = Json(read(path))
    return run
