# SPDX-License-Identifier: GPL-2.0
"""Inside a guest: a tracer in the background, and what it costs itself."""

import json
import os
import re
import select
import signal
import subprocess
import tempfile
import time

from programs import EMPTY_PROGRAMS, PATIENCE, SESSION_DESIGNS, TOOL, run

# The functions that all tracers are compared on; the tool takes sock_map_fd as the seventh, which
# it need not probe.
SIX = [
    "__sys_socket",
    "__sock_create",
    "inet_create",
    "sk_alloc",
    "sock_init_data",
    "tcp_v4_init_sock",
]
# The same for the tool, which picks the create functions of all families as one.
SEVEN_STAGES = [
    "--stages",
    ",".join("family_create" if name == "inet_create" else name for name in SIX) + ",sock_map_fd",
]

RING_BUFFER = "27"  # BPF_MAP_TYPE_RINGBUF
CLOCK_OF_PROCESS = 2  # CPUCLOCK_SCHED in the kernel's numbers of clocks


def processor_time(pid):
    """That of all threads of a process, in nanoseconds."""
    return time.clock_gettime_ns(~pid << 3 | CLOCK_OF_PROCESS)


class Tracer:
    """
    A process that writes a ready-file when it is attached, as a context: inside it is attached.
    ready_at is the clock's time then.
    """

    def __init__(self, command, output=subprocess.DEVNULL):
        """The command, to which the path of the ready-file is added where it has READY."""
        folder = tempfile.mkdtemp(prefix="bench.")
        self.ready = os.path.join(folder, "ready")
        self.errors = os.path.join(folder, "errors")
        self.command = [self.ready if word == "READY" else word for word in command]
        self.output = output
        self.process = None
        self.started_at = self.ready_at = None
        self.used_before = None  # processor time until it was ready, in nanoseconds

    def __enter__(self):
        os.mkfifo(self.ready)
        ready = os.open(self.ready, os.O_RDONLY | os.O_NONBLOCK)
        with open(self.errors, "wb") as errors:
            self.started_at = time.monotonic_ns()
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=self.output, stderr=errors
            )
        try:
            self._wait_until_ready(ready)
        finally:
            os.close(ready)
        self.used_before = processor_time(self.process.pid)
        return self

    def _wait_until_ready(self, ready):
        """Waits without using the processor, which the start would have to share."""
        poll = select.poll()
        poll.register(ready, select.POLLIN)
        deadline = time.monotonic() + PATIENCE
        while not poll.poll(1000):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{' '.join(self.command)}: not ready: {self.said}")
        self.ready_at = time.monotonic_ns()

    @property
    def said(self):
        with open(self.errors, encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self):
        """Lets it read nothing for a while; the kernel goes on."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    @property
    def used_so_far(self):
        """Processor time since it was ready, in nanoseconds."""
        return processor_time(self.process.pid) - self.used_before

    @property
    def peak_kib(self):
        """The most memory that it has had so far."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmHWM:\s+(\d+) kB", file.read())[1])

    @property
    def ring_buffer_kib(self):
        """The size of its ring buffers in the kernel."""
        folder = f"/proc/{self.process.pid}/fdinfo"
        sizes = {}
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), encoding="ascii") as file:
                facts = dict(re.findall(r"^(\w+):\t(.*)$", file.read(), re.MULTILINE))
            if facts.get("map_type") == RING_BUFFER:
                sizes[facts["map_id"]] = int(facts["max_entries"]) // 1024
        return sum(sizes.values())

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.go_on()
        self.process.wait()

    def kill(self):
        """Ends it at once, without what it has not written yet."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def __exit__(self, kind, value, trace):
        if self.process.returncode is None:
            self.end()


class Tool(Tracer):
    """The tool, by default with its records going nowhere."""

    def __init__(self, *options, output="/dev/null"):
        where = [] if "none" in options else ["-o", output]
        super().__init__([TOOL, "--ready-file", "READY", *where, *options])

    @property
    def account(self):
        """What it said at its end: how many creations were seen, shown, filtered and lost."""
        counts = re.search(
            r"(\d+) sockets? seen, (\d+) shown \(.*?\), (\d+) filtered, (\d+) lost", self.said
        )
        if not counts:
            raise RuntimeError(f"no account: {self.said}")
        return dict(zip(("seen", "shown", "filtered", "lost"), map(int, counts.groups())))


class EmptyPrograms(Tracer):
    """Programs that do nothing, at the entries and returns of functions."""

    def __init__(self, way, functions):
        super().__init__([EMPTY_PROGRAMS, way, "READY", *functions])
        self.command[2] = self.ready

    def end(self):
        self.kill()


class SessionDesign(Tracer):
    """Programs that find the session of a creation in one of several ways."""

    def __init__(self, way):
        super().__init__([SESSION_DESIGNS, way, "READY"])

    def end(self):
        self.kill()


def observed_functions(*options, way="fentry"):
    """The kernel functions that the tool observes in one way with these options."""
    header = json.loads(
        run([TOOL, "-q", "--format", "jsonl", "-d", "0.01", *options]).split("\n", 1)[0]
    )
    return [stage["name"] for stage in header["stages"] if stage["attach"] == way]
