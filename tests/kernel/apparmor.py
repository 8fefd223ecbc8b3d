# SPDX-License-Identifier: GPL-2.0
"""
A profile of AppArmor that allows nothing, made without AppArmor's own compiler: the format is what
security/apparmor/policy_unpack.c and match.c read.
"""

import struct
from functools import lru_cache

LOAD = "/sys/kernel/security/apparmor/.load"
U32, NAME, STRING, BLOB, STRUCT, STRUCT_END = 2, 4, 5, 6, 7, 8  # enum aa_code
OLDEST_VERSION = 5
ENFORCE = 0
CLASS_NET = 14  # AA_CLASS_NET
ACCEPT, BASE, CHECK, DEFAULT, ACCEPT2, NEXT = 1, 2, 3, 4, 7, 8  # tables of a state machine


def padded(data):
    return data + bytes(-len(data) % 8)


def table(number, form, values):
    size = {"H": 2, "I": 4}[form]
    head = struct.pack(">HHII", number, size, 0, len(values))
    return padded(head + struct.pack(f">{len(values)}{form}", *values))


def state_machine():
    """Leads from the start, state 1, by the class of the network to state 2, and from there nowhere."""
    next_states, checks = [0] * 256, [0] * 256
    next_states[CLASS_NET], checks[CLASS_NET] = 2, 1
    head = padded(struct.pack(">IIIH", 0x1B5E783D, 16, 0, 0))
    words = b"".join(table(number, "I", [0] * 3) for number in (ACCEPT, BASE))
    states = table(DEFAULT, "H", [0] * 3) + table(NEXT, "H", next_states)
    return head + words + states + table(CHECK, "H", checks) + table(ACCEPT2, "I", [0] * 3)


def text(code, value):
    return struct.pack("<BH", code, len(value) + 1) + value.encode("ascii") + b"\0"


def word(value):
    return struct.pack("<BI", U32, value)


def struct_of(name, *members):
    return text(NAME, name) + bytes([STRUCT]) + b"".join(members) + bytes([STRUCT_END])


def profile(name):
    machine = state_machine()
    rules = text(NAME, "aadfa") + struct.pack("<BI", BLOB, len(machine)) + machine
    return text(NAME, "version") + word(OLDEST_VERSION) + struct_of(
        "profile",
        text(STRING, name),
        struct_of("flags", word(0), word(ENFORCE), word(0)),
        *[word(0)] * 4,  # capabilities
        struct_of("policydb", rules),
    )


@lru_cache(maxsize=None)
def load_profile():
    """Loads it. Its name, which is as long as it takes for the state machine to be aligned."""
    name = "denies_all"
    while profile(name).index(state_machine()) % 8:
        name += "_"
    with open(LOAD, "wb", buffering=0) as file:
        file.write(profile(name))
    return name


def confine(name):
    """Puts this process under the profile, for good."""
    with open("/proc/self/attr/current", "w", encoding="ascii") as file:
        file.write(f"changeprofile {name}")
