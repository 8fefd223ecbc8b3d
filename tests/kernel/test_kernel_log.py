# SPDX-License-Identifier: GPL-2.0
"""What the kernel itself thought of all that. Behind all other tests but one."""

import os
import re

from tap import check, test

COMPLAINT = re.compile(r"WARNING: |BUG: |Oops|general protection fault|KASAN|UBSAN|refcount_t: ")


@test("the kernel's log has no warning of the kernel's own faults")
def no_complaint():
    log = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    lines = []
    try:
        while True:
            lines.append(os.read(log, 8192).decode(errors="replace").rstrip())
    except BlockingIOError:
        pass
    finally:
        os.close(log)
    check(lines, "no log")
    complaints = [line for line in lines if COMPLAINT.search(line)]
    check(not complaints, "\n".join(complaints))
