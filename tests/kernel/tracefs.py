# SPDX-License-Identifier: GPL-2.0
"""The kernel's own tracing, as a witness beside the tracer."""

from contextlib import contextmanager

from tool import read

TRACING = "/sys/kernel/tracing/"


def write(name, text, mode="w"):
    with open(TRACING + name, mode, encoding="ascii") as file:
        file.write(text)


@contextmanager
def probe(place, condition="", trigger=""):
    """
    Has a kprobe of the kernel's own write a line whenever it is hit: place says where and what with
    it, as kprobe_events has it behind the name. With a condition only where that holds; a trigger
    is what happens besides. Gives a function that returns all that was written since.
    """
    write("trace", "")
    write("kprobe_events", f"p:witness {place}\n")
    try:
        if condition:
            write("events/kprobes/witness/filter", condition)
        if trigger:
            write("events/kprobes/witness/trigger", f"{trigger} if {condition}")
        write("events/kprobes/witness/enable", "1")
        write("tracing_on", "1")
        yield lambda: read(TRACING + "trace")
    finally:
        write("events/kprobes/witness/enable", "0")
        if trigger:
            write("events/kprobes/witness/trigger", f"!{trigger}")
        write("kprobe_events", "")
        write("trace", "")
