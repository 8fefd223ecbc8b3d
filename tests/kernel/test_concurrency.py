# SPDX-License-Identifier: GPL-2.0
"""Threads and processes that make sockets at the same time."""

import json
import os
import re
import subprocess
from collections import defaultdict

import tracefs
import work
from shapes import check_shape, shape, spans, tcp_socket
from tap import Skipped, check, check_equal, comment, test
from tool import FEW_STAGES, HAS_FENTRY, PATIENCE, Run, Trace, trace_command

# Threads collide in the table of sessions if the numbers of their stacks are equal modulo its size.
# More threads than that, and the rest of what the guest runs, must collide.
NR_SESSIONS = 512
OF_ONE_USER = 768  # places that one user can have, with half of those that are reserved
OTHER_USER = 1000
STACK_DISTANCE = 32768  # stacks are numbered by their addresses in units of this
MANY_THREADS = 1200
LEAST_COLLIDING = 64

STACK = re.compile(r"-(?P<tid>\d+) .* stack=(?P<address>0x[0-9a-f]+)$", re.MULTILINE)


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


def check_nothing_mixed(traced, made):
    """
    That what is shown was made, and is shown once, incomplete ones by what is left of them; and
    that what was made is shown or in the account.
    """
    whole = {work.facts_made(creation) for creation in made}
    asked = {work.facts_made(creation)[:4] for creation in made}
    shown = set()
    for socket in traced.sockets:
        facts = work.facts_shown(socket)
        check(facts[:4] in asked, f"not made: {facts}")
        if socket.get("incomplete"):
            continue
        check(facts in whole, f"not made: {facts}")
        # Failed ones can be told apart by nothing.
        check(facts not in shown or facts[4] < 0, f"shown twice: {facts}")
        shown.add(facts)
    missing = len(made) - len(traced.sockets)
    counted = traced.lost_creations + traced.end["in_flight"]
    # Of a call that was not seen at all only the kernel's count of skipped probes tells.
    check(counted <= missing <= counted + traced.end["probe_missed"], f"account: {traced.end}")


def check_whole(traced, made):
    traced.check_nothing_lost()
    work.check_same_per_thread(traced.sockets, made)
    check_one_shape_a_kind(traced.sockets)


@test("threads of several processes at the same time: each creation once, nothing lost or mixed")
def threads():
    with Trace("--format", "jsonl") as trace:
        made = work.run("threads", 8, 30, 3)
    check_whole(trace.json, made)


def check_counted(traced, made):
    """That nothing is mixed, and that what is missing is counted."""
    lost = {reason: count for reason, count in traced.end["lost"].items() if count}
    comment(f"{len(made)} made, lost: {lost}, probes skipped: {traced.end['probe_missed']}")
    check_nothing_mixed(traced, made)
    check_equal(traced.end["in_flight"], 0, "creations under way of tasks that have ended")


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


class Held:
    """
    The program whose threads, those that are told to, are all inside socketpair() at the same time.
    """

    def __init__(self, sockets, threads=MANY_THREADS, prefix=()):
        with tracefs.probe("__sys_socketpair stack=$stack") as events:
            self.process = subprocess.Popen(
                [*prefix, work.program("collide"), str(threads), str(sockets)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self.tids = json.loads(self.process.stdout.readline())
            stacks = {int(line["tid"]): int(line["address"], 0) for line in STACK.finditer(events())}
        self.slots = defaultdict(list)
        for tid in self.tids:
            self.slots[stacks[tid] // STACK_DISTANCE % NR_SESSIONS].append(tid)

    def hold(self):
        """Has all threads be inside until end()."""
        print(*self.tids, 0, sep="\n", file=self.process.stdin, flush=True)
        check_equal(self.process.stdout.readline(), "held\n", "threads inside")

    def end(self):
        """What it has printed."""
        return self.run([])

    def colliding(self):
        """So many threads of which each collides with another."""
        tids = []
        for of_slot in self.slots.values():
            if len(of_slot) > 1 and len(tids) < LEAST_COLLIDING:
                tids += of_slot
        check(len(tids) >= LEAST_COLLIDING, f"threads that collide: {len(tids)}")
        return tids

    def run(self, tids):
        """Has these threads do it, to the end of the program; what it has printed."""
        output, _ = self.process.communicate("\n".join(map(str, tids)), PATIENCE)
        check_equal(self.process.returncode, 0, "collide")
        return work.parse(output)


@test("64 threads that collide in the table of sessions, all inside at once: none mixed or lost, but by kprobes")
def collision():
    held = Held(20)
    with Trace("--format", "jsonl") as trace:
        made = held.run(held.colliding())
    if HAS_FENTRY:
        check_whole(trace.json, made)
    else:  # that many at once are more than a kretprobe has instances
        check_counted(trace.json, made)


@test("the same with all that is looked up elsewhere: --accept, --state and --stack")
def collision_with_options():
    if not HAS_FENTRY:
        raise Skipped("that many at once are more than a kretprobe has instances")
    held = Held(4)
    options = ("--accept", "--state", "--stack", "both", "--buffer-size", 64)
    with Trace("--format", "jsonl", *options) as trace:
        made = held.run(held.colliding())
    check_whole(trace.json, made)
    for socket in trace.json.sockets:
        check(any("state" in span for span in spans(socket["tree"])), f"no state: {socket}")


@test("more threads inside at once than the table takes: what does not fit is counted")
def too_many():
    held = Held(0)
    with Trace("--format", "jsonl") as trace:
        made = held.run(held.tids)
    traced = trace.json
    comment(f"{len(traced.sockets)} of {len(made)} shown, {len(held.slots)} places of their own")
    check_nothing_mixed(traced, made)
    full = traced.end["lost"]["session_table_full"]
    if HAS_FENTRY:
        check(full >= MANY_THREADS - OF_ONE_USER - os.cpu_count(), f"table not full: {traced.end}")
        check_equal(full, traced.lost_creations, "lost otherwise")
    check(full > 0, f"table not full: {traced.end}")
    check_equal(len(traced.sockets) + traced.lost_creations, len(made), "shown and lost")


def check_who_lost(trace, held, others):
    """
    That what is neither shown nor filtered is lost because the table was full, and by whom. Who
    holds others are sockets of another program of the same user.
    """
    traced = trace.json
    full = traced.end["lost"]["session_table_full"]
    check_equal(traced.lost_creations, full, "lost otherwise")
    lost_by = {process["comm"]: process for process in traced.end["lost_by"]}
    check_equal(sum(process["lost"] for process in lost_by.values()), full, f"{lost_by}")
    check({process["uid"] for process in lost_by.values()} == {OTHER_USER}, f"{lost_by}")
    by_held = lost_by["collide"]["lost"]
    check_equal(lost_by["collide"]["pid"], held.process.pid, "who lost most")
    check(by_held >= 1400 - OF_ONE_USER - os.cpu_count(), f"not full: {traced.end}")
    check(f"\n  lost by collide/{held.process.pid} ({by_held})" in trace.account, trace.account)
    shown = [socket for socket in traced.sockets if socket["uid"] == OTHER_USER]
    check_equal(len(shown) + full, 1400 + others, f"of this user ({traced.end})")


@test("a user whose calls fill the table: another's sockets are all shown, and who lost some is named")
def another_user():
    if not HAS_FENTRY:
        raise Skipped("that many at once are more than a kretprobe has instances")
    as_other_user = ["setpriv", f"--reuid={OTHER_USER}"]
    accepts = [*as_other_user, work.program("accept"), "kinds"]
    made = trace_command([*FEW_STAGES, "--accept"], accepts).json.sockets
    # Only who may look into other processes may hold a call with a page that is missing.
    allowed = ["--inh-caps=+sys_ptrace,+sys_resource", "--ambient-caps=+sys_ptrace,+sys_resource"]
    held = Held(0, 1400, [*as_other_user, *allowed])
    number = 1000
    plain = Trace("--format", "jsonl", *FEW_STAGES)
    families = ("-f", "inet", "-f", "unix")
    filtering = Trace(
        "--format", "jsonl", *FEW_STAGES, "--accept", *families, "-u", OTHER_USER, "-c", "accept,collide"
    )
    # One after the other: each makes sockets as it starts.
    Trace.start_all([plain])
    Trace.start_all([filtering])
    held.hold()
    work.run("loop", number)
    check_equal(Run(*accepts).status, 0, "accept")
    held.end()
    Trace.end_all([plain, filtering])
    mine = [socket for socket in plain.json.sockets if socket["comm"] == "loop"]
    check_equal(len(mine), number, f"shown of another user ({plain.json.end})")
    # setpriv makes some, too.
    theirs = [socket for socket in made if socket["comm"] == "accept"]
    check_who_lost(plain, held, len([socket for socket in theirs if socket["via"] == "socket"]))
    # Whether an accept() was a creation is known at its return: it is then filtered, or lost.
    passing = [socket for socket in theirs if socket["family"] in ("AF_INET", "AF_UNIX")]
    check_who_lost(filtering, held, len(passing))
    rejected = number + len(made) - len(passing)
    check_equal(filtering.json.end["filtered"], rejected, f"filtered ({filtering.json.end})")
