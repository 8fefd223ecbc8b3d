# SPDX-License-Identifier: GPL-2.0
"""Tests that report in the Test Anything Protocol."""

import sys
import time
import traceback

_tests = []
_for_one_kernel = set()  # the names of tests


class Failed(Exception):
    """What a test found wrong; the text is shown."""


class Skipped(Exception):
    """Why a test cannot be made on this kernel; the text is shown."""


def test(name):
    """Declares a function to be a test; one that returns has passed."""

    def declare(function):
        _tests.append((name, function))
        return function

    return declare


def test_once(name):
    """
    Declares a test that one kernel is enough for, since no kernel has a part in what it checks: see
    tests/vm/kernels.
    """

    def declare(function):
        _for_one_kernel.add(name)
        return test(name)(function)

    return declare


def check(condition, message):
    if not condition:
        raise Failed(message)


def check_equal(found, expected, what):
    if found != expected:
        raise Failed(f"{what}:\nexpected {expected!r}\nfound    {found!r}")


def _show(line):
    print(line, flush=True)


def _show_diagnostics(text):
    for line in text.splitlines():
        _show(f"# {line}"[:2000])


def comment(text):
    """Says something about the test that is running."""
    _show_diagnostics(text)


def _run(number, name, function):
    """Runs a test; whether it did not fail."""
    start = time.monotonic()
    try:
        function()
        result, why = f"ok {number} - {name}", ""
    except Skipped as skipped:
        result, why = f"ok {number} - {name} # SKIP {skipped}", ""
    except Failed as failed:
        result, why = f"not ok {number} - {name}", str(failed)
    except Exception:  # a test that breaks must not end the others
        result, why = f"not ok {number} - {name}", traceback.format_exc()
    _show(result)
    _show_diagnostics(why)
    if "-t" in sys.argv:
        _show_diagnostics(f"{time.monotonic() - start:.1f} s")
    return not result.startswith("not ok")


def _is_wanted(name, function, wanted):
    files = (function.__module__, function.__module__.removeprefix("test_"))
    return not wanted or any(text in name or text in files for text in wanted)


def run(wanted, for_every_kernel_only=False, announce=lambda name: None):
    """
    Runs the declared tests whose name contains one of the texts wanted or whose file is called so;
    all of them if none is given. Before each, announce() gets its name. The exit status.
    """
    tests = [
        (name, test)
        for name, test in _tests
        if _is_wanted(name, test, wanted)
        and not (for_every_kernel_only and name in _for_one_kernel)
    ]
    _show("TAP version 13")
    _show(f"1..{len(tests)}")
    results = []
    for number, (name, function) in enumerate(tests, 1):
        announce(name)
        results.append(_run(number, name, function))
    return 0 if all(results) and results else 1
