# SPDX-License-Identifier: GPL-2.0
"""Sockets of every kind, compared one for one with what the program that makes them says."""

import contextlib
import datetime
import time
import os
from functools import lru_cache
from socket import htons

import work
from bpf import MODIFY_RETURN, attach, function_id, load_returning
from settings import setting
from shapes import check_shape, kernel_functions, leaf, shape, spans, tcp_socket
from tap import Skipped, check, check_equal, test
from tool import Run, Trace, read, temporary, trace_command

KEYS = {
    "event", "seq", "time", "ts_ns", "ts_ns_str", "pid", "tid", "uid", "comm", "cgroup_id",
    "cgroup_id_str", "netns", "via", "family", "type", "protocol", "flags", "args", "ret", "errno",
    "inode", "cookie", "cookie_str", "sockets", "duration_ns", "tree",
}  # fmt: skip
SPAN_KEYS = {"name", "start_ns", "duration_ns", "self_ns", "ret", "attach", "children"}
HEADER_KEYS = {"event", "version", "tool", "kernel", "arch", "stages"}
END_KEYS = {"event", "sockets", "failed", "filtered", "lost"}


@lru_cache(maxsize=None)
def traced(way):
    """The traced creations of every kind, and the same as the program saw them."""
    work.set_ping_groups(0, 0)
    work.run("kinds")  # loads the modules that are needed: test_families.py has that
    run = trace_command(["--attach", way], [work.program("kinds")])
    check_equal(run.status, 0, run.errors)
    return run.json, work.parse(run.output)


def find(json, via, family, type_, protocol, errno=None):
    """The first creation with these arguments and this result."""
    arguments = {"family": family, "type": type_, "protocol": protocol}
    for socket in json.sockets:
        if (socket["via"], socket["args"], socket["errno"]) == (via, arguments, errno):
            return socket
    check(False, f"no {via} {arguments} {errno}")


def check_all(way):
    json, made = traced(way)
    work.check_same_in_order(json.sockets, made)
    json.check_nothing_lost()
    failed = sum(creation["ret"] < 0 for creation in made)
    check_equal(json.end["failed"], failed, "failed")
    check_equal(json.end["filtered"], 0, "filtered")


@test("every kind, successful or not: ids, arguments, results, descriptors and inodes")
def by_default():
    check_all("auto")


@test("every kind with kprobes")
def by_kprobe():
    check_all("kprobe")


@test("every kind has the same tree with fentry and with kprobes")
def same_trees():
    for one, other in zip(traced("auto")[0].sockets, traced("kprobe")[0].sockets):
        what = f"{one['via']} {one['args']} {one['errno']}"
        check_shape(shape(other["tree"]), shape(one["tree"]), what)


@test("trees of IPv6, ping, unix, failures and socketpair")
def trees():
    json, _ = traced("auto")
    begin = [leaf("security_socket_create"), leaf("sock_alloc")]
    data = [leaf("sk_alloc"), leaf("sock_init_data")]
    unix = ("__sock_create", [*begin, ("unix_create", data)])
    inet6 = ("__sock_create", [*begin, ("inet6_create", [*data, leaf("tcp_v6_init_sock")])])
    udp = ("__sock_create", [*begin, ("inet_create", [*data, leaf("udp_init_sock")])])
    udp6 = ("__sock_create", [*begin, ("inet6_create", [*data, leaf("udpv6_init_sock")])])
    unknown = ("inet_create", [leaf("__request_module")] * 2)
    packet = ("__sock_create", [*begin, ("packet_create", data)])
    inet = ("__sock_create", [*begin, ("inet_create", data)])
    map_fd = ("sock_map_fd", [leaf("sock_alloc_file")])
    files = [leaf("sock_alloc_file")] * 2
    for arguments, expected in (
        (("socket", 10, 1, 0), ("__sys_socket", [inet6, map_fd])),
        (("socket", 2, 2, 0), ("__sys_socket", [udp, map_fd])),
        (("socket", 10, 0x80002, 0), ("__sys_socket", [udp6, map_fd])),
        (("socket", 2, 2, 1), ("__sys_socket", [inet, map_fd])),
        (("socket", 1, 1, 0), ("__sys_socket", [unix, map_fd])),
        (("socket", 17, 2, 0x9000), ("__sys_socket", [packet, map_fd])),
        (("socketpair", 1, 1, 0), ("__sys_socketpair", [unix, unix, *files])),
        (("socketpair", 1, 1, 0, "EMFILE"), leaf("__sys_socketpair")),
        (("socketpair", 1, 1, 0, "EFAULT"), leaf("__sys_socketpair")),
        (("socket", 9999, 1, 0, "EAFNOSUPPORT"), ("__sys_socket", [leaf("__sock_create")])),
        (("socket", 2, 0x101, 0, "EINVAL"), leaf("__sys_socket")),
        (
            ("socket", 2, 1, 99, "EPROTONOSUPPORT"),
            ("__sys_socket", [("__sock_create", [*begin, unknown])]),
        ),
        (
            ("socket", 2, 1, 0, "EMFILE"),
            ("__sys_socket", [tcp_socket()[1][0], leaf("sock_map_fd")]),
        ),
    ):
        check_shape(shape(find(json, *arguments)["tree"]), expected, arguments)


@test("where a creation failed, the failing functions have its error")
def failing_functions():
    json, _ = traced("auto")
    failing = find(json, "socket", 2, 1, 99, "EPROTONOSUPPORT")["tree"]
    for name in ("__sys_socket", "__sock_create", "inet_create"):
        span = next(span for span in spans(failing) if span["name"] == name)
        check_equal((span["ret"], span.get("errno")), (-93, "EPROTONOSUPPORT"), name)
    no_descriptor = find(json, "socket", 2, 1, 0, "EMFILE")["tree"]
    results = {span["name"]: span["ret"] for span in spans(no_descriptor)}
    check_equal(results["__sock_create"], 0, "__sock_create")
    check_equal(results["sock_map_fd"], -24, "sock_map_fd")


@test("a socket's family, type and protocol, as asked for and as made")
def as_made():
    json, _ = traced("auto")
    asked = ("family", "type", "protocol", "flags")
    tcp = find(json, "socket", 2, 1, 0)
    check_equal([tcp[key] for key in asked], ["AF_INET", "SOCK_STREAM", "IPPROTO_IP", []], "asked")
    made = [tcp["sockets"][0][key] for key in asked[:3]]
    check_equal(made, ["AF_INET", "SOCK_STREAM", "IPPROTO_TCP"], "made")
    flags = find(json, "socket", 2, 2 | 0o2004000, 17)
    check_equal(flags["type"], "SOCK_DGRAM", "type")
    check_equal(set(flags["flags"]), {"SOCK_CLOEXEC", "SOCK_NONBLOCK"}, "flags")


def check_made(options, arguments, made, functions):
    """What a socket is that was asked for with these arguments."""
    script = f"import socket; socket.socket({arguments})"
    stages = ["--stages", "core,update_socket_protocol,mptcp_init_sock"]
    run = trace_command([*stages, *options], ["python3", "-c", script])
    found = run.json.sockets[0]
    check_equal([found["sockets"][0][key] for key in ("family", "type", "protocol")], made, "made")
    names = {span["name"] for span in spans(found["tree"])}
    check(functions <= names, f"functions: {names}")
    return found


@test("SOCK_PACKET of AF_INET becomes a packet socket")
def sock_packet():
    made = ["AF_PACKET", "SOCK_PACKET", "0"]
    check_made([], "socket.AF_INET, 10, 0", made, {"packet_create"})


# Makes packet sockets, and says with which protocol the kernel has each of them.
MAKE_PACKET_SOCKETS = """
import os, socket, sys
for arguments in sys.argv[1:]:
    with socket.socket(*map(int, arguments.split(","))) as made:
        inode = str(os.fstat(made.fileno()).st_ino)
        rows = [line.split() for line in open("/proc/net/packet")]
        print(*[int(row[3], 16) for row in rows if row[8] == inode])
"""


def packet_protocols():
    """(arguments of socket(), the protocol in host byte order, its name)"""
    ip, everything = htons(0x0800), htons(3)
    return (
        ((17, 3, everything), 3, "ETH_P_ALL"),
        ((17, 2, ip), 0x0800, "ETH_P_IP"),
        ((17, 3, 0), 0, "0"),
        ((17, 3, 65535), 65535, "65535"),
        ((17, 3, 0x10000 | everything), 3, "ETH_P_ALL"),
        ((2, 10, everything), 3, "ETH_P_ALL"),
    )


def rows_of(text):
    """The rows of the format line, by their columns."""
    heading, *rows = [row.split() for row in text.splitlines()]
    return [dict(zip(heading, row)) for row in rows]


@test("a packet socket's protocol: what the kernel has in it, by one name in all formats")
def packet_protocol():
    asked = [",".join(map(str, arguments)) for arguments, _, _ in packet_protocols()]
    command = ["python3", "-S", "-c", MAKE_PACKET_SOCKETS, *asked]
    run = trace_command(["-f", "packet,inet"], command)
    check_equal(run.output.split(), [str(p) for _, p, _ in packet_protocols()], "the kernel's")
    names = [name for _, _, name in packet_protocols()]
    found = [creation["sockets"][0]["protocol"] for creation in run.json.sockets]
    check_equal(found, names, "jsonl")
    with Trace("--format", "line", "-f", "packet,inet") as line, Trace("-f", "packet,inet") as tree:
        check_equal(Run(*command).status, 0, "exit status")
    rows = rows_of(line.text)
    lower = [name.lower().replace("eth_p_", "") for name in names]
    check_equal([row["PROTOCOL"] for row in rows if row["FAMILY"] == "packet"], lower, "line")
    heads = [head for head in tree.text.splitlines() if " socket(" in head]
    for head, (arguments, _, name) in zip(heads, packet_protocols()):
        in_call = name if arguments[0] == 17 and arguments[2] < 0x10000 else str(arguments[2])
        check(f", {in_call}) = " in head, f"tree: {head}")
        check_equal("made ETH_P_ALL" in head, arguments[2] >= 0x10000, f"tree: {head}")
    check_equal(len(heads), len(names), "trees")


# With SOCK_PACKET, and without the right to it.
NO_PACKET = """
import os, socket
os.setuid(65534)
try:
    socket.socket(socket.AF_INET, 10, 0x300)
except PermissionError:
    pass
"""


@test("SOCK_PACKET of AF_INET that fails: as a packet socket, which is what was tried")
def sock_packet_denied():
    for options in ([], ["--attach", "kprobe"]):
        found = trace_command(options, ["python3", "-c", NO_PACKET]).json.sockets[-1]
        asked = [found[key] for key in ("family", "type", "errno")]
        check_equal(asked, ["AF_INET", "SOCK_PACKET", "EPERM"], "asked for")
        check_equal(found["tried"]["family"], "AF_PACKET", f"tried: {found}")
        check_equal(found["failure"]["stage"], "packet_create", "stage")
        check("packet sockets need CAP_NET_RAW" in found["failure"]["reason"], f"{found}")


@contextlib.contextmanager
def changing_protocol(number):
    """While a BPF program makes this protocol of each that is asked for; as mptcpify does."""
    function = function_id("update_socket_protocol")
    program = load_returning(number, MODIFY_RETURN, function)
    link = attach(program)
    try:
        yield
    finally:
        os.close(link)
        os.close(program)


FAIL = """
import socket
try:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM, 6)
except OSError as error:
    print(error.errno)
"""


def fail_with_protocol(number, *options):
    """The creation of a socket of TCP that fails, since a program has made another of it."""
    timeline, line = temporary("timeline"), temporary("line")
    outputs = ["--timeline", timeline, "-o", f"line:{line}", "-o", f"tree:{temporary('tree')}"]
    tree = outputs[-1].removeprefix("tree:")
    with changing_protocol(number):
        run = trace_command([*outputs, *options], ["python3", "-c", FAIL])
    found = run.json.sockets[-1]
    check_equal(str(-found["ret"]), run.output.strip(), "error")
    check_equal(found["protocol"], "IPPROTO_TCP", "asked for")
    return found, read(tree), read(line), read(timeline)


def check_tried(number, name, reason, *options):
    found, tree, line, timeline = fail_with_protocol(number, *options)
    check_equal(found["tried"], {"family": "AF_INET", "protocol": name}, "tried")
    check(reason in found["failure"]["reason"], f"{found['failure']}")
    check(f"IPPROTO_TCP) = -1 {found['errno']}" in tree, tree)
    check(f", tried as {name}" in tree, tree)
    column = name.lower().removeprefix("ipproto_")
    check(any(row["PROTOCOL"] == column for row in rows_of(line)), line)
    check(f'"tried":{{"family":"AF_INET","protocol":"{name}"}}' in timeline, "timeline")


@test("mptcpify: a BPF program changes the protocol, where the kernel lets it: seen or said")
def mptcpify():
    if "update_socket_protocol" not in kernel_functions():
        stages = ["--stages", "update_socket_protocol"]
        run = trace_command(stages, [work.program("loop"), "1"])
        stages = {stage["name"]: stage["attach"] for stage in run.json.header["stages"]}
        check_equal(stages["update_socket_protocol"], "none", "its stage")
        return
    made = ["AF_INET", "SOCK_STREAM", "IPPROTO_MPTCP"]
    arguments = "socket.AF_INET, socket.SOCK_STREAM, 6"
    with changing_protocol(262):
        found = check_made(["--attach", "kprobe"], arguments, made, {"mptcp_init_sock"})
    check_equal(found["protocol"], "IPPROTO_TCP", "asked for")
    span = next(s for s in spans(found["tree"]) if s["name"] == "update_socket_protocol")
    check_equal(span["ret"], 262, "what the function returned")
    check("tried" not in found, "of one that was made, the socket says it")


@test("mptcpify and errors: what failed is the protocol that the program has made, and so is why")
def mptcpify_fails():
    if "update_socket_protocol" not in kernel_functions():
        raise Skipped("no function by which programs change the protocol")
    with setting("net/mptcp/enabled", 0):
        for options in ([], ["--attach", "kprobe"]):
            check_tried(262, "IPPROTO_MPTCP", "MPTCP is switched off", *options)
    check_tried(99, "99", "net-pf-2-proto-99")


@test("who: uid, comm, network namespace, cgroup and parent")
def who():
    json, made = traced("auto")
    netns = os.stat("/proc/self/ns/net").st_ino
    path = open("/proc/self/cgroup", encoding="utf-8").read().rsplit("::", 1)[1].strip()
    cgroup = os.stat("/sys/fs/cgroup" + path).st_ino
    for socket in json.sockets:
        check_equal(socket["uid"], 0, "uid")
        check_equal(socket["comm"], "kinds", "comm")
        check_equal(socket["netns"], netns, "netns")
        check_equal(socket["cgroup_id"], cgroup, "cgroup_id")
        check_equal(socket["cgroup_id_str"], str(cgroup), "cgroup_id_str")
    check_equal(len({socket["ppid"] for socket in json.sockets}), 1, "parents")
    check(json.sockets[0]["ppid"] not in (0, made[0]["pid"]), "parent")


@test("jsonl has all keys it promises")
def keys():
    json, _ = traced("auto")
    check(HEADER_KEYS <= set(json.header), f"header: {json.header}")
    check_equal(json.header["version"], 1, "version")
    check_equal(json.header["kernel"], os.uname().release, "kernel")
    check_equal(json.header["arch"], os.uname().machine, "arch")
    check(END_KEYS <= set(json.end), f"end: {json.end}")
    for socket in json.sockets:
        check(KEYS <= set(socket), f"missing: {KEYS - set(socket)}")
        for span in spans(socket["tree"]):
            check(SPAN_KEYS <= set(span), f"missing: {SPAN_KEYS - set(span)}")


@test("times: of the clocks they say, spans within their callers, self times add up")
def times():
    json, _ = traced("auto")
    now = datetime.datetime.now(datetime.timezone.utc)
    last = 0
    for socket in json.sockets:
        check(socket["ts_ns"] > last, "ts_ns rises")
        last = socket["ts_ns"]
        check_equal(socket["ts_ns_str"], str(last), "ts_ns_str")
        when = socket["time"][:26] + "+00:00"
        age = now - datetime.datetime.fromisoformat(when)
        check(0 <= age.total_seconds() < 600, f"time {socket['time']} at {now}")
        check_equal(socket["tree"]["duration_ns"], socket["duration_ns"], "duration")
        for span in spans(socket["tree"]):
            check_times(span)
    check(last <= time.clock_gettime_ns(time.CLOCK_BOOTTIME), "ts_ns")


def check_times(span):
    end = span["start_ns"] + span["duration_ns"]
    at = span["start_ns"]
    for child in span["children"]:
        check(child["start_ns"] >= at, f"{child['name']} begins too early")
        at = child["start_ns"] + child["duration_ns"]
    check(at <= end, f"the calls of {span['name']} end after it")
    below = sum(child["duration_ns"] for child in span["children"])
    check_equal(span["self_ns"], span["duration_ns"] - below, f"self time of {span['name']}")
