# SPDX-License-Identifier: GPL-2.0
"""The section of the table that compares reported durations with the truth."""

import bounds
from table import Section

COLUMNS = [
    ("measure", ""),
    ("truth", "truth"),
    ("median", "reported"),
    ("error_percent", "off"),
    ("bound", "may be off"),
    ("held", "held"),
    ("measured", "measured"),
    ("truth_mean", "truth, mean"),
    ("mean", "reported, mean"),
    ("mean_percent", "off"),
]


def percent(value, truth):
    return round((value - truth) / truth * 100, 2)


def add_stage(section, name, truth, reported, way, measured):
    allowed = bounds.deviation(name, way, truth["median"])
    section.add(
        name,
        truth=truth["median"],
        median=reported["median"],
        error_percent=percent(reported["median"], truth["median"]),
        bound=allowed and round(allowed),
        held=allowed and abs(reported["median"] - truth["median"]) <= allowed,
        measured=measured and measured["median"],
        truth_mean=truth["mean"],
        mean=reported["mean"],
        mean_percent=percent(reported["mean"], truth["mean"]),
    )


def of_tool(kernel, measures):
    """A section for each set of stages and way of observing."""
    for name, report in measures["reports"].items():
        stages, way = name.split(".", 1)
        section = Section(
            f"truth {kernel} {name}",
            f"Durations, instructions: {kernel}, {way}, "
            + ("the seven" if stages == "seven" else "the default set"),
            COLUMNS,
        )
        for stage in bounds.SEVEN + sorted(set(report["corrected"]) - set(bounds.SEVEN)):
            if stage in measures["truth"]:
                measured = report.get("measured", {}).get(stage)
                truth, said = measures["truth"][stage], report["corrected"][stage]
                add_stage(section, stage, truth, said, way, measured)
        yield section


def repeat_error(truths):
    """The largest difference between two runs, of medians and of means, in percent."""
    for figure in ("median", "mean"):
        yield max(
            abs(percent(again[name][figure], measures["truth"][name][figure]))
            for measures in truths.values()
            for again in measures["again"]
            for name in again
        )


def of_peers(kernel, measures, peers):
    columns = [column for column in COLUMNS if column[0] not in ("bound", "held", "measured")]
    section = Section(
        "truth of peers", f"What the peers report of __sys_socket, instructions ({kernel})", columns
    )
    truth = measures["truth"]["__sys_socket"]
    for name, peer in peers.items():
        said = peer.get("reported")
        if said:
            section.add(
                name,
                truth=truth["median"],
                median=said["median"],
                error_percent=percent(said["median"], truth["median"]),
                truth_mean=truth["mean"],
                mean=said["mean"],
                mean_percent=percent(said["mean"], truth["mean"]),
            )
    low, high = peers["funclatency"]["reported_between"]
    section.add("funclatency (a histogram)", truth=truth["median"], median=f"{low:,} to {high:,}")
    return section
