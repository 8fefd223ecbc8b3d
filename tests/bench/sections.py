# SPDX-License-Identifier: GPL-2.0
"""From what was measured to the sections of the table: cost, losses and speed."""

import bounds
from table import Section

COST = [
    ("measure", ""),
    ("median", "median"),
    ("mean", "mean"),
    ("bound", "bound"),
    ("held", "held"),
    ("floor", "floor"),
    ("times_floor", "to floor"),
    ("times_ours", "to ours"),
]
FIGURES = [
    ("measure", ""),
    ("figure", "figure"),
    ("bound", "bound"),
    ("held", "held"),
    ("times_ours", "to ours"),
]
PEERS = [
    "trace-cmd",
    "bpftrace",
    "perf trace",
    "perf record",
    "strace",
    "strace --seccomp-bpf",
    "ksnoop",
    "funclatency",
]


def at_most(value, bound):
    return None if bound is None else value <= bound


def ratio(value, of):
    return round(value / of, 2) if of and of > 0 else None


def floor_of(name):
    """Which empty programs are on the functions that a measure observes."""
    way = next((way for way in ("kprobe.multi", "kprobe") if name.endswith(way)), "fentry")
    stages = name.split(",")[0].split(" with ")[0]
    return f"empty {way}, {stages}"


def add_cost(section, name, cost, bound=None, floor=None):
    median = cost["median"]
    section.add(
        name,
        **cost,
        bound=bound,
        held=at_most(median, bound),
        floor=floor and floor["median"],
        times_floor=floor and ratio(median, floor["median"]),
    )


def shares(kernel, measures, peers=None):
    """Bounds are for 6.1, as are the peers."""
    section = Section(
        f"shares {kernel}",
        f"What socket(AF_INET, SOCK_STREAM, 0) + close() costs more, instructions ({kernel})",
        COST,
    )
    section.add("untraced, the whole", **measures["untraced"])
    for name, cost in measures.items():
        if name == "untraced":
            continue
        floor = None if name.startswith("empty") else measures[floor_of(name)]
        bound = bounds.SHARES.get(name)
        if name.endswith("filtered"):
            bound = round(bounds.FILTERED * floor["median"])
        add_cost(section, name, cost, bound if kernel == "6.1" else None, floor)
    for name in PEERS if peers else ():
        mean = peers[name]["mean"] - peers["untraced"]["mean"]
        section.add(name, mean=mean, times_ours=ratio(mean, measures["the seven"]["mean"]))
    return section


def designs(kernel, measures):
    section = Section(
        "designs",
        f"What finding the session in six functions costs, with nothing else done ({kernel})",
        COST,
    )
    for name, cost in measures.items():
        add_cost(section, name, cost, floor=measures["empty"])
    return section


def bystander_bound(action, stages, floor):
    """None where it is no bystander, or has no bound."""
    if stages == "every stage" or action != "accept":
        return bounds.NOTHING if stages == "default" else round(bounds.EVERY_STAGE * floor)
    return None  # a socket and its file are made, which is observed, or the connection is recorded


def bystanders(kernel, measures):
    section = Section(
        "bystanders", f"What programs pay more that make no socket, instructions ({kernel})", COST
    )
    names = {"open": "open+close", "pipe": "pipe+2 close", "accept": "connect+accept"}
    for action, name in names.items():
        section.add(f"{name}, untraced, the whole", **measures["untraced"][action])
        for stages in ("default", "every stage", "every stage, accept"):
            floor = measures[f"empty, {stages}"][action]
            bound = bystander_bound(action, stages, floor["median"])
            add_cost(section, f"{name}, {stages}", measures[stages][action], bound, floor)
    return section


def own(kernel, measures, peers):
    section = Section(
        "own",
        f"What the tracer uses until all is written, instructions for each socket ({kernel})",
        FIGURES,
    )
    for name, bound in bounds.OWN.items():
        figure = measures[name]["per_socket"]
        section.add(name, figure=figure, bound=bound, held=figure <= bound)
    for name in PEERS:
        used = peers[name]["tracer"]
        section.add(name, figure=used, times_ours=ratio(used, measures["tree"]["per_socket"]))
    report = peers["trace-cmd"]["report"]
    section.add(
        "trace-cmd report, later",
        figure=report,
        times_ours=ratio(report, measures["tree"]["per_socket"]),
    )
    return section


def resources(own_measures, starts):
    section = Section("resources", "Memory and start", FIGURES)
    for name, measure in own_measures.items():
        bound = bounds.PEAK_KIB + measure["ring_buffer_kib"]
        peak = measure["peak_kib"]
        section.add(f"peak memory, {name}, KiB", figure=peak, bound=bound, held=peak <= bound)
    for kernel, start in starts.items():
        milliseconds = start["without calibration"]["median"] * 1000
        bound = bounds.START_MS[kernel]
        held = milliseconds <= bound
        section.add(f"start, {kernel}, ms", figure=milliseconds, bound=bound, held=held)
        section.add(
            f"start with calibration, {kernel}, ms", figure=start["default"]["median"] * 1000
        )
    return section


def losses(measures, peers):
    columns = [
        ("measure", ""),
        ("shown", "shown"),
        ("bound", "made"),
        ("held", "held"),
        ("accounted", "all in account"),
    ]
    section = Section("losses", "Sockets of tight loops that are shown, by default", columns)
    for where, formats in measures.items():
        for name, result in formats.items():
            shown = min(result["shown"], result["made"])
            section.add(
                f"{name}, {where}",
                shown=shown,
                bound=result["made"],
                held=result["lost"] == 0 and shown == result["made"],
                accounted=result["accounted"],
            )
    for name in PEERS:
        if "seen of many" in peers[name]:
            seen, made = peers[name]["seen of many"]
            section.add(name, shown=seen, bound=made, held=seen == made, ours=False)
    seen, made = peers["ksnoop"]["seen"]
    section.add("ksnoop, fewer", shown=seen, bound=made, held=seen == made, ours=False)
    return section


def native(measures):
    columns = [
        ("measure", ""),
        ("sockets_per_second", "sockets/s"),
        ("bytes_per_second", "bytes/s"),
        ("events_per_second", "events/s"),
        ("bound", "bound"),
        ("held", "held"),
    ]
    section = Section("user side", "The user side alone, on one processor of this machine", columns)
    for name, result in (measures["ours"] or {}).items():
        unit, bound = bounds.USER_SIDE.get(name, (None, None))
        section.add(
            name,
            sockets_per_second=result["sockets_per_second"],
            bytes_per_second=result.get("bytes_per_second"),
            bound=bound,
            held=result[unit] >= bound if unit else None,
        )
    for name in ("trace-cmd report", "perf script"):
        section.add(name, **measures[name])
    return section
