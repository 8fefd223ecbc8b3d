# SPDX-License-Identifier: GPL-2.0
"""Many sockets."""

import os
import signal
import subprocess
import sys
import time

import work
from modprobe import NO_MODULE, SlowModprobe
from tap import check, check_equal, comment, test, test_once
from tool import PATIENCE, TOOL, Json, Run, Trace, read, temporary

IN_A_LOOP = 84000
BY_THREADS = 40000  # each
THREADS = 8

# How each format is asked for, and what begins a line of it that there is one of for a creation.
FORMATS = {
    "tree": (["-o"], b"__sys_socket "),
    "line": (["--format", "line", "-o"], b""),
    "jsonl": (["--format", "jsonl", "-o"], b'{"event":"socket",'),
    "timeline": (["--format", "timeline", "-o"], b'{"ph":"E","name":"__sys_socket",'),
}


def count_lines(path, beginning):
    """Of a file that is too large to be kept in memory."""
    with open(path, "rb") as file:
        return sum(line.startswith(beginning) for line in file)


def check_all_shown(format_, processors, loop):
    """That with default settings on these processors all that a loop makes is shown."""
    options, beginning = FORMATS[format_]
    path = temporary("output")
    command = [TOOL, *options, path, "--", work.program("loop"), *loop]
    run = Run(*command, preexec_fn=lambda: os.sched_setaffinity(0, processors))
    made = work.parse(run.output)[0]["made"]
    expected = f"{made} sockets seen, {made} shown (0 failed), 0 filtered, 0 lost\n"
    check_equal(run.errors, expected, "account")
    headings = 1 if format_ == "line" else 0
    check_equal(count_lines(path, beginning), made + headings, "in the file")
    os.unlink(path)


@test_once(f"{IN_A_LOOP} sockets in a tight loop on the reader's processor, as trees: nothing lost")
def in_a_loop_as_trees():
    check_all_shown("tree", {0}, [IN_A_LOOP])


@test_once(f"{IN_A_LOOP} sockets in a tight loop on the reader's processor, as lines: nothing lost")
def in_a_loop_as_lines():
    check_all_shown("line", {0}, [IN_A_LOOP])


@test(f"{IN_A_LOOP} sockets in a tight loop on the reader's processor, as JSON: nothing lost")
def in_a_loop_as_json():
    check_all_shown("jsonl", {0}, [IN_A_LOOP])


@test_once(f"{IN_A_LOOP} sockets in a tight loop on the reader's processor, as a timeline: nothing lost")
def in_a_loop_as_timeline():
    check_all_shown("timeline", {0}, [IN_A_LOOP])


@test_once(f"{IN_A_LOOP} sockets in a tight loop on the reader's processor, as folded stacks: none lost")
def in_a_loop_as_folded():
    path = temporary("output")
    command = [TOOL, "--format", "folded", "-o", path, "--", work.program("loop"), IN_A_LOOP]
    run = Run(*command, preexec_fn=lambda: os.sched_setaffinity(0, {0}))
    expected = f"{IN_A_LOOP} sockets seen, {IN_A_LOOP} shown (0 failed), 0 filtered, 0 lost\n"
    check_equal(run.errors, expected, "account")
    names = {name for line in read(path).splitlines() for name in line.rpartition(" ")[0].split(";")}
    check({"loop", "__sys_socket", "sk_alloc"} <= names, names)


@test(f"{THREADS * BY_THREADS} sockets by {THREADS} looping threads: each shown, or lost to a full buffer")
def by_threads():
    """How many are lost, if any, is up to the processors: make bench measures it."""
    path = temporary("output")
    loop = [work.program("loop"), BY_THREADS, THREADS]
    run = Run(TOOL, "-o", path, "--", *loop)
    made = THREADS * BY_THREADS
    shown = count_lines(path, FORMATS["tree"][1])
    check(shown > 0, "none shown")
    account = run.errors.splitlines()
    lost = made - shown
    expected = f"{made} sockets seen, {shown} shown (0 failed), 0 filtered, {lost} lost"
    check_equal(account[0], expected, "account")
    check(not lost or account[1].startswith(f"  {lost} sockets lost: ring buffer full"), run.errors)
    os.unlink(path)


@test("sockets in a tight loop: numbered without gaps")
def without_gaps():
    number = 5000
    path = temporary("output")
    run = Run(TOOL, "--format", "jsonl", "-o", path, "--", work.program("loop"), number)
    check_equal(run.status, 0, run.errors)
    json = Json(read(path))
    json.check_nothing_lost()
    check_equal(len(json.sockets), number, "sockets")
    check_equal((json.end["filtered"], json.end["probe_missed"]), (0, 0), "account")


CALLS = f"""
import os, socket, sys, threading, time
def call():
    try:
        socket.socket({NO_MODULE})
    except OSError:
        pass
threads = []
while not os.path.exists(sys.argv[1]) and len(threads) < 40:
    threads.append(threading.Thread(target=call))
    threads[-1].start()
    time.sleep(0.1)
for thread in threads:
    thread.join()
print(len(threads))
"""


@test("calls that are under way when the trace begins are not lost ones")
def under_way():
    """Their family has a module that takes until they are released to load."""
    trace = Trace("--format", "jsonl").start()
    with SlowModprobe() as modprobe:
        calls = subprocess.Popen(
            [sys.executable, "-c", CALLS, trace.attached], stdout=subprocess.PIPE, text=True
        )
        with trace.wait_until_ready():
            # More than twice as long as the tool waits for calls that began before it.
            time.sleep(0.5)
            modprobe.release()
            number = int(calls.communicate(timeout=PATIENCE)[0])
    seen = len(trace.json.of(calls.pid))
    comment(f"{number} calls while the tool attached, {seen} seen")
    check(0 < number, "no calls")
    check_equal(trace.json.lost_creations, 0, f"lost: {trace.json.end}")


@test("a reader that is stopped: what was made is shown, filtered or lost, exactly")
def stopped_reader():
    each = 1000
    number = THREADS * each
    with work.OnRequest() as filtered:
        with Trace("--format", "jsonl", "--buffer-size", 1, "-f", "inet") as trace:
            trace.send(signal.SIGSTOP)
            for _ in range(3):
                filtered("socket", 1, 1, 0)
            work.run("loop", each, THREADS)
            trace.send(signal.SIGCONT)
    json = trace.json
    lost = json.end["lost"]["ring_buffer_full"]
    check(lost > 0, "nothing lost")
    check_equal(json.lost_creations, lost, "lost for no other reason")
    check_equal(len(json.sockets) + lost, number, "shown and lost")
    check_equal(json.end["filtered"], 3, "filtered")
    check_equal(json.end["sockets"], len(json.sockets), "count of sockets")
    check(f"{lost} sockets lost: ring buffer full" in trace.account, trace.account)
    numbers = [socket["seq"] for socket in json.sockets]
    check_equal(numbers, sorted(set(numbers)), "sequence")


@test("a reader that is stopped, and ends at a --count: the rest is lost or not shown, exactly")
def stopped_reader_with_count():
    number, count = 5000, 100
    trace = Trace("--format", "jsonl", "--buffer-size", 1, "-n", count)
    with trace:
        trace.send(signal.SIGSTOP)
        work.run("loop", number)
        trace.send(signal.SIGCONT)
        trace.wait()
    end = trace.json.end
    check_equal(end["sockets"], count, "shown")
    check(end["lost"]["ring_buffer_full"] > 0, "nothing lost")
    check_equal(trace.json.lost_creations, end["lost"]["ring_buffer_full"], "lost otherwise")
    accounted = end["sockets"] + end["not_shown"] + trace.json.lost_creations
    check_equal((accounted, end["filtered"], end["in_flight"]), (number, 0, 0), "account")
