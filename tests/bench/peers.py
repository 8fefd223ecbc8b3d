# SPDX-License-Identifier: GPL-2.0
"""
Inside a guest: the tracers that Debian packages, doing the same as the tool as far as they can.
"""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import tempfile
import time

from programs import PATIENCE, Cost
from tracer import SIX

FUNCTIONS = [*SIX, "sock_alloc_file"]  # instead of sock_map_fd, which none of them can observe

CGROUPS = "/sys/fs/cgroup"
TRACERS = os.path.join(CGROUPS, "tracers")
# The program that is measured leaves the tracers' cgroup, whose processor time is theirs alone, and
# writes down what that is by then: they have been attached.
APART = [
    "sh",
    "-c",
    f"echo $$ >{CGROUPS}/cgroup.procs\n"
    'output=$1 stat=$2; shift 2; cat "$stat" >"$output.stat"; exec "$@" >"$output"',
    "sh",
]

BPFTRACE_PAGES = {"BPFTRACE_PERF_RB_PAGES": "16384"}  # 64 MiB
TRACEFS = "/sys/kernel/tracing"
KPROBES = "/sys/kernel/debug/kprobes/list"


STAT = os.path.join(TRACERS, "cpu.stat")


def used_by_tracers(path=STAT):
    """The processor time of all tracers so far, in nanoseconds."""
    with open(path, encoding="ascii") as file:
        return int(re.search(r"usage_usec (\d+)", file.read())[1]) * 1000


def enter_cgroup():
    with open(os.path.join(TRACERS, "cgroup.procs"), "w", encoding="ascii") as file:
        file.write(str(os.getpid()))


class Peer:
    """A tracer: its command, to which the traced one is added."""

    def __init__(self, name, command, environment=(), script=""):
        """OUTPUT in the command stands for a file of its own, SCRIPT for one with the script."""
        self.name = name
        self.folder = tempfile.mkdtemp(prefix="bench.")
        self.output = os.path.join(self.folder, "output")
        script_path = os.path.join(self.folder, "script")
        with open(script_path, "w", encoding="ascii") as file:
            file.write(script)
        places = {"OUTPUT": self.output, "SCRIPT": script_path}
        self.command = [places.get(word, word) for word in command]
        self.environment = {**os.environ, **dict(environment)}

    def start(self, command):
        with open(os.path.join(self.folder, "said"), "wb") as said:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=self.environment,
                preexec_fn=enter_cgroup,
            )

    @property
    def said(self):
        with open(os.path.join(self.folder, "said"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def trace(self, command):
        """
        What a program has printed that was traced, and what the tracer took from when that began
        until it had ended itself, in nanoseconds.
        """
        os.makedirs(TRACERS, exist_ok=True)
        printed = os.path.join(self.folder, "printed")
        command = [*APART, printed, STAT, *command]
        process = self.start(self.command_for(command))
        self.work(process, command)
        if process.wait(PATIENCE):
            raise RuntimeError(f"{self.name}: status {process.returncode}: {self.said[-500:]}")
        with open(printed, encoding="ascii") as file:
            return file.read(), used_by_tracers() - used_by_tracers(f"{printed}.stat")

    def command_for(self, command):
        return [*self.command, *command]

    def work(self, process, command):
        """What is to be done while it runs: nothing, it runs the command."""

    def cost(self, rounds_command):
        printed, used = self.trace(rounds_command)
        return Cost(printed), used


class Bpftrace(Peer):
    """It takes the command as one word."""

    def command_for(self, command):
        return [*self.command, "-c", f"/bin/sh {self._file_of(command)}"]

    def _file_of(self, command):
        """Of a command it splits the words only at blanks."""
        path = os.path.join(self.folder, "command")
        with open(path, "w", encoding="ascii") as file:
            file.write(f"exec {shlex.join(command)}")
        return path


class Attached(Peer):
    """It runs no command, but traces until it is interrupted. With kprobes at these functions."""

    functions = ()

    def command_for(self, command):
        return self.command

    def work(self, process, command):
        deadline = time.monotonic() + PATIENCE
        while not self._is_attached():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name}: not attached: {self.said[-500:]}")
            time.sleep(0.05)
        subprocess.run(command, timeout=PATIENCE, check=True)
        process.send_signal(signal.SIGINT)

    def _is_attached(self):
        with open(KPROBES, encoding="ascii") as file:
            probes = {tuple(line.split()[1:3]) for line in file}
        return all((kind, f"{name}+0x0") in probes for kind in "kr" for name in self.functions)


def bpftrace_script():
    """A line for each return, with the duration."""
    return "".join(
        f'kfunc:{name} {{ @start[tid, {number}] = nsecs; }}\n'
        f"kretfunc:{name} {{ "
        f'printf("%d {name} %d\\n", tid, nsecs - @start[tid, {number}]); '
        f"delete(@start[tid, {number}]); }}\n"
        for number, name in enumerate(FUNCTIONS)
    )


def trace_cmd(output="OUTPUT"):
    filters = [word for name in FUNCTIONS for word in ("-l", name)]
    record = ["trace-cmd", "record", "--compression", "none", "-p", "function_graph", *filters]
    return Peer("trace-cmd", [*record, "-o", output])


def bpftrace(environment=()):
    command = ["bpftrace", "-o", "OUTPUT", "SCRIPT"]
    return Bpftrace("bpftrace", command, environment, bpftrace_script())


def perf_trace():
    return Peer("perf trace", ["perf", "trace", "-e", "socket", "-o", "OUTPUT"])


@contextlib.contextmanager
def kprobe_events():
    """Those that perf record takes, at the functions' entries and returns."""
    path = os.path.join(TRACEFS, "kprobe_events")
    with open(path, "w", encoding="ascii") as file:
        for name in FUNCTIONS:
            file.write(f"p:bench/{name} {name}\nr:bench/{name}__return {name}\n")
    yield
    with open(path, "w", encoding="ascii"):  # which deletes them
        pass


def perf_record():
    command = ["perf", "record", "-q", "-B", "-N", "-e", "bench:*", "-o", "OUTPUT"]
    return Peer("perf record", command)


def strace(*options):
    return Peer("strace", ["strace", "-f", *options, "-o", "OUTPUT"])


def ksnoop():
    peer = Attached("ksnoop", ["ksnoop", "trace", *FUNCTIONS])
    peer.functions = FUNCTIONS
    peer.output = os.path.join(peer.folder, "said")
    return peer


def funclatency():
    peer = Attached("funclatency", ["funclatency", "__sys_socket"])
    peer.functions = ["__sys_socket"]
    peer.output = os.path.join(peer.folder, "said")
    return peer
