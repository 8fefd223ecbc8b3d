# SPDX-License-Identifier: GPL-2.0
"""
The shape of a tree: its functions without their times, as a pair of a function's name and the list
of the shapes of what it calls.
"""

from tap import check


def shape(span):
    """The shape of a tree in JSON."""
    return (span["name"], [shape(child) for child in span["children"]])


def without(tree, *names):
    """A shape with these functions left out, what they call moved up in their place."""

    def children_of(calls):
        result = []
        for name, children in calls:
            children = children_of(children)
            result += children if name in names else [(name, children)]
        return result

    return (tree[0], children_of(tree[1]))


def draw(tree, depth=0):
    """A shape as text for people, a line a function."""
    return "  " * depth + tree[0] + "\n" + "".join(draw(child, depth + 1) for child in tree[1])


def check_shape(found, expected, what):
    if found != expected:
        text = f"expected:\n{draw(expected)}found:\n{draw(found)}"
        check(False, f"{what}:\n{text}")


def names(tree):
    """The functions of a shape in the order in which they are called."""
    yield tree[0]
    for child in tree[1]:
        yield from names(child)


def check_part(found, expected, what):
    """That a shape has nothing that is not, in this order, in the other one as well."""
    remaining = names(expected)
    if not all(name in remaining for name in names(found)):
        text = f"expected no more than:\n{draw(expected)}found:\n{draw(found)}"
        check(False, f"{what}:\n{text}")


def spans(span):
    """All spans of a tree in JSON, callers before what they call."""
    yield span
    for child in span["children"]:
        yield from spans(child)


def leaf(name):
    return (name, [])


def tcp_socket(full=False):
    """socket(AF_INET, SOCK_STREAM, 0); with full all stages, else those of the default."""
    made = leaf("sock_alloc_file")
    map_fd = [leaf("get_unused_fd_flags"), made, leaf("fd_install")] if full else [made]
    inet_create = [leaf("sk_alloc"), leaf("sock_init_data"), leaf("tcp_v4_init_sock")]
    sock_create = [
        leaf("security_socket_create"),
        leaf("sock_alloc"),
        ("inet_create", inet_create),
    ]
    return ("__sys_socket", [("__sock_create", sock_create), ("sock_map_fd", map_fd)])
