# SPDX-License-Identifier: GPL-2.0
"""How many sockets of a tight loop are shown: one thread on one processor, eight on two."""

import os

from programs import formats, make_sockets, program, run
from tracer import Tool

OUTPUT = "/tmp/bench.out"  # a tmpfs
ONE, THREADS, EACH = 84000, 8, 40000


def one_thread():
    make_sockets(ONE)
    return ONE


def many_threads():
    run([program("many"), str(THREADS), str(EACH)])
    return THREADS * EACH


def losses(work, format_):
    tool = Tool("--format", format_, output=OUTPUT)
    with tool:
        made = work()
    os.remove(OUTPUT)
    account = tool.account
    parts = account["shown"] + account["filtered"] + account["lost"]
    # Other programs may have made sockets, too.
    return {"made": made, **account, "accounted": made <= account["seen"] == parts}


def measure():
    work = many_threads if os.cpu_count() > 1 else one_thread
    return {name: losses(work, name) for name in formats()}
