# SPDX-License-Identifier: GPL-2.0
"""
The shape of a tree: its functions without their times, as a pair of a function's name and the list
of the shapes of what it calls.
"""

from functools import lru_cache

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


@lru_cache(maxsize=None)
def kernel_functions():
    """The names of all functions of this kernel."""
    with open("/proc/kallsyms", encoding="ascii") as file:
        return {line.split()[2] for line in file}


def in_kernel(tree):
    """A shape with what this kernel does not have as a function left out."""
    missing = set(names(tree)) - kernel_functions() - {"sock_map_fd"}
    return without(tree, *missing)


def tcp_socket(full=False):
    """socket(AF_INET, SOCK_STREAM, 0); with full all stages, else those of the default."""
    if full:
        return in_kernel(FULL_TCP_SOCKET)
    inet_create = [leaf("sk_alloc"), leaf("sock_init_data"), leaf("tcp_v4_init_sock")]
    sock_create = [
        leaf("security_socket_create"),
        leaf("sock_alloc"),
        ("inet_create", inet_create),
    ]
    map_fd = ("sock_map_fd", [leaf("sock_alloc_file")])
    return ("__sys_socket", [("__sock_create", sock_create), map_fd])


FULL_INODE = [leaf("sock_alloc_inode"), leaf("inode_init_always"), leaf("inode_init_always_gfp")]
FULL_SOCK_ALLOC = ("sock_alloc", [("new_inode_pseudo", [("alloc_inode", FULL_INODE)])])
FULL_INET_CREATE = [
    ("sk_alloc", [("sk_prot_alloc", [leaf("security_sk_alloc")])]),
    ("sock_init_data", [leaf("sock_init_data_uid")]),
    ("tcp_v4_init_sock", [("tcp_init_sock", [leaf("tcp_init_xmit_timers")])]),
]

# The hooks of security modules, by the module.
HOOKS = {
    "selinux": ["selinux_socket_create", "selinux_socket_post_create"],
    "apparmor": ["apparmor_socket_create"],
    "smack": ["smack_socket_post_create"],
    "bpf": ["bpf_lsm_socket_create", "bpf_lsm_socket_post_create"],
}


@lru_cache(maxsize=None)
def active_modules():
    """The security modules, in the order in which they are asked."""
    with open("/sys/kernel/security/lsm", encoding="ascii") as file:
        return file.read().split(",")


def active_hooks(text):
    """The hooks of active modules that have this in their names, in the modules' order."""
    hooks = [hook for module in active_modules() for hook in HOOKS.get(module, [])]
    return [leaf(hook) for hook in hooks if text in hook]


def inactive_hooks():
    """The hooks of other modules, which are not observed."""
    return {hook for module in set(HOOKS) - set(active_modules()) for hook in HOOKS[module]}


FULL_SOCK_CREATE = [
    ("security_socket_create", active_hooks("_socket_create")),
    FULL_SOCK_ALLOC,
    ("inet_create", FULL_INET_CREATE),
    ("security_socket_post_create", active_hooks("_socket_post_create")),
]
FULL_MAP_FD = [
    leaf("get_unused_fd_flags"),
    ("sock_alloc_file", [leaf("alloc_file_pseudo")]),
    leaf("fd_install"),
]
FULL_TCP_SOCKET = (
    "__sys_socket",
    [
        leaf("update_socket_protocol"),
        ("__sock_create", FULL_SOCK_CREATE),
        ("sock_map_fd", FULL_MAP_FD),
    ],
)
