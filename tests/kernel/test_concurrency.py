# SPDX-License-Identifier: GPL-2.0
"""Threads and processes that make sockets at the same time."""

from collections import defaultdict

import work
from shapes import check_shape, shape, tcp_socket
from tap import Skipped, check, check_equal, comment, test
from tool import HAS_FENTRY, Trace

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
    """
    That what is shown was made, and is shown once, incomplete ones by what is left of them; and
    that what was made is shown or in the account.
    """
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
    # Of a call that was not seen at all only the kernel's count of skipped probes tells.
    check(counted <= missing <= counted + json.end["probe_missed"], f"account: {json.end}")


def check_whole(json, made):
    json.check_nothing_lost()
    work.check_same_per_thread(json.sockets, made)
    check_one_shape_a_kind(json.sockets)


def raise_pid_limit():
    with open("/proc/sys/kernel/pid_max", "w", encoding="ascii") as file:
        file.write("4194304")


@test("threads of several processes at the same time: each creation once, nothing lost or mixed")
def threads():
    with Trace("--format", "jsonl") as trace:
        made = work.run("threads", 8, 30, 3)
    check_whole(trace.json, made)


def check_counted(json, made):
    """That nothing is mixed, and that what is missing is counted."""
    lost = {reason: count for reason, count in json.end["lost"].items() if count}
    comment(f"{len(made)} made, lost: {lost}, probes skipped: {json.end['probe_missed']}")
    check_nothing_mixed(json, made)
    check_equal(json.end["in_flight"], 0, "creations under way of tasks that have ended")


def check_threads_by(way):
    with Trace("--format", "jsonl", "--attach", way) as trace:
        made = work.run("threads", 8, 30, 3)
    check_counted(trace.json, made)


@test("threads, with fentry whether it misses any or not: nothing mixed, what is lost is counted")
def threads_by_fentry():
    if not HAS_FENTRY:
        raise Skipped("this kernel has no fentry")
    check_threads_by("fentry")


@test("threads, with kprobes whether they miss any or not: nothing mixed, what is lost is counted")
def threads_by_kprobe():
    check_threads_by("kprobe")


@test("64 threads that collide in the table of sessions, all inside at once: none mixed or lost, but by kprobes")
def collision():
    raise_pid_limit()
    with Trace("--format", "jsonl") as trace:
        made = work.run("collide", 64, 20, NR_SESSIONS)
    if HAS_FENTRY:
        check_whole(trace.json, made)
    else:  # that many at once are more than a kretprobe has instances
        check_counted(trace.json, made)


@test("more colliding threads than the table takes: what does not fit is counted")
def too_many():
    raise_pid_limit()
    with Trace("--format", "jsonl") as trace:
        made = work.run("collide", 72, 0, NR_SESSIONS)
    json = trace.json
    check_nothing_mixed(json, made)
    check(json.end["lost"]["session_table_full"] > 0, f"table not full: {json.end}")
    if HAS_FENTRY:
        check_equal(json.end["lost"]["session_table_full"], json.lost_creations, "lost otherwise")
    check_equal(len(json.sockets) + json.lost_creations, len(made), "shown and lost")
