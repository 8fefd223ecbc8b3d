# SPDX-License-Identifier: GPL-2.0
"""Settings of the kernel that a test changes for a while."""

from contextlib import contextmanager


def _read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def _write(path, value):
    with open(path, "w", encoding="ascii") as file:
        file.write(value)


@contextmanager
def setting(name, value):
    """As a context: a sysctl, by its path below /proc/sys, has another value, whatever happens."""
    path = f"/proc/sys/{name}"
    before = _read(path)
    _write(path, str(value))
    try:
        yield
    finally:
        _write(path, before)
