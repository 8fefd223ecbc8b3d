# SPDX-License-Identifier: GPL-2.0
"""Tracing a command: it and its children, and only they."""

import os
import sys

import work
from tap import check, check_equal, test, test_once
from tool import FEW_STAGES, TOOL, Run, Trace, read, temporary, trace_command

LOOP = work.program("loop")


@test("a command and its children from the first instruction on; its exit status")
def children():
    script = f"{LOOP} 3 & {LOOP} 2; ( {LOOP} 1; sh -c '{LOOP} 4; exit 0' ); wait; exit 3"
    run = trace_command(FEW_STAGES, ["sh", "-c", script])
    check_equal(run.status, 3, f"exit status ({run.errors})")
    run.json.check_nothing_lost()
    expected = {line["pid"]: line["made"] for line in work.parse(run.output)}
    found = {}
    for socket in run.json.sockets:
        found[socket["pid"]] = found.get(socket["pid"], 0) + 1
    check_equal(found, expected, "sockets by process")
    check_equal(sorted(found.values()), [1, 2, 3, 4], "sockets")


@test("a command's children only: others are filtered, and counted")
def only_they():
    begun, go_on = temporary("begun"), temporary("go_on")
    os.mkfifo(begun)
    os.mkfifo(go_on)
    path = temporary("output")
    with work.OnRequest() as other:
        child = os.fork()
        if not child:
            # Once the command runs, and before it goes on.
            read(begun)
            for _ in range(5):
                other("socket", 2, 1, 0)
            with open(go_on, "w", encoding="ascii") as file:
                file.write("now")
            os._exit(0)
        script = f"{LOOP} 1; echo > {begun}; cat {go_on} > /dev/null; {LOOP} 2"
        options = [*FEW_STAGES, "--format", "jsonl", "-o", path]
        run = Run(TOOL, *options, "--", "sh", "-c", script)
        os.waitpid(child, 0)
    json = work.parse(read(path))
    check_equal(run.status, 0, f"exit status ({run.errors})")
    check_equal(len(json) - 2, 3, "sockets")
    check(all(socket["pid"] != other.pid for socket in json[1:-1]), "other process")
    check_equal(json[-1]["filtered"], 5, "filtered")


@test("a command with a filter by name: what has it")
def with_comm():
    script = f"{work.program('kinds')} 1; {LOOP} 3"
    run = trace_command([*FEW_STAGES, "-c", "loop"], ["sh", "-c", script])
    check_equal(run.status, 0, run.errors)
    check_equal([socket["comm"] for socket in run.json.sockets], ["loop"] * 3, "comm")


@test("--no-follow: the command itself with its threads, not its children")
def no_follow():
    command = [work.program("threads"), "2", "2", "3"]
    run = trace_command([*FEW_STAGES, "--no-follow"], command)
    check_equal(run.status, 0, f"exit status ({run.errors})")
    made = work.parse(run.output)
    parent = run.json.sockets[0]["pid"]
    mine = [creation for creation in made if creation["pid"] == parent]
    check_equal(len(mine), 4, "made by the command itself")
    work.check_same_per_thread(run.json.sockets, mine)
    check_equal(run.json.end["filtered"], len(made) - 4, "filtered")


FORKS = """
import os, socket, sys

def fork_all(number, then):
    for _ in range(number):
        if not os.fork():
            then()
            os._exit(0)
    for _ in range(number):
        os.wait()

fork_all(8, lambda: fork_all(int(sys.argv[1]), lambda: socket.socket().close()))
"""


@test("many processes that fork at the same time: all are followed")
def many_forks():
    each = 40
    run = trace_command(FEW_STAGES, [sys.executable, "-c", FORKS, each])
    check_equal(run.status, 0, f"exit status ({run.errors})")
    run.json.check_nothing_lost()
    check_equal(run.json.end["filtered"], 0, "filtered")
    sockets = run.json.sockets
    # Where the kernel preempts tasks inside a program, it skips some, and counts that.
    missing = 8 * each - len({shown["pid"] for shown in sockets})
    check(0 <= missing <= run.json.end["probe_missed"], f"{missing} missing: {run.json.end}")


@test_once("a command has the signal handling that the tool was given")
def dispositions():
    look = "grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status"
    ignore = "trap '' PIPE XFSZ USR1; exec"
    expected = Run("bash", "-c", f"{ignore} {look}").output
    check("SigIgn" in expected, expected)
    path = temporary("output")
    run = Run("bash", "-c", f"{ignore} {TOOL} {' '.join(FEW_STAGES)} -q -o {path} -- {look}")
    check_equal(run.output, expected, "as without the tool")


@test_once("the tool raises its priority while it traces, but for --no-nice")
def priority():
    for options, expected in (((), -20), (("--no-nice",), 0)):
        with Trace(*FEW_STAGES, *options) as trace:
            check_equal(os.getpriority(os.PRIO_PROCESS, trace.process.pid), expected, options)


@test_once("a command has the priority that the tool was given")
def priority_of_command():
    for given in (7, 0, -3):
        for options in ("", "--no-nice"):
            tool = f"{TOOL} {' '.join(FEW_STAGES)} -q {options} -o {temporary('output')}"
            run = Run("sh", "-c", f"exec nice -n {given} {tool} -- nice")
            check_equal((run.output, run.errors), (f"{given}\n", ""), options)


@test_once("a command that a signal ends: 128 and its number")
def ended_by_signal():
    run = trace_command(FEW_STAGES, ["sh", "-c", f"{LOOP} 1; kill -9 $$"])
    check_equal(run.status, 137, f"exit status ({run.errors})")
    check_equal(len(run.json.sockets), 1, "sockets")


@test_once("a command that is not found: 127; that is not executable: 126")
def not_run():
    run = Run(TOOL, "--", "no-such-command")
    check_equal(run.status, 127, "exit status")
    check_equal(run.errors, "sockcreate-trace: no-such-command: command not found\n", "message")
    for path in ("/etc/passwd", "/etc"):
        run = Run(TOOL, "--", path)
        check_equal(run.status, 126, "exit status")
        check_equal(run.errors.count("\n"), 1, run.errors)
        check(path in run.errors, run.errors)
