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


class Field:
    """What is promised of one field: which types it may have, and when it is there."""

    def __init__(self, types, when):
        self.types = types
        self.has_type = [TYPES[one] for one in types.split(" or ")]
        self.always = when == "always"
        self.never = {"if true": False, "if false": True}.get(when)  # a value it does not have

    def check(self, value, path):
        check(any(is_it(value) for is_it in self.has_type), f"{path} is no {self.types}: {value!r:.200}")
        check(self.never is None or value is not self.never, f"{path} is {value}")


class Fields:
    """The fields of one event."""

    def __init__(self):
        self.by_path = {}  # {path: Field}
        self.required = defaultdict(set)  # {path of an object: the keys that it always has}

    def add(self, path, types, when):
        self.by_path[path] = Field(types, when)
        if self.by_path[path].always:
            parent, _, key = path.rpartition(".")
            self.required[parent].add(key)


@lru_cache(maxsize=None)
def promised():
    """{event: Fields}"""
    with open(FORMATS, encoding="utf-8") as file:
        jsonl = file.read().split("\n## jsonl\n")[1].split("\n## ")[0]
    events = defaultdict(Fields)
    for section in jsonl.split("\n### ")[1:]:
        rows = re.findall(r"^\| (`.*?) \| (.*?) \| (.*?) \|", section, re.MULTILINE)
        for event in section.split("\n")[0].split(" and "):
            for names, types, when in rows:
                for path in re.findall(r"`([^`]+)`", names):
                    events[event].add(path, types, when)
    return dict(events)


@lru_cache(maxsize=None)
def member_path(path, key):
    """The path of a member, as the tables have it: one for all spans, and for all of --state."""
    path = NUMBERED.sub(r"\1#N", f"{path}.{key}" if path else key)
    return path.replace("tree.children[]", "tree").replace("tree.state_before.", "tree.state.")


@lru_cache(maxsize=None)
def element_path(path):
    return member_path("", f"{path}[]")


def check_object(fields, value, path):
    """That an object at a path has the fields that it must have, and no others."""
    missing = fields.required[path] - value.keys()
    check(not missing, f"{path or 'an event'} has no {missing}: {value!r:.500}")
    for key, member in value.items():
        of_member = member_path(path, key)
        field = fields.by_path.get(of_member)
        check(field, f"{of_member} is not in docs/FORMATS.md: {member!r:.200}")
        field.check(member, of_member)
        check_member(fields, member, of_member)


def check_member(fields, value, path):
    if isinstance(value, dict):
        check_object(fields, value, path)
    elif isinstance(value, list):
        for one in value:
            check_member(fields, one, element_path(path))


def check_fields(lines):
    """That lines of jsonl are as docs/FORMATS.md says."""
    seen = defaultdict(int)
    for line in lines:
        event = line["event"]
        check(event in promised(), f"the event {event} is not in docs/FORMATS.md")
        seen[event] += 1
        if seen[event] <= OF_EACH_EVENT:
            check_object(promised()[event], line, "")
