# SPDX-License-Identifier: GPL-2.0
"""What the tool itself uses until all is written: processor time for each socket, and memory."""

import os
import time

from programs import formats, make_sockets
from tracer import Tool

SOCKETS = 20000
TO_WRITE = 0.5  # seconds until all is written: the tool promises a tenth of one
OUTPUT = "/tmp/bench.out"  # a tmpfs


def used(number, *options):
    """
    The processor time of a trace of so many sockets, from when it is attached until all is written;
    its peak memory, and the size of its ring buffer. What it takes to end is left out: that does
    not depend on their number, and differs from run to run by more than a socket costs.
    """
    tool = Tool("-q", *options, output=OUTPUT)
    with tool:
        make_sockets(number)
        time.sleep(TO_WRITE)
        spent, peak, ring_buffer = tool.used_so_far, tool.peak_kib, tool.ring_buffer_kib
    if os.path.exists(OUTPUT):
        os.remove(OUTPUT)
    return spent, peak, ring_buffer


def share(*options):
    """For one socket: what a trace without any uses is left out."""
    idle, _, _ = used(0, *options)
    busy, peak, ring_buffer = used(SOCKETS, *options)
    return {
        "per_socket": round((busy - idle) / SOCKETS),
        "peak_kib": peak,
        "ring_buffer_kib": ring_buffer,
    }


def measure():
    measures = {name: share("--format", name) for name in formats()}
    measures["drain"] = share("--format", "none")
    return measures
