# SPDX-License-Identifier: GPL-2.0
"""What docs/FORMATS.md promises of the lines of jsonl: which fields they have, of which types."""

import os
import re
from collections import defaultdict
from functools import lru_cache

from tap import check

FORMATS = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "FORMATS.md")
OF_EACH_EVENT = 20  # so many of one kind are looked at in each output: some have 100,000
NUMBERED = re.compile(r"\b(socket|sk)#\d+")
TYPES = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "array of string": lambda value: isinstance(value, list)
    and all(isinstance(one, str) for one in value),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}


@lru_cache(maxsize=None)
def promised():
    """{event: {path: (types, when)}}"""
    with open(FORMATS, encoding="utf-8") as file:
        jsonl = file.read().split("\n## jsonl\n")[1].split("\n## ")[0]
    fields = defaultdict(dict)
    for section in jsonl.split("\n### ")[1:]:
        rows = re.findall(r"^\| (`.*?) \| (.*?) \| (.*?) \|", section, re.MULTILINE)
        for event in section.split("\n")[0].split(" and "):
            for names, types, when in rows:
                for path in re.findall(r"`([^`]+)`", names):
                    fields[event][path] = (types.split(" or "), when)
    return fields


def normalized(path):
    """The path as the tables have it: one for all spans, and for all objects of --state."""
    path = NUMBERED.sub(r"\1#N", path).replace("tree.children[]", "tree")
    return path.replace("tree.state_before.", "tree.state.")


def check_object(fields, value, path):
    """That an object at a path has the fields that it must have, and no others."""
    path = normalized(path)
    prefix = f"{path}." if path else ""
    for key, member in value.items():
        of_member = normalized(prefix + key)
        check(of_member in fields, f"{of_member} is not in docs/FORMATS.md: {member!r:.200}")
        types, when = fields[of_member]
        check(any(TYPES[one](member) for one in types), f"{of_member} is no {types}: {member!r:.200}")
        check((when, member) not in (("if true", False), ("if false", True)), f"{of_member}: {when}")
        check_member(fields, member, of_member)
    for of_member, (_, when) in fields.items():
        parent, _, key = of_member.rpartition(".")
        check(parent != path or when != "always" or key in value, f"no {of_member}: {value!r:.500}")


def check_member(fields, value, path):
    if isinstance(value, dict):
        check_object(fields, value, path)
    elif isinstance(value, list):
        for one in value:
            check_member(fields, one, f"{path}[]")


def check_fields(lines):
    """That lines of jsonl are as docs/FORMATS.md says."""
    seen = defaultdict(int)
    for line in lines:
        event = line["event"]
        check(event in promised(), f"the event {event} is not in docs/FORMATS.md")
        seen[event] += 1
        if seen[event] <= OF_EACH_EVENT:
            check_object(promised()[event], line, "")
