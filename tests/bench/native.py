# SPDX-License-Identifier: GPL-2.0
"""
On the host: how fast the user side is, natively, from records in memory; and how fast the peers
turn their recordings of the same sockets into text.
"""

import json
import os
import resource
import subprocess

import guests
from part_peers import SOCKETS

USER_SIDE = os.path.join(guests.OUTPUT, "user_side")
RUNS = 3


def ours():
    """By measurement; None where the tool has no such program."""
    if not os.path.exists(USER_SIDE):
        return None
    done = subprocess.run([USER_SIDE, "-k", "tcp"], stdout=subprocess.PIPE, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["measurement"]: line for line in lines}


def processor_time(command):
    """In seconds, and how many lines it has printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, done.stdout.count(b"\n")


def speed(command):
    """Lines and sockets a second of processor time, at best."""
    seconds, lines = min(processor_time(command) for _ in range(RUNS))
    return {
        "events_per_second": round(lines / seconds),
        "sockets_per_second": round(SOCKETS / seconds),
    }


def measure(kernel):
    folder = guests.folder_of(kernel, "peers")
    return {
        "ours": ours(),
        "trace-cmd report": speed(
            ["trace-cmd", "report", "-i", os.path.join(folder, "peer.trace-cmd")]
        ),
        "perf script": speed(["perf", "script", "-i", os.path.join(folder, "peer.perf-record")]),
    }
