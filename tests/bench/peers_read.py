# SPDX-License-Identifier: GPL-2.0
"""On the host: reading what the peers have recorded and reported in the guest."""

import os
import subprocess

import guests
import reported
import statistic
from part_peers import MANY, count_lines


def write_text(command, path):
    with open(path, "wb") as file:
        subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, check=True)
    return path


def measure(kernel):
    """What the guest has measured, and the durations that the peers report of __sys_socket."""
    measures = guests.measure(kernel, "peers")
    folder = guests.folder_of(kernel, "peers")

    def path(name):
        return os.path.join(folder, name)

    report = ["trace-cmd", "report", "-i"]
    text = write_text([*report, path("peer.trace-cmd")], path("trace-cmd.txt"))
    perf_script = ["perf", "script", "--ns", "-i", path("peer.perf-record")]
    script = write_text(perf_script, path("perf.txt"))
    durations = {
        "trace-cmd": reported.of_trace_cmd(text, measures["trace-cmd"]["pid"]),
        "bpftrace": reported.of_bpftrace(path("peer.bpftrace"), measures["bpftrace"]["pid"]),
        "perf record": reported.of_perf_script(script, measures["perf record"]["pid"]),
        "perf trace": reported.of_perf_trace(
            path("peer.perf-trace"), measures["perf trace"]["pid"]
        ),
        "strace --seccomp-bpf": reported.of_strace(
            path("peer.strace-T"), measures["strace --seccomp-bpf"]["pid"]
        ),
    }
    for name, times in durations.items():
        if not times:
            raise guests.Failed(f"{name}: no durations found in what it has written")
        measures[name]["reported"] = statistic.summary(times)
    measures["funclatency"]["reported_between"] = reported.of_funclatency(path("peer.funclatency"))
    many = write_text([*report, path("many.trace-cmd")], path("many.txt"))
    measures["trace-cmd"]["seen of many"] = [count_lines(many, "__sys_socket() {"), MANY]
    return measures
