# SPDX-License-Identifier: GPL-2.0
"""The table: rows of figures in sections, as text and as JSON."""

import json


class Section:
    """Rows with the same columns. A row is a dictionary by column; what it lacks stays empty."""

    def __init__(self, name, title, columns):
        """The name is for JSON, columns are (key, heading)."""
        self.name = name
        self.title = title
        self.columns = columns
        self.rows = []

    def add(self, measure, **figures):
        """A figure that there is none of may be None."""
        row = {"section": self.name, "measure": measure}
        row.update((key, value) for key, value in figures.items() if value is not None)
        self.rows.append(row)

    def text(self):
        lines = [[heading for _, heading in self.columns]]
        lines += [[cell(row.get(key), key) for key, _ in self.columns] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*lines)]
        return "\n".join([self.title, *(_aligned(line, widths) for line in lines), ""])


def is_judged(row):
    """Whether it is a measure of the tool's that has a bound."""
    return row.get("ours", True) and "held" in row


def _aligned(cells, widths):
    first = cells[0].ljust(widths[0])
    rest = (text.rjust(width) for text, width in zip(cells[1:], widths[1:]))
    return "  " + "  ".join([first, *rest]).rstrip()


def cell(value, key):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if key.startswith("times"):
        return f"{value:.2f}x"
    if key.endswith("percent"):
        return f"{value:+.1f}%"
    if isinstance(value, float) and abs(value) < 10000 and value != round(value):
        return f"{value:,.1f}"
    return value if isinstance(value, str) else f"{round(value):,}"


def write_text(sections, path):
    text = "\n".join(section.text() for section in sections)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return text


def write_json(sections, results, path):
    """The rows, and behind them everything that was measured."""
    rows = [row for section in sections for row in section.rows]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"rows": rows, "results": results}, file, indent=1)
        file.write("\n")
