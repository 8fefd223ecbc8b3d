# SPDX-License-Identifier: GPL-2.0
"""Inside a guest: the programs that do the work that is measured, and what it costs them."""

import json
import os
import shutil
import statistics
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
TOOL = os.path.join(BUILD, "sockcreate-trace")
EMPTY_PROGRAMS = os.path.join(BUILD, "bench/empty_programs")
SESSION_DESIGNS = os.path.join(BUILD, "bench/session_designs")
# Seconds of the guest that anything may take. They fly while the guest waits for the host, so that
# something hangs is for vm-run's timeout to find out.
PATIENCE = 100000

BATCHES, ROUNDS = 10, 1000  # all their records fit into a ring buffer of default size


def program(name):
    return os.path.join(BUILD, "programs", name)


def formats():
    """The names of the tool's output formats, as --help lists them."""
    listed = run([TOOL, "--help"]).split("\nFormats:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines() if line[:3].startswith("  ") and line[2] != " "]


def rounds_command(action="socket", batches=BATCHES, rounds=ROUNDS, executed=()):
    return [program("rounds"), action, str(batches), str(rounds), *executed]


class Cost:
    """What one round of an action costs the program that does it, in instructions."""

    def __init__(self, said):
        """From what the program rounds has printed."""
        result = json.loads(said)
        self.pid = result["pid"]
        # Of all rounds, by the clock on the wall: exact, but blind to what not every round has.
        self.median = result["median_ns"] - result["clock_ns"]
        # By the processor's time: all that the program pays. The kernel's caches fill up in the
        # first half.
        steady = result["batches_ns"][len(result["batches_ns"]) // 2 :]
        self.mean = round(statistics.mean(steady) / result["rounds"]) - result["clock_ns"]

    def as_dict(self):
        return {"median": self.median, "mean": self.mean}


def run(command):
    """What a command has printed; an error if it fails."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
    )
    if done.returncode:
        errors = done.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"{' '.join(command)}: status {done.returncode}: {errors}")
    return done.stdout.decode(errors="replace")


def cost(action="socket", batches=BATCHES, rounds=ROUNDS, prefix=()):
    return Cost(run([*prefix, *rounds_command(action, batches, rounds)]))


def cost_of_process(action, batches=2, rounds=300):
    """What one more process costs, which is made by fork() or by that and execve()."""
    executed = shutil.copy(program("nothing"), "/tmp")  # which is in memory
    # How many page tables there are to copy depends on where things lie in memory.
    command = ["setarch", "-R", *rounds_command(action, batches, rounds, [executed])]
    run(command)  # the first ones find no free memory of the right kind
    return Cost(run(command))


def make_sockets(number):
    run([program("loop"), str(number)])
