# SPDX-License-Identifier: GPL-2.0
"""
The filters: many runs of the tool at a time, each with a filter of its own, look at the same
creations, of which it is known in which order they were made.
"""

import os
import pwd
import shutil
import socket
import sys
from functools import lru_cache

import work
from tap import check, check_equal, test
from tool import FEW_STAGES, Trace, temporary, trace_command

OTHER_UID = pwd.getpwnam("nobody").pw_uid
CGROUP = "/sys/fs/cgroup/sockcreate-trace-test"
REQUESTS = (
    ("socket", 2, 1, 0),
    ("socket", 2, 2, 17),
    ("socket", 10, 0o2000001, 6),
    ("socket", 1, 1, 0),
    ("socketpair", 1, 2, 0),
    ("socket", 16, 3, 0),
    ("socket", 9999, 1, 0),
    ("thread", 2, 1, 0),
)
NEW_NAME = "new,name"
FLIPPED = 3000
FLIP = f"""
import os, socket, threading
tid = threading.get_native_id()
ended = threading.Event()
def flip():
    while not ended.is_set():
        for name in ("flipped", "flopped"):
            with open(f"/proc/self/task/{{tid}}/comm", "w") as comm:
                comm.write(name)
thread = threading.Thread(target=flip)
thread.start()
for _ in range({FLIPPED}):
    socket.socket().close()
ended.set()
thread.join()
"""


def join_cgroup():
    with open(f"{CGROUP}/below/cgroup.procs", "w", encoding="ascii") as file:
        file.write(str(os.getpid()))


class Creations:
    """Two processes, this one's like and another that differs, and what they made, in order."""

    def __init__(self):
        os.makedirs(f"{CGROUP}/below", exist_ok=True)
        self.like = work.OnRequest()
        differ = ["unshare", "--net", "setpriv", f"--reuid={OTHER_UID}", "--clear-groups"]
        # The copy has the same name, so that the kernel gives the process the same one.
        self.exe = temporary("on_request")
        shutil.copy(work.program("on_request"), self.exe)
        self.other = work.OnRequest(differ, self.exe, preexec_fn=join_cgroup)
        self.netns = f"/proc/{self.other.pid}/ns/net"
        self.netns_inode = os.stat(self.netns).st_ino
        self.made = []

    def make(self):
        for process in (self.like, self.other):
            for request in REQUESTS:
                self._take(process, process(*request), "on_request")
            process("comm", NEW_NAME)
            self._take(process, process("socket", 2, 1, 0), NEW_NAME)
            # The second thread keeps its name, and its process has the other one.
            self._take(process, process("thread", 2, 1, 0), "on_request", NEW_NAME)
            process("comm", "on_request")

    def _take(self, process, creation, comm, of_process=None):
        creation["comm"] = comm
        creation["comms"] = {comm, of_process or comm}
        creation["other"] = process is self.other
        self.made.append(creation)

    def end(self):
        self.like.end()
        self.other.end()


def family(*families):
    return lambda creation: creation["family"] in families


def type_(*types):
    return lambda creation: creation["type"] & 0xF in types


def by_task(creations):
    """Filters by who makes a socket, each with what it must let through."""
    like, other = creations.like, creations.other
    return {
        "--uid NAME": (["-u", "nobody"], lambda c: c["other"]),
        "--uid NUMBER": (["--uid", "0"], lambda c: not c["other"]),
        "--pid": (["-p", like.pid], lambda c: c["pid"] == like.pid),
        "--pid with a list": (["--pid", f"{like.pid},{other.pid}"], lambda c: True),
        "--ppid": (["--ppid", os.getpid()], lambda c: True),
        "--ppid of others": (["--ppid", f"{like.pid},{other.pid}"], lambda c: False),
        "--tid": (["-t", other.second_tid], lambda c: c["tid"] == other.second_tid),
        "--comm": (["-c", "on_request"], lambda c: c["comm"] == "on_request"),
        "--comm with a comma": (["-c", "new\\,name"], lambda c: NEW_NAME in c["comms"]),
        "--comm of nobody": (["-c", "on_reques,on_request2"], lambda c: False),
        "--exe NAME": (["-e", "on_request"], lambda c: True),
        "--exe of nobody": (["-e", "on_reques,on_request2"], lambda c: False),
        "--exe PATH": (["--exe", creations.exe], lambda c: c["other"]),
        "--cgroup": (["--cgroup", CGROUP], lambda c: c["other"]),
        "--netns PATH": (["--netns", creations.netns], lambda c: c["other"]),
        "--netns INODE": (["--netns", creations.netns_inode], lambda c: c["other"]),
        "several filters": (
            ["-p", other.pid, "-f", "inet", "--type", "stream", "-c", "on_request"],
            lambda c: c["other"] and c["comm"] == "on_request" and c["family"] == 2
            and c["type"] == 1,
        ),
    }  # fmt: skip


def by_kind(_):
    """Filters by what is made."""
    return {
        "--family": (["-f", "inet"], family(2)),
        "--family repeated, in any case": (["-f", "AF_INET6,Unix", "-f", "16"], family(1, 10, 16)),
        "--family NUMBER": (["-f", "9999"], family(9999)),
        "--type": (["--type", "dgram,SOCK_RAW"], type_(2, 3)),
        "--protocol": (["--protocol", "tcp"], lambda c: c["protocol"] == 6),
        "--protocol NUMBER": (["--protocol", "17"], lambda c: c["protocol"] == 17),
        "--failed": (["-x"], lambda c: c["ret"] < 0),
        "--failed with --family": (["-x", "-f", "inet"], lambda c: False),
        "--min-us above all": (["-m", "100000000"], lambda c: False),
        "--min-us below all": (["--min-us", "0.001"], lambda c: True),
        "--min-us between": (["-m", "600"], None),
    }


@lru_cache(maxsize=None)
def traced(filters):
    """For each filter its trace and the creations it must show, and all that were made."""
    creations = Creations()
    table = filters(creations)
    # The filters are in the ways in: more functions would only make so many tools slow to attach.
    traces = {
        name: Trace("--format", "jsonl", *FEW_STAGES, *options) for name, (options, _) in table.items()
    }
    # The first looks up a user's name, and for that perhaps for a name server, by a socket.
    Trace.start_all(list(traces.values())[:1])
    Trace.start_all(list(traces.values())[1:])
    creations.make()
    Trace.end_all(traces.values())
    expected = {}
    for name, (_, accepts) in table.items():
        expected[name] = list(filter(accepts, creations.made)) if accepts else None
    creations.end()
    return {name: trace.json for name, trace in traces.items()}, expected, creations.made


def check_filter(filters, name):
    traces, expected, made = traced(filters)
    json = traces[name]
    json.check_nothing_lost()
    if expected[name] is not None:
        work.check_same_in_order(json.sockets, expected[name])
    json.check_filtered(len(made) - len(json.sockets), len(traces))
    return json.sockets


def declare(filters, name):
    @test(f"filter {name}")
    def by_name():
        check_filter(filters, name)


class Names:
    """Stands for creations where only the names of the filters are wanted."""

    pid = second_tid = 0
    netns = netns_inode = exe = ""
    like = other = property(lambda self: self)


for each in (by_task, by_kind):
    for each_name in each(Names()):
        if each_name != "--min-us between":
            declare(each, each_name)


@test("filter --min-us between: only what took that long, some of it not")
def min_us_between():
    shown = check_filter(by_kind, "--min-us between")
    check(all(socket["duration_ns"] >= 600000 for socket in shown), "a shorter one is shown")


@test("a filter's facts are shown as well: uid, comm, cgroup, network namespace")
def facts():
    json = traced(by_task)[0]
    other = json["--cgroup"].sockets
    renamed = json["--comm with a comma"].sockets
    check_equal({socket["uid"] for socket in other}, {OTHER_UID}, "uid")
    check_equal({socket["comm"] for socket in renamed}, {NEW_NAME, "on_request"}, "comm")
    check_equal({socket["process_comm"] for socket in renamed}, {NEW_NAME}, "process_comm")
    cgroup = os.stat(f"{CGROUP}/below").st_ino
    check_equal({socket["cgroup_id"] for socket in other}, {cgroup}, "cgroup_id")
    like = json["--pid"].sockets
    netns = os.stat("/proc/self/ns/net").st_ino
    check_equal({socket["netns"] for socket in like}, {netns}, "netns")
    check(like[0]["netns"] != other[0]["netns"], "the other's netns")


@test("a thread renamed while it makes sockets: each is shown or filtered, none both or neither")
def renamed():
    run = trace_command([*FEW_STAGES, "-c", "flipped"], [sys.executable, "-c", FLIP])
    check_equal(run.status, 0, run.errors)
    end = run.json.end
    check_equal(set(end["lost"].values()), {0}, f"lost: {end['lost']}")
    check_equal(end["sockets"] + end["filtered"], FLIPPED, "shown or filtered")
    check(end["sockets"] > 0 and end["filtered"] > 0, f"both: {end}")


@test("--pid: the trace ends with the last of its processes, and says so")
def ends_with_processes():
    with work.OnRequest() as first, work.OnRequest() as second:
        pids = f"{first.pid},{second.pid}"
        with Trace(*FEW_STAGES, "--format", "jsonl", "--pid", pids) as trace:
            first("socket", 1, 1, 0)
            first.end()
            second("socket", 2, 1, 0)
            second.end()
            trace.wait()
    check_equal([socket["pid"] for socket in trace.json.sockets], [first.pid, second.pid], "shown")
    message = "sockcreate-trace: --pid: all processes have ended, and so does the trace\n"
    check(trace.account.startswith(message), trace.account)


def fork_with_pid(pid, function):
    """Runs a function in a process with this number, which nothing has now. Its exit status."""
    for _ in range(1000):
        with open("/proc/sys/kernel/ns_last_pid", "w", encoding="ascii") as file:
            file.write(str(pid - 1))
        child = os.fork()
        if not child:
            if os.getpid() == pid:
                function()
                os._exit(7)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7:
            return
    check(False, f"no process got the number {pid}")


def check_number_used_again(*prefix):
    with work.OnRequest() as first, work.OnRequest() as other:
        pids = ["-p", first.pid, "-p", other.pid]
        with Trace(*FEW_STAGES, "--format", "jsonl", *pids, prefix=prefix) as trace:
            first("socket", 1, 1, 0)
            first.end()
            fork_with_pid(first.pid, lambda: socket.socket().close())
            other("socket", 2, 1, 0)
            other.end()
            trace.wait()
    shown = [(made["pid"], made["family"]) for made in trace.json.sockets]
    check_equal(shown, [(first.pid, "AF_UNIX"), (other.pid, "AF_INET")], "shown")
    check(trace.json.end["filtered"] >= 1, f"{trace.json.end}")


@test("--pid: a later process with the same number is not shown")
def number_used_again():
    check_number_used_again()


@test("--pid in a time namespace, where start times are others: the same")
def number_used_again_in_time_namespace():
    check_number_used_again("unshare", "--time", "--fork", "--boottime", "864000")
