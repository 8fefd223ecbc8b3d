# SPDX-License-Identifier: GPL-2.0
"""
Families with errors of their own. One of the last tests: the modules that it has loaded make sockets
in new network namespaces, which other tests do not expect.
"""

import os
import socket

from bpf import libc
from modules import remove_if_loaded
from tap import check, check_equal, comment, test
from test_failures import as_nobody, call_socket, end_watch, in_child, watch, write
from tool import read

AF_ATMPVC, AF_LLC, AF_TIPC, AF_PHONET, AF_ALG = 8, 26, 30, 35, 38
AF_QIPCRTR, AF_XDP, AF_KEY, AF_BLUETOOTH = 42, 44, 15, 31
CLONE_NEWNET = 0x40000000  # see clone(2)
AF_ALG_RESTRICT = "/proc/sys/crypto/af_alg_restrict"  # since 7.3

NO_SUCH_TYPE = "the family has no such type"
NO_SUCH_NUMBER = "there is no protocol of this number"
NO_SUCH_PROTOCOL = "the family has no such protocol for this type"
NO_SUCH_PAIR = "the family has no sockets of this type and protocol"

# What the create functions do in the kernel's sources, from 5.10 on: arguments, error, reason.
OF_FAMILIES = {
    "can_create": (
        ((socket.AF_CAN, socket.SOCK_RAW, 8), "EINVAL", NO_SUCH_NUMBER),
        ((socket.AF_CAN, socket.SOCK_STREAM, 1), "EPROTOTYPE", NO_SUCH_PAIR),
        (
            (socket.AF_CAN, socket.SOCK_DGRAM, 5),
            "EPROTONOSUPPORT",
            f"{NO_SUCH_PROTOCOL}; no module can-proto-5 brought it",
        ),
    ),
    "vsock_create": (
        (
            (socket.AF_VSOCK, socket.SOCK_DGRAM, 0),
            "ENODEV",
            "no transport for AF_VSOCK is loaded that has datagrams: only vmw_vsock_vmci_transport "
            "has them",
        ),
        ((socket.AF_VSOCK, socket.SOCK_RDM, 0), "ESOCKTNOSUPPORT", NO_SUCH_TYPE),
        ((socket.AF_VSOCK, socket.SOCK_STREAM, 7), "EPROTONOSUPPORT", NO_SUCH_PROTOCOL),
    ),
    "netlink_create": (
        ((socket.AF_NETLINK, socket.SOCK_STREAM, 0), "ESOCKTNOSUPPORT", NO_SUCH_TYPE),
        ((socket.AF_NETLINK, socket.SOCK_RAW, 99), "EPROTONOSUPPORT", NO_SUCH_PROTOCOL),
    ),
    "packet_create": (
        ((socket.AF_PACKET, socket.SOCK_STREAM, 0), "ESOCKTNOSUPPORT", NO_SUCH_TYPE),
    ),
    "unix_create": (
        ((socket.AF_UNIX, socket.SOCK_RDM, 0), "ESOCKTNOSUPPORT", NO_SUCH_TYPE),
        ((socket.AF_UNIX, socket.SOCK_STREAM, 9), "EPROTONOSUPPORT", NO_SUCH_PROTOCOL),
    ),
    "xsk_create": (
        ((AF_XDP, socket.SOCK_DGRAM, 0), "ESOCKTNOSUPPORT", NO_SUCH_TYPE),
        ((AF_XDP, socket.SOCK_RAW, 1), "EPROTONOSUPPORT", NO_SUCH_PROTOCOL),
    ),
    "pfkey_create": (
        ((AF_KEY, socket.SOCK_DGRAM, 2), "ESOCKTNOSUPPORT", NO_SUCH_PAIR),
        ((AF_KEY, socket.SOCK_RAW, 1), "EPROTONOSUPPORT", NO_SUCH_PROTOCOL),
    ),
    "alg_create": (
        ((AF_ALG, socket.SOCK_STREAM, 0), "ESOCKTNOSUPPORT", NO_SUCH_TYPE),
        ((AF_ALG, socket.SOCK_SEQPACKET, 1), "EPROTONOSUPPORT", NO_SUCH_PROTOCOL),
    ),
    "tipc_sk_create": (
        ((AF_TIPC, socket.SOCK_RAW, 0), "EPROTOTYPE", NO_SUCH_PAIR),
        ((AF_TIPC, socket.SOCK_STREAM, 1), "EPROTONOSUPPORT", NO_SUCH_PROTOCOL),
    ),
    "qrtr_create": (((AF_QIPCRTR, socket.SOCK_STREAM, 0), "EPROTOTYPE", NO_SUCH_PAIR),),
    "llc_ui_create": (((AF_LLC, socket.SOCK_RAW, 0), "ESOCKTNOSUPPORT", NO_SUCH_TYPE),),
    "pn_socket_create": (((AF_PHONET, socket.SOCK_STREAM, 0), "EPROTONOSUPPORT", NO_SUCH_PROTOCOL),),
    "pvc_create": (((AF_ATMPVC, socket.SOCK_STREAM, 0), "EINVAL", NO_SUCH_TYPE),),
    "bt_sock_create": (
        ((AF_BLUETOOTH, socket.SOCK_RAW, 99), "EINVAL", NO_SUCH_NUMBER),
        ((AF_BLUETOOTH, socket.SOCK_RDM, 0), "ESOCKTNOSUPPORT", NO_SUCH_TYPE),
    ),
}
OF_ALL_KERNELS = {"can_create", "vsock_create", "netlink_create", "packet_create", "unix_create"}
NEED_A_CAPABILITY = (
    ((AF_XDP, socket.SOCK_RAW, 0), "xsk_create", "AF_XDP sockets need CAP_NET_RAW"),
    ((AF_KEY, socket.SOCK_RAW, 2), "pfkey_create", "AF_KEY sockets need CAP_NET_ADMIN"),
    ((AF_LLC, socket.SOCK_DGRAM, 0), "llc_ui_create", "AF_LLC sockets need CAP_NET_RAW"),
    ((AF_PHONET, socket.SOCK_DGRAM, 0), "pn_socket_create", "AF_PHONET sockets need CAP_SYS_ADMIN"),
    ((AF_BLUETOOTH, socket.SOCK_RAW, 0), "bt_sock_create", "raw sockets need CAP_NET_RAW"),
)
ELSEWHERE = (
    ((AF_BLUETOOTH, socket.SOCK_RAW, 1), "bt_sock_create"),
    ((AF_ATMPVC, socket.SOCK_DGRAM, 0), "pvc_create"),
)


def load_families():
    """
    Has the families' modules loaded, which a trace then finds; but not what brings datagrams to
    AF_VSOCK. The functions that are there.
    """
    for failures in OF_FAMILIES.values():
        in_child(call_socket(*failures[0][0]))
    remove_if_loaded("vmw_vsock_vmci_transport")
    with open("/proc/kallsyms", encoding="ascii") as file:
        there = {line.split()[2] for line in file} & set(OF_FAMILIES)
    comment("not in this kernel: " + (", ".join(sorted(set(OF_FAMILIES) - there)) or "none"))
    check(OF_ALL_KERNELS <= there, f"families: {there}")
    return there


def in_new_namespace(*arguments):
    def action():
        check_equal(libc.unshare(CLONE_NEWNET), 0, "unshare")
        libc.socket(*arguments)

    return action


@test("errors of many families: the stage and why, as the kernel's sources have it")
def errors_of_families():
    there = load_families()
    end_watch()
    watched = watch()
    for name in sorted(there):
        for arguments, errno, reason in OF_FAMILIES[name]:
            shown = watched.check(call_socket(*arguments), name, errno, reason)
            if "module" not in reason:
                found = shown["failure"]["reason"].partition("; no module ")[0]
                check_equal(found, reason, f"{arguments}")
    for arguments, name, reason in NEED_A_CAPABILITY:
        if name in there:
            watched.check(as_nobody(*arguments), name, "EPERM", reason)
    reason = "the family has sockets in the initial network namespace only"
    for arguments, name in ELSEWHERE:
        if name in there:
            watched.check(in_new_namespace(*arguments), name, "EAFNOSUPPORT", reason)
    if os.path.exists(AF_ALG_RESTRICT):
        before = read(AF_ALG_RESTRICT)
        write(AF_ALG_RESTRICT, "2")
        action = call_socket(AF_ALG, socket.SOCK_SEQPACKET, 0)
        watched.check(action, "alg_create", "EAFNOSUPPORT", "AF_ALG is switched off")
        write(AF_ALG_RESTRICT, before)
    end_watch()
