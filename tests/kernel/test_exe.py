# SPDX-License-Identifier: GPL-2.0
"""What processes execute, also of those that have ended, and the filter by that."""

import os
import shutil
import sys

import work
from tap import check, check_equal, test, test_once
from tool import FEW_STAGES, Trace, temporary, trace_command, wait_until

CALLERS = os.path.realpath(work.program("callers"))
ROUNDS = 20
LONGEST = "x" * 255  # NAME_MAX
CUT = 256  # bytes of a command line that are kept

# A child that makes a socket and ends at once, and a program that another one replaces at once.
CHILD = "import os, socket\nif not os.fork(): socket.socket(); os._exit(0)\nos.wait()"
REPLACED = f"import os, socket; socket.socket(); os.execv('{CALLERS}', ['callers', 'socket'])"


def copy_of(program, name):
    """A copy of a program, in a folder of its own."""
    path = os.path.realpath(temporary(name))
    shutil.copy(work.program(program), path)
    return path


def executed(sockets):
    return [(shown["exe"], shown["cmdline"]) for shown in sockets]


@test("exe and cmdline of processes that have ended: short ones, children, replaced programs")
def ended():
    script = f'for i in $(seq {ROUNDS}); do "$0" socket ""; done; "$@" "$CHILD"; "$@" "$REPLACED"'
    os.environ.update(CHILD=CHILD, REPLACED=REPLACED)
    python = [sys.executable, "-c"]
    # Not from /proc: the tool gets to read only when all has ended.
    options = ["--format", "jsonl", "--no-tree", *FEW_STAGES]
    run = trace_command(options, ["sh", "-c", script, CALLERS, *python])
    interpreter = os.path.realpath(sys.executable)
    expected = [(CALLERS, [CALLERS, "socket", ""])] * ROUNDS
    expected += [
        (interpreter, [*python, CHILD]),
        (interpreter, [*python, REPLACED]),
        (CALLERS, ["callers", "socket"]),
    ]
    # callers makes a listening socket before it does what it is asked for, or not.
    found = executed(run.json.sockets)
    check_equal([pair for i, pair in enumerate(found) if not i or pair != found[i - 1]],
                [pair for i, pair in enumerate(expected) if not i or pair != expected[i - 1]],
                "what was executed")  # fmt: skip
    check(len(found) >= len(expected), f"{len(found)} sockets of {len(expected)} programs")


@test("exe of a file that gets another name, as when a new version is put in its place")
def renamed():
    new = copy_of("callers", "app.new")
    folder = f"{os.path.dirname(new)}/other"
    os.mkdir(folder)
    names = [new, os.path.join(os.path.dirname(new), "app"), os.path.join(folder, "app")]
    script = '"$0" socket; mv "$0" "$1"; "$1" socket; mv "$1" "$2"; "$2" socket'
    run = trace_command(["--format", "jsonl", *FEW_STAGES], ["sh", "-c", script, *names])
    found = [shown["exe"] for shown in run.json.sockets if shown["comm"] != "mv"]
    check_equal(list(dict.fromkeys(found)), names, f"executed files: {found}")


@test("exe of a file on mounts that come, go and move: by where its mount is when it is executed")
def mounted():
    folder = os.path.dirname(copy_of("callers", "app"))
    places = os.path.realpath(os.path.dirname(temporary("x")))
    script = """
    for place in $(seq 10); do
        mkdir "$1/$place" && mount --bind "$0" "$1/$place"
        "$1/$place/app" socket
        umount "$1/$place"
    done
    mkdir "$1/there" && mount --bind "$0" "$1/there" && "$1/there/app" socket
    mkdir "$1/moved" && mount --move "$1/there" "$1/moved" && "$1/moved/app" socket
    """
    command = ["unshare", "--mount", "sh", "-c", script, folder, places]
    run = trace_command(["--format", "jsonl", *FEW_STAGES, "-e", "app"], command)
    expected = [f"{places}/{name}/app" for name in [*range(1, 11), "there", "moved"]]
    found = [shown["exe"] for shown in run.json.sockets]
    check_equal(list(dict.fromkeys(found)), expected, f"executed files: {found}")


@test_once("cmdline: of a process that is older than the trace, of any bytes, cut at 256 of them")
def command_lines():
    long = "y" * 300
    with work.OnRequest() as older, Trace("--format", "jsonl", *FEW_STAGES) as trace:
        older("socket", 2, 1, 0)
        wait_until(lambda: trace.shown_sockets, "the socket is not shown")
    check_equal(trace.json.sockets[0]["cmdline"], [work.program("on_request")], "older")
    odd = b"\xff\n\x1b[2J"
    run = trace_command(FEW_STAGES, [CALLERS, "socket", os.fsdecode(odd), long])
    shown = run.json.sockets[-1]
    kept = CUT - len(CALLERS) - len("socket") - len(odd) - 3
    check_equal(shown["cmdline"], [CALLERS, "socket", "\ufffd\n\x1b[2J", long[:kept]], "cmdline")
    check_equal(shown["cmdline_cut"], True, "cmdline_cut")


@test("--exe: whole names, however long, and files by their paths")
def names_and_paths():
    named = copy_of("callers", LONGEST)
    linked = temporary("link")
    os.symlink(named, linked)
    shown = {LONGEST: True, LONGEST[:-1]: False, f"{LONGEST[:-1]}y": False, named: True,
             linked: True, CALLERS: False, f"other,{LONGEST}": True, f"{CALLERS},{named}": True}  # fmt: skip
    traces = {exe: Trace("--format", "jsonl", *FEW_STAGES, "--exe", exe) for exe in shown}
    Trace.start_all(traces.values())
    check_equal(work.subprocess.run([named, "socket"], check=False).returncode, 0, "callers")
    Trace.end_all(traces.values())
    whole = len(traces[LONGEST].json.sockets)
    check(whole >= 1, "nothing is shown")
    for exe, is_shown in shown.items():
        found = traces[exe].json
        check_equal(len(found.sockets), whole if is_shown else 0, f"shown with --exe {exe}")
        check(found.end["filtered"] >= (0 if is_shown else whole), f"filtered: {found.end}")


@test("--exe: a file that replaces the one at a path is followed, and so is the one it replaces")
def replaced():
    path = copy_of("on_request", "upgraded")
    other = copy_of("on_request", "new")
    old = work.OnRequest(program=path)
    with Trace("--format", "jsonl", *FEW_STAGES, "-e", path) as trace:
        os.rename(other, path)
        new = work.OnRequest(program=path)

        def is_seen():
            new("socket", 2, 1, 0)
            return any(shown["pid"] == new.pid for shown in trace.shown_sockets)

        wait_until(is_seen, "the new file is not followed")
        old("socket", 1, 1, 0)
    new.end()
    old.end()
    check_equal(trace.json.sockets[-1]["pid"], old.pid, "the last one")
