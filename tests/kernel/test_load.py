# SPDX-License-Identifier: GPL-2.0
"""Many sockets."""

import os
import re
import signal
import subprocess
import sys
import time

import work
from tap import check, check_equal, comment, test
from tool import PATIENCE, TOOL, Json, Run, Trace, read, temporary

MANY = 20000
MODPROBE = "/proc/sys/kernel/modprobe"
NO_MODULE = 26  # AF_LLC: a family that nothing has loaded


@test(f"{MANY} sockets in a tight loop: as many records, none lost, numbered without gaps")
def many():
    path = temporary("output")
    run = Run(TOOL, "--format", "jsonl", "-o", path, "--", work.program("loop"), MANY)
    check_equal(run.status, 0, run.errors)
    text = read(path)
    # To read all of it as JSON would take long.
    header, _, rest = text.partition("\n")
    numbers = [int(number) for number in re.findall(r'^{"event":"socket","seq":(\d+),', rest, re.M)]
    check_equal(len(numbers), MANY, "records")
    check(numbers == list(range(MANY)), "a gap in the sequence")
    end = Json(f"{header}\n{rest[rest.rindex('{', 0, rest.rindex('lost')):]}").end
    check_equal(end["sockets"], MANY, "sockets")
    check_equal(set(end["lost"].values()), {0}, f"lost: {end['lost']}")
    check_equal((end["filtered"], end["probe_missed"], end["in_flight"]), (0, 0, 0), "account")


@test(f"{MANY} sockets with all defaults: as many trees")
def many_trees():
    path = temporary("output")
    run = Run(TOOL, "-o", path, "--", work.program("loop"), MANY)
    expected = f"{MANY} sockets seen, {MANY} shown (0 failed), 0 filtered, 0 lost\n"
    check_equal(run.errors, expected, "account")
    check_equal(read(path).count("\n__sys_socket "), MANY, "trees")


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


def set_module_loader(path):
    with open(MODPROBE, "w", encoding="ascii") as file:
        file.write(path)


@test("calls that are under way when the trace begins are not lost ones")
def under_way():
    """Their family has a module that takes until they are released to load."""
    gate, loader = temporary("gate"), temporary("modprobe")
    os.mkfifo(gate)
    with open(loader, "w", encoding="ascii") as file:
        file.write(f"#!/bin/sh\nread line < {gate}\n")
    os.chmod(loader, 0o755)
    usual = read(MODPROBE)
    set_module_loader(loader)
    trace = Trace("--format", "jsonl").start()
    calls = subprocess.Popen(
        [sys.executable, "-c", CALLS, trace.ready], stdout=subprocess.PIPE, text=True
    )
    with trace.wait_until_ready():
        # More than twice as long as the tool waits for calls that began before it.
        time.sleep(0.5)
        set_module_loader(usual)
        # Whoever reads from the pipe is at its end when there is no writer any more.
        os.close(os.open(gate, os.O_WRONLY))
        number = int(calls.communicate(timeout=PATIENCE)[0])
    seen = len(trace.json.of(calls.pid))
    comment(f"{number} calls while the tool attached, {seen} seen")
    check(0 < number, "no calls")
    check_equal(trace.json.lost_creations, 0, f"lost: {trace.json.end}")


@test("a reader that is stopped: what was made is shown, filtered or lost, exactly")
def stopped_reader():
    number = 5000
    with work.OnRequest() as filtered:
        with Trace("--format", "jsonl", "--buffer-size", 1, "-f", "inet") as trace:
            trace.send(signal.SIGSTOP)
            for _ in range(3):
                filtered("socket", 1, 1, 0)
            work.run("loop", number)
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
