# SPDX-License-Identifier: GPL-2.0
"""Threads and processes that make sockets at the same time."""

from collections import defaultdict

import work
from shapes import check_shape, shape, tcp_socket
from tap import check, check_equal, comment, test
from tool import Trace

NR_SESSIONS = 1024  # threads whose numbers are equal modulo this collide in the table of sessions


def check_one_shape_a_kind(sockets):
    """That creations that ask for the same and end in the same way have the same tree."""
    kinds = defaultdict(list)
    for socket in sockets:
        family = min(socket["args"]["family"], 1000)  # those above don't exist
        kinds[socket["via"], family, socket["type"], socket["errno"]].append(socket)
    check(len(kinds) > 3, f"kinds: {list(kinds)}")
    for kind, of_kind in kinds.items():
        for socket in of_kind:
            check_shape(shape(socket["tree"]), shape(of_kind[0]["tree"]), kind)
            check(not socket.get("truncated") and not socket.get("incomplete"), kind)
    tcp = kinds.get(("socket", 2, "SOCK_STREAM", None))
    if tcp:
        check_shape(shape(tcp[0]["tree"]), tcp_socket(), "socket(AF_INET, SOCK_STREAM, 0)")


def check_nothing_mixed(json, made):
    """That what is shown was made, and is shown once; incomplete ones by what is left of them."""
    whole = {work.facts_made(creation) for creation in made}
    asked = {work.facts_made(creation)[:4] for creation in made}
    shown = set()
    for socket in json.sockets:
        facts = work.facts_shown(socket)
        check(facts[:4] in asked, f"not made: {facts}")
        if socket.get("incomplete"):
            continue
        check(facts in whole, f"not made: {facts}")
        # Failed ones can be told apart by nothing.
        check(facts not in shown or facts[4] < 0, f"shown twice: {facts}")
        shown.add(facts)
    missing = len(made) - len(json.sockets)
    counted = json.lost_creations + json.end["in_flight"]
    check(counted <= missing <= counted + json.end["probe_missed"], f"account: {json.end}")


def check_whole(json, made):
    json.check_nothing_lost()
    work.check_same_per_thread(json.sockets, made)
    check_one_shape_a_kind(json.sockets)


def check_program(*arguments):
    """
    Traces a program; whether all was seen, which cannot be where the kernel skips probes: then what
    is shown must be right, and the rest be counted.
    """
    with Trace("--format", "jsonl") as trace:
        made = work.run(*arguments)
    json = trace.json
    check_nothing_mixed(json, made)
    if json.probes_skipped:
        comment(f"{json.end['probe_missed']} runs of probes skipped by the kernel")
        return False
    check_whole(json, made)
    return True


def check_program_by_kprobes(*arguments):
    """Traces a program in the way in which no probe is skipped."""
    with Trace("--format", "jsonl", "--attach", "kprobe") as trace:
        made = work.run(*arguments)
    check_whole(trace.json, made)


def raise_pid_limit():
    with open("/proc/sys/kernel/pid_max", "w", encoding="ascii") as file:
        file.write("4194304")


@test("threads of several processes at the same time: each creation once, nothing mixed")
def threads():
    if not check_program("threads", 8, 30, 3):
        check_program_by_kprobes("threads", 4, 30, 2)


@test("64 threads that collide in the table of sessions, all inside at once: none mixed or lost")
def collision():
    raise_pid_limit()
    check_program("collide", 64, 20, NR_SESSIONS)


@test("more colliding threads than the table takes: what does not fit is counted")
def too_many():
    raise_pid_limit()
    with Trace("--format", "jsonl") as trace:
        made = work.run("collide", 72, 0, NR_SESSIONS)
    json = trace.json
    check(json.lost_creations > 0, f"nothing lost: {json.end}")
    check_nothing_mixed(json, made)
    if json.probes_skipped:  # then so many entries can be missed that the table does not fill
        comment(f"{json.end['probe_missed']} runs of probes skipped by the kernel")
        return
    check(json.end["lost"]["session_table_full"] > 0, f"table not full: {json.end}")
    check_equal(len(json.sockets) + json.lost_creations, len(made), "shown and lost")
