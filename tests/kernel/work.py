# SPDX-License-Identifier: GPL-2.0
"""Running the programs that make sockets, and comparing what they say with what was traced."""

import json
import os
import subprocess
from errno import errorcode

from tap import check, check_equal
from tool import BUILD, PATIENCE, Run

# The kernel headers' name, where Python has another for the same number.
ERROR_NAMES = {**errorcode, 95: "EOPNOTSUPP"}


def program(name):
    return os.path.join(BUILD, "programs", name)


def parse(text):
    """The creations that a program has printed."""
    return [json.loads(line) for line in text.splitlines()]


def run(name, *arguments):
    """Runs a program to its end; what it has printed."""
    finished = Run(program(name), *arguments)
    check_equal(finished.status, 0, f"{name}: {finished.errors}")
    return parse(finished.output)


def set_ping_groups(low, high):
    """Says which groups may make ping sockets; where low is above high, none."""
    with open("/proc/sys/net/ipv4/ping_group_range", "w", encoding="ascii") as file:
        file.write(f"{low} {high}")


class OnRequest:
    """The program that makes sockets when told to."""

    def __init__(self, prefix=(), program=program("on_request"), **options):
        self.process = subprocess.Popen(
            [*prefix, program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            **options,
        )
        start = self.answer()
        self.pid = start["pid"]
        self.second_tid = start["tid"]

    def answer(self):
        """The creation that it answers with to what it was told first."""
        line = self.process.stdout.readline()
        check(line, "on_request has ended")
        return json.loads(line)

    def __call__(self, what, *numbers):
        """Tells it something; the creation it answers with."""
        self.tell(what, *numbers)
        return self.answer()

    def tell(self, what, *numbers):
        """Tells it something without waiting for its answer."""
        print(what, *numbers, file=self.process.stdin)

    def end(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def facts_made(creation):
    """What a program says of a creation, in the form of facts_shown()."""
    ret = creation["ret"]
    return (
        creation["via"],
        creation["pid"],
        creation["tid"],
        (creation["family"], creation["type"], creation["protocol"]),
        ret,
        ERROR_NAMES[-ret] if ret < 0 else None,
        tuple((socket["fd"], socket["inode"]) for socket in creation["sockets"]),
        (creation.get("listener"), creation.get("flags")),
    )


def facts_shown(socket):
    """What the tracer says of a creation, as far as the program that made it knows."""
    arguments = socket["args"]
    sockets = socket["sockets"] if socket["ret"] is not None and socket["ret"] >= 0 else []
    return (
        socket["via"],
        socket["pid"],
        socket["tid"],
        (arguments["family"], arguments["type"], arguments["protocol"]),
        socket["ret"],
        socket["errno"],
        tuple((made["fd"], made["inode"]) for made in sockets),
        (socket.get("listener", {}).get("fd"), arguments.get("flags")),
    )


def check_same_in_order(shown, made):
    """That these are the same creations, in the same order."""
    for number, (found, expected) in enumerate(zip(shown, made)):
        check_equal(facts_shown(found), facts_made(expected), f"creation {number}")
    check_equal(len(shown), len(made), "number of creations")


def check_same_per_thread(shown, made):
    """That these are the same creations, in the same order in each thread."""
    threads = {creation["tid"] for creation in made}
    check_equal({socket["tid"] for socket in shown}, threads, "threads")
    for tid in threads:
        check_same_in_order(
            [socket for socket in shown if socket["tid"] == tid],
            [creation for creation in made if creation["tid"] == tid],
        )
