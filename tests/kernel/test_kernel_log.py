# SPDX-License-Identifier: GPL-2.0
"""What the kernel itself thought of all that. Behind all other tests but one."""

import os
import re

from tap import check, test

LINES_AFTER = 40  # of the log that are shown behind a complaint: its stack, mostly
COMPLAINT = re.compile(r"WARNING: |BUG: |Oops|general protection fault|KASAN|UBSAN|refcount_t: ")


def read_log():
    log = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    lines = []
    try:
        while True:
            lines.append(os.read(log, 8192).decode(errors="replace").rstrip())
    except BlockingIOError:
        return lines
    finally:
        os.close(log)


def with_surroundings(lines, number):
    """A complaint, the test that ran then, and what follows."""
    tests = [line for line in lines[:number] if ";test: " in line]
    return [*tests[-1:], *lines[number : number + LINES_AFTER]]


@test("the kernel's log has no warning of the kernel's own faults")
def no_complaint():
    lines = read_log()
    check(lines, "no log")
    complaints = [number for number, line in enumerate(lines) if COMPLAINT.search(line)]
    shown = with_surroundings(lines, complaints[0]) if complaints else []
    check(not complaints, "\n".join(shown))
