# SPDX-License-Identifier: GPL-2.0
"""
What the tool reports of the loop whose truth is counted from outside: its records, for the host to
read. Besides, where the kernel's functions are.
"""

import os
import re

from part_shares import HAS_KPROBE_MULTI
from programs import ROOT, rounds_command, run
from tracer import SEVEN_STAGES, SIX, Tool

LOOP = ("socket", 6, 1000)
WAYS = ["fentry", "kprobe"] + ["kprobe.multi"] * HAS_KPROBE_MULTI
# The tool observes these by default, and bounds hold for the seven, of which sock_map_fd is none
# that could be counted: it is what follows __sock_create.
FUNCTIONS = [*SIX, "security_socket_create", "sock_alloc", "sock_alloc_file"]
INTERRUPT = re.compile(r"asm_(sysvec_\w+|common_interrupt)$")


def write_functions(path):
    """For the plugin: the functions' addresses, the outermost one first."""
    addresses = {}
    with open("/proc/kallsyms", encoding="ascii") as symbols:
        for line in symbols:
            address, kind, name = line.split()[:3]
            if kind in "tT" and (name in FUNCTIONS or INTERRUPT.match(name)):
                addresses.setdefault(name, address)
    missing = set(FUNCTIONS) - set(addresses)
    if missing:
        raise RuntimeError(f"no address of {', '.join(sorted(missing))}")
    names = FUNCTIONS + sorted(set(addresses) - set(FUNCTIONS))
    with open(path, "w", encoding="ascii") as file:
        for name in names:
            file.write(f"{addresses[name]} {'' if name in FUNCTIONS else '!'}{name}\n")


def report(path, *options):
    """Lets the tool write what it says of the loop to a file; the loop's pid."""
    with Tool("-q", "--format", "jsonl", *options, output=path):
        return int(re.search(r'"pid":(\d+)', run(rounds_command(*LOOP)))[1])


def measure(folder):
    write_functions(os.path.join(folder, "functions"))
    pids = {}
    for way in WAYS:
        for name, stages in (("seven", SEVEN_STAGES), ("default", [])):
            path = os.path.join(folder, f"{name}.{way}.jsonl")
            pids[f"{name}.{way}"] = report(path, "--attach", way, *stages)
    return {"pids": pids, "loop": [os.path.relpath(word, ROOT) for word in rounds_command(*LOOP)]}
