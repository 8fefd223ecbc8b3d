# SPDX-License-Identifier: GPL-2.0
"""A module loader that does not return until it is told to."""

import os

from tool import read, temporary

MODPROBE = "/proc/sys/kernel/modprobe"
NO_MODULE = 26  # AF_LLC: a family that nothing has loaded


def _set_module_loader(path):
    with open(MODPROBE, "w", encoding="ascii") as file:
        file.write(path)


class SlowModprobe:
    """As a context: who needs a module inside hangs until release(), at the latest till the end."""

    def __init__(self):
        self.gate, self.loader = temporary("gate"), temporary("modprobe")
        os.mkfifo(self.gate)
        with open(self.loader, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\nread line < {self.gate}\n")
        os.chmod(self.loader, 0o755)
        self.usual = read(MODPROBE)
        self.ends = None

    def __enter__(self):
        _set_module_loader(self.loader)
        return self

    def release(self):
        """Lets all go on that hang, and nobody hang from now on."""
        if self.ends is not None:
            return
        _set_module_loader(self.usual)
        # Both ends stay open, so that whoever opens the pipe only now does not wait either. Each
        # reads one line.
        self.ends = os.open(self.gate, os.O_RDWR | os.O_NONBLOCK)
        os.write(self.ends, b"\n" * 4096)

    def __exit__(self, *_):
        self.release()
