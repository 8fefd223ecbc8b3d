# SPDX-License-Identifier: GPL-2.0
"""How many sockets of a tight loop are shown: one thread on one processor, eight on two."""

import os

from programs import make_sockets, program, run
from tracer import Tool

OUTPUT = "/tmp/bench.out"  # a tmpfs
TIMELINE = "/tmp/bench.timeline"
FORMATS = {
    "line": ["--format", "line"],
    "jsonl": ["--format", "jsonl"],
    "tree": ["--format", "tree"],
    "timeline": ["--format", "line", "--timeline", TIMELINE],
}
ONE, THREADS, EACH = 84000, 8, 40000


def one_thread():
    make_sockets(ONE)
    return ONE


def many_threads():
    run([program("many"), str(THREADS), str(EACH)])
    return THREADS * EACH


def losses(work, *options):
    tool = Tool(*options, output=OUTPUT)
    with tool:
        made = work()
    for path in (OUTPUT, TIMELINE):
        if os.path.exists(path):
            os.remove(path)
    account = tool.account
    parts = account["shown"] + account["filtered"] + account["lost"]
    # Other programs may have made sockets, too.
    return {"made": made, **account, "accounted": made <= account["seen"] == parts}


def measure():
    work = many_threads if os.cpu_count() > 1 else one_thread
    return {name: losses(work, *options) for name, options in FORMATS.items()}
