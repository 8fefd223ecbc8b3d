# SPDX-License-Identifier: GPL-2.0
"""On the host: running parts of the benchmark in guests, all with the same command line."""

import json
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build")
OUTPUT = os.path.join(BUILD, "bench")
PARTS = os.path.join(OUTPUT, "parts")
PLUGIN = os.path.join(OUTPUT, "count_calls.so")
VM_RUN = os.path.join(ROOT, "tests/vm/vm-run")
GUEST = os.path.join(ROOT, "tests/bench/guest")
COMMAND_LINE = "nokaslr"  # functions are where they were in the guest that said so
TIMEOUT = "900"  # seconds


class Failed(Exception):
    """What could not be measured; the text is shown."""


def folder_of(kernel, part):
    """Where the files of a part are, of one kernel."""
    path = os.path.join(PARTS, f"{kernel}.{part}")
    os.makedirs(path, exist_ok=True)
    return path


def boot(kernel, command, *options):
    """What a command has printed."""
    fixed = ["--append", COMMAND_LINE, "--timeout", TIMEOUT]
    full = [VM_RUN, *fixed, *options, kernel, "--", *command]
    done = subprocess.run(full, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        errors = done.stderr.decode(errors="replace").strip()
        raise Failed(f"{kernel}: {' '.join(command)}: status {done.returncode}\n{errors}")
    return done.stdout.decode(errors="replace")


def measure(kernel, part, *options):
    """What tests/bench/guest measures; by default with --icount, so on one processor."""
    folder = folder_of(kernel, part)
    boot(kernel, [GUEST, part, folder], *(options or ["--icount"]), "--share", folder)
    with open(os.path.join(folder, f"{part}.json"), encoding="utf-8") as file:
        return json.load(file)["measures"]


def count_calls(kernel, functions, output, command):
    """Counts the calls of functions while a command runs, which nothing traces; what it printed."""
    plugin = f"{PLUGIN},functions={functions},output={output}"
    return boot(kernel, command, "--icount", "--plugin", plugin)
