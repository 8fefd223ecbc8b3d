# SPDX-License-Identifier: GPL-2.0
"""Creations that do not end: --stuck, SIGUSR1, and those that the trace ends before."""

import json
import os
import signal
import socket
import threading

import work
from modprobe import NO_MODULE, SlowModprobe
from tap import check, check_equal, test
from tool import FEW_STAGES, PATIENCE, Trace, read, wait_until

USER = 1000
MODULE = f"net-pf-{NO_MODULE}"
STUCK = ("--format", "jsonl", "--stuck", "0.2")


class WaitingInAccept:
    """A thread that waits in accept() for a connection, as a context."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.listener.accept)
        self.thread.start()
        return self

    def __exit__(self, *_):
        socket.create_connection(self.listener.getsockname()).close()
        self.thread.join(PATIENCE)
        self.listener.close()


def check_event(event, kind, process):
    """That an event is of the second thread of a process that hangs in socket()."""
    check_equal(event["event"], kind, "event")
    who = [event[key] for key in ("pid", "tid", "ppid", "uid", "comm", "exe")]
    program = os.path.realpath(work.program("on_request"))
    expected = [process.pid, process.second_tid, os.getpid(), USER, "on_request", program]
    check_equal(who, expected, "who")
    what = (event["via"], event["args"], event["stage"], event["module"])
    arguments = {"family": NO_MODULE, "type": 1, "protocol": 0}
    check_equal(what, ("socket", arguments, "__sock_create", MODULE), "what")
    check("certain" not in event, event)


def sentence(process):
    """How standard error names it, up to how long it takes."""
    task = f"on_request/{process.pid}:{process.second_tid}"
    return f"sockcreate-trace: {task}: socket(AF_LLC, SOCK_STREAM, 0) has not returned for "


def check_sentences(trace, process, number):
    """That standard error has named it so often, and nothing else has been said before the end."""
    lines = read(trace.errors).splitlines()
    lines = [line for line in lines if line.startswith("sockcreate-trace: ")]
    check_equal(len(lines), number, f"messages {lines}")
    ending = f" s: it is in __sock_create, which has asked for the module {MODULE}"
    for line in lines:
        check(line.startswith(sentence(process)), line)
        check(line.endswith(ending) or line.endswith(ending.replace(" s:", " ms:")), line)


def marks(trace):
    """The events of a timeline that are moments."""
    return [event for event in json.loads(read(trace.timeline))["traceEvents"] if event["ph"] == "i"]


def hang(process, traces):
    """Has the second thread of a process hang, until these traces have one more event of that."""
    before = [len(trace.shown("stuck")) for trace in traces]
    process.tell("thread", NO_MODULE, 1, 0)
    for trace, number in zip(traces, before):
        wait_until(lambda trace=trace, number=number: len(trace.shown("stuck")) > number, "stuck")


@test("a creation that hangs is reported once, listed on SIGUSR1, and named if the trace ends first")
def stuck():
    """
    Its module loader does not return. Four traces see it: one to its end, a quiet one, one that
    ends while it hangs, and one whose filter does not let it through.
    """
    timeline = Trace().output
    trace = Trace(*FEW_STAGES, *STUCK, "--accept", "--timeline", timeline)
    trace.timeline = timeline
    quiet = Trace(*FEW_STAGES, *STUCK, "-q")
    shorter = Trace(*FEW_STAGES, "--format", "jsonl", "--stuck", 0)
    others = Trace(*FEW_STAGES, *STUCK, "-f", "inet")
    with WaitingInAccept(), work.OnRequest(user=USER) as process:
        Trace.start_all((trace, quiet, shorter, others))
        with SlowModprobe() as modprobe:
            hang(process, (trace, quiet))
            for listing in (quiet, others):
                listing.send(signal.SIGUSR1)
            wait_until(lambda: sentence(process) in read(quiet.errors), "not listed")
            none = "sockcreate-trace: no creation is under way\n"
            wait_until(lambda: read(others.errors) == none, "a list without any")
            modprobe.release()
            made = process.answer()
            wait_until(lambda: trace.shown_sockets, "it has not ended")
        Trace.end_all((quiet, others))
        with SlowModprobe() as modprobe:
            hang(process, (trace,))
            check_equal(shorter.end(), 0, "exit status")
            # From here on fexit is not called for it any more.
            modprobe.release()
            process.answer()
        check_equal(trace.end(), 0, "exit status")
    check_equal([line["event"] for line in trace.json.in_flight], ["stuck"] * 2, "events")
    check_event(trace.json.in_flight[0], "stuck", process)
    event, ended = trace.json.in_flight[0], trace.json.sockets[0]
    check_equal(work.facts_shown(ended), work.facts_made(made), "ended")
    check_equal(event["ts_ns"], ended["ts_ns"], "start")
    check_equal(event["time"], ended["time"], "start")
    check(2 * 10**8 <= event["age_ns"] <= ended["measured_ns"], f"age {event['age_ns']}")
    known = len(trace.json.sockets) + trace.json.lost_creations, trace.json.end["in_flight"]
    check_equal(known, (2, 0), "ended or lost, and in flight")
    check_equal([mark["name"] for mark in marks(trace)], ["stuck"] * 2, "marks")
    check_equal(marks(trace)[0]["args"]["module"], MODULE, "module")
    check_sentences(trace, process, 2)
    check_equal([line["event"] for line in quiet.json.in_flight], ["stuck"], "with -q")
    check_sentences(quiet, process, 1)
    check_equal([line["event"] for line in shorter.json.in_flight], ["in_flight"], "events")
    check_event(shorter.json.in_flight[0], "in_flight", process)
    check_equal(shorter.json.end["in_flight"], 1, "in flight at the end")
    check_sentences(shorter, process, 1)
    check("1 more still being created when the trace ended" in shorter.account, shorter.account)
    check_equal(others.json.in_flight, [], "of a filter that rejects it")
