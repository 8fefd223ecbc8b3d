# SPDX-License-Identifier: GPL-2.0
"""The same calls, arguments and results as strace shows, one for one."""

import re
from functools import lru_cache

import work
from tap import check, check_equal, test
from tool import FEW_STAGES, read, temporary, trace_command

LEAST_CREATIONS = 200
LEAST_KINDS = 8

LINE = re.compile(r"(?P<tid>\d+) +[\d.]+ (?P<rest>.*)")
RESUMED = re.compile(r"<\.\.\. \w+ resumed>")
CALL = re.compile(
    r"(?P<via>socket|socketpair)\((?P<family>[^,]*), (?P<type>[^,]*), (?P<protocol>[^,]*?)"
    r"(?:, (?:\[(?P<first>\d+), (?P<second>\d+)\]|0x[0-9a-f]+|NULL))?\) += "
    r"(?P<ret>-?\d+)(?: (?P<errno>\w+) \(.*\))?"
)
COMMENT = re.compile(r" ?/\* (.*?) \*/")
HTONS = re.compile(r"htons\((.*)\)")


def number_and_names(text):
    """What strace -X verbose shows of an argument: its value, and its names as far as known."""
    names = [name for comment in COMMENT.findall(text) for name in comment.split("|")]
    text = COMMENT.sub("", text)
    swapped = HTONS.match(text)
    value = 0
    for part in (swapped[1] if swapped else text).split("|"):
        value |= int(part, 0)
    if swapped:
        value = int.from_bytes(value.to_bytes(2, "little"), "big")
    return value, [name for name in names if not name.endswith("???")]


def parse_call(text):
    call = CALL.fullmatch(text)
    check(call, f"strace's line: {text!r}")
    result = {key: call[key] for key in ("via", "errno", "first", "second")}
    result["ret"] = int(call["ret"])
    for key in ("family", "type", "protocol"):
        result[key], result[f"{key}_names"] = number_and_names(call[key])
    return result


def parse(text):
    """The calls that strace shows: for every thread a list, in order."""
    calls, unfinished = {}, {}
    for line in text.splitlines():
        tid, rest = LINE.fullmatch(line)["tid"], LINE.fullmatch(line)["rest"]
        if rest.endswith(" <unfinished ...>"):
            unfinished[tid] = rest[: -len(" <unfinished ...>")]
            continue
        if RESUMED.match(rest):
            rest = unfinished.pop(tid) + RESUMED.sub("", rest, count=1)
        if rest.startswith("socket"):
            calls.setdefault(int(tid), []).append(parse_call(rest))
    check(not unfinished, f"calls without an end: {unfinished}")
    return calls


@lru_cache(maxsize=None)
def both():
    """The traced creations and strace's calls, both as lists for every thread."""
    path = temporary("strace")
    options = ["-f", "-ttt", "-X", "verbose", "-e", "trace=socket,socketpair", "-o", path]
    script = f"{work.program('kinds')} 7; {work.program('threads')} 4 10"
    command = ["strace", *options, "sh", "-c", script]
    run = trace_command(FEW_STAGES, command)
    check_equal(run.status, 0, run.errors)
    run.json.check_nothing_lost()
    shown = {}
    for socket in run.json.sockets:
        shown.setdefault(socket["tid"], []).append(socket)
    return shown, parse(read(path))


def pairs():
    """Each traced creation with strace's call."""
    shown, calls = both()
    for tid, sockets in shown.items():
        yield from zip(sockets, calls[tid])


@test("strace shows the same number of calls in each thread, 200 and more of 8 kinds and more")
def same_number():
    shown, calls = both()
    counts = {tid: len(of_thread) for tid, of_thread in shown.items()}
    expected = {tid: len(of_thread) for tid, of_thread in calls.items()}
    check_equal(counts, expected, "calls by thread")
    check(sum(counts.values()) >= LEAST_CREATIONS, f"creations: {sum(counts.values())}")
    kinds = {(call["via"], call["family"], call["type"], call["errno"]) for _, call in pairs()}
    check(len(kinds) >= LEAST_KINDS, f"kinds: {kinds}")


@test("strace shows the same arguments and results, in the same order in each thread")
def same_calls():
    for number, (socket, call) in enumerate(pairs()):
        arguments = socket["args"]
        ret = socket["ret"]
        fds = [made["fd"] for made in socket["sockets"]] if ret >= 0 else []
        found = [socket["via"], *arguments.values(), ret if ret >= 0 else -1, socket["errno"]]
        keys = ("via", "family", "type", "protocol", "ret", "errno")
        check_equal(found, [call[key] for key in keys], f"call {number}")
        if call["first"]:
            check_equal(fds, [int(call["first"]), int(call["second"])], f"call {number}")


@test("strace has the same names for families, types, flags and protocols")
def same_names():
    for number, (socket, call) in enumerate(pairs()):
        check(call["family_names"] in ([], [socket["family"]]), f"call {number}: {socket}")
        names = [socket["type"], *socket["flags"]]
        check(set(call["type_names"]) <= set(names), f"call {number}: {socket}")
        check(call["protocol_names"] in ([], [socket["protocol"]]), f"call {number}: {socket}")
