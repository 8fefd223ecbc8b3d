# SPDX-License-Identifier: GPL-2.0
"""--state: what is set when, and at the end what the kernel itself says of the socket."""

import json
import os
import re
import shutil
import signal
import socket
import sys
from functools import lru_cache

import work
from bpf import describe_maps, describe_programs
from settings import setting
from shapes import kernel_functions, spans
from tap import Skipped, check, check_equal, comment, test, test_once
from tool import HAS_FENTRY, RELEASE, Run, Trace, read, temporary, trace_command

# Makes a socket or a pair and says, while it is open, what the kernel says of it.
ASK = """
import json, os, socket, struct, subprocess, sys

def ask(made):
    def option(name):
        return made.getsockopt(socket.SOL_SOCKET, name)
    inode = os.fstat(made.fileno()).st_ino
    answer = {
        "fd": made.fileno(),
        "inode": inode,
        "family": option(39),  # SO_DOMAIN
        "type": option(socket.SO_TYPE),
        "protocol": option(38),  # SO_PROTOCOL
        "rcvbuf": option(socket.SO_RCVBUF),
        "sndbuf": option(socket.SO_SNDBUF),
        "mark": option(36),  # SO_MARK
        "netns": os.stat("/proc/self/ns/net").st_ino,
    }
    if made.family == socket.AF_UNIX:  # newer kernels have these options in few families
        answer["SOCK_PASSCRED"] = option(socket.SO_PASSCRED)
        answer["SOCK_PASSSEC"] = option(34)  # SO_PASSSEC
    return answer

how, family, kind, protocol = sys.argv[1], *map(int, sys.argv[2:5])
if how == "pair":
    made = socket.socketpair(family, kind, protocol)
else:
    made = [socket.socket(family, kind, protocol)]
seen = [ask(one) for one in made]
if how == "pair":
    lines = [line.split() for line in open("/proc/net/unix").readlines()[1:]]
    states = {int(fields[6]): fields[5] for fields in lines}
    for one in seen:
        one["connected"] = states[one["inode"]] == "03"  # SS_CONNECTED
if how == "listed":
    made[0].bind(("127.0.0.1", 0))
    if kind == socket.SOCK_STREAM:
        made[0].listen()
    listing = subprocess.run(["ss", "-aen"], stdout=subprocess.PIPE, text=True).stdout
    table = "tcp" if kind == socket.SOCK_STREAM else "udp"
    seen[0]["listed"] = f"ino:{seen[0]['inode']} " in listing
    seen[0]["table"] = any(line.split()[9] == str(seen[0]["inode"])
                           for line in open(f"/proc/net/{table}").readlines()[1:])
print(json.dumps(seen))
"""

FINAL = ("inode", "fd", "type")  # of struct socket, to be compared with the kernel's answers
SOCK_FINAL = ("family", "type", "protocol", "rcvbuf", "sndbuf", "mark", "netns")

# Flags for which there is a socket option.
OPTIONS = ("SOCK_PASSCRED", "SOCK_PASSSEC")

WAYS = ("fentry", "kprobe") if HAS_FENTRY else ("kprobe",)

ADDRESS = re.compile(r"0x[0-9a-f]{6,}|ffff[0-9a-f]{12}", re.IGNORECASE)
# On x86-64 and arm64 kernel addresses are above this.
LOWEST_ADDRESS = 0xFFFF000000000000


ASKED_FOR = {
    "tcp": ("listed", socket.AF_INET, socket.SOCK_STREAM, 0),
    "udp": ("listed", socket.AF_INET, socket.SOCK_DGRAM, 0),
    "pair": ("pair", socket.AF_UNIX, socket.SOCK_STREAM, 0),
}


def ask(arguments):
    """Has a socket or a pair made; what the kernel says of each."""
    run = Run(sys.executable, "-S", "-c", ASK, *map(str, arguments))
    check_equal(run.status, 0, run.errors)
    return json.loads(run.output)


@lru_cache(maxsize=None)
def traced(way):
    """All that is asked for in one trace with --state: the trace, and the answers by name."""
    with Trace("--state", "--detail", "full", "--attach", way, "--format", "jsonl") as trace:
        answers = {name: ask(arguments) for name, arguments in ASKED_FOR.items()}
    trace.json.check_nothing_lost()
    return trace, answers


def made(way, name):
    """A socket made under --state: (what the kernel says of each, the creation, the whole text)."""
    trace, answers = traced(way)
    inode = answers[name][0]["inode"]
    creations = [s for s in trace.json.sockets if s["inode"] == inode and s["via"] != "kernel"]
    check_equal(len(creations), 1, f"creations of inode {inode}")
    return answers[name], creations[0], trace.text


def moments(span, caller=None):
    """(span, its caller, "before" or "after", the changes found there), in the order of time."""
    yield span, caller, "before", span.get("state_before", {})
    for child in span["children"]:
        yield from moments(child, span)
    yield span, caller, "after", span.get("state", {})


def history(creation):
    """[(function, the state of all objects after its exit)], changes taken together."""
    state, result = {}, []
    for span, _, when, changes in moments(creation["tree"]):
        for name, change in changes.items():
            state.setdefault(name, {}).update(change)
        if when == "after":
            result.append((span["name"], json.loads(json.dumps(state))))
    return result


def after(creation, function):
    return next(state for name, state in history(creation) if name == function)


def kernel_version():
    return tuple(map(int, os.uname().release.split(".")[:2]))


def flags(socket_state):
    return socket_state.get("flags_name", "").split("|")


def check_final(answer, socket_state, sock_state):
    for key in FINAL:
        check_equal(socket_state[key], answer[key], f"socket's {key}")
    for key in SOCK_FINAL:
        check_equal(sock_state[key], answer[key], f"sock's {key}")
    comment(f"flags {socket_state['flags']}: {flags(socket_state)}")
    for name in OPTIONS:
        check_equal(name in flags(socket_state), bool(answer.get(name)), f"socket's {name}")


def check_addresses(text):
    check(not ADDRESS.search(text), f"an address: {ADDRESS.search(text)}")
    numbers = re.findall(r"(?<![\w.])\d{15,}(?![\w.])", text)
    for number in numbers:
        check(int(number) < LOWEST_ADDRESS, f"an address: {number}")


def symbol(name):
    """What a pointer to this variable is shown as: not every kernel names its variables."""
    return name if name in kernel_functions() else "?"


def sysctl(name):
    return read(f"/proc/sys/{name.replace('.', '/')}").split()


def check_tcp(way):
    (answer,), creation, text = made(way, "tcp")
    check(answer["table"], "not in /proc/net/tcp")
    if shutil.which("ss"):
        check(answer["listed"], "not in ss -e")
    final = history(creation)[-1][1]
    check_equal(set(final), {"socket#1", "sk#1"}, "objects")
    check_final(answer, final["socket#1"], final["sk#1"])
    check_equal(final["socket#1"]["ops"], symbol("inet_stream_ops"), "ops")
    check_equal(final["socket#1"]["file"], "file#1", "file")
    check_equal(final["sk#1"]["prot"], symbol("tcp_prot"), "prot")
    check_equal(final["sk#1"]["prot_name"], "TCP", "what the protocol calls itself")
    # TCP has one of its own in newer kernels.
    check(
        final["sk#1"]["destruct"] in ("inet_sock_destruct", "tcp4_destruct_sock"),
        f"destructor: {final['sk#1']['destruct']}",
    )
    check_equal(final["sk#1"]["refcnt"], 1, "references")
    # TCP says so since 6.1, by a bit that became another one in 6.16.
    zero_copy = kernel_version() >= (6, 1)
    check_equal("SOCK_SUPPORT_ZC" in flags(final["socket#1"]), zero_copy, "flags")
    check_addresses(text)


def check_tcp_sequence(way):
    creation = made(way, "tcp")[1]
    new = after(creation, "sock_alloc")
    check_equal(set(new), {"socket#1"}, "after sock_alloc")
    check_equal(new["socket#1"]["sk"], None, "sk after sock_alloc")
    check_equal(new["socket#1"]["state_name"], "SS_UNCONNECTED", "state after sock_alloc")
    check("type" not in new["socket#1"], "the type is yet to be set after sock_alloc")
    sock = after(creation, "sk_alloc")["sk#1"]
    check_equal(sock["family_name"], "AF_INET", "family after sk_alloc")
    check_equal(sock["prot"], symbol("tcp_prot"), "prot after sk_alloc")
    check_equal((sock["socket"], sock["rcvbuf"]), (None, 0), "not set by sk_alloc")
    linked = after(creation, "sock_init_data")
    check_equal(linked["socket#1"]["sk"], "sk#1", "link after sock_init_data")
    check_equal(linked["sk#1"]["socket"], "socket#1", "link back")
    check_equal(linked["sk#1"]["state_name"], "TCP_CLOSE", "state after sock_init_data")
    check_equal(linked["sk#1"]["rcvbuf"], int(sysctl("net.core.rmem_default")[0]), "rcvbuf")
    check_equal(linked["sk#1"]["sndbuf"], int(sysctl("net.core.wmem_default")[0]), "sndbuf")
    protocol = after(creation, "tcp_v4_init_sock")["sk#1"]
    check_equal(protocol["rcvbuf"], int(sysctl("net.ipv4.tcp_rmem")[1]), "rcvbuf of TCP")
    check_equal(protocol["sndbuf"], int(sysctl("net.ipv4.tcp_wmem")[1]), "sndbuf of TCP")
    check_equal(protocol["protocol_name"], "IPPROTO_TCP", "protocol")
    created = after(creation, "__sock_create")["socket#1"]
    check_equal((created["file"], created["fd"]), (None, None), "no file before sock_map_fd")
    with_file = after(creation, "sock_alloc_file")["socket#1"]
    check_equal((with_file["file"], with_file["fd"]), ("file#1", None), "after sock_alloc_file")
    installed = after(creation, "fd_install")["socket#1"]
    check_equal(installed["fd"], creation["ret"], "descriptor after fd_install")


def need_fentry():
    if not HAS_FENTRY:
        raise Skipped("this kernel has no fentry")


@test("--state of a TCP socket: the end is what the kernel itself says of it (fentry)")
def tcp_fentry():
    need_fentry()
    check_tcp("fentry")


@test("--state of a TCP socket: what each function has set, in its order")
def tcp_sequence():
    need_fentry()
    check_tcp_sequence("fentry")


@test("--state of a TCP socket by kprobes: the end and the order")
def tcp_kprobe():
    check_tcp("kprobe")
    check_tcp_sequence("kprobe")


@test("--state of a UDP socket: the end is what the kernel says of it")
def udp():
    for way in WAYS:
        (answer,), creation, text = made(way, "udp")
        check(answer["table"], "not in /proc/net/udp")
        final = history(creation)[-1][1]
        check_final(answer, final["socket#1"], final["sk#1"])
        check_equal(final["sk#1"]["prot"], symbol("udp_prot"), "prot")
        check_equal(final["sk#1"]["prot_name"], "UDP", "its name")
        check_addresses(text)


@test("--state of a pair of unix sockets: two of each, connected before they have files")
def pair():
    for way in WAYS:
        answers, creation, text = made(way, "pair")
        final = history(creation)[-1][1]
        check_equal(set(final), {"socket#1", "sk#1", "socket#2", "sk#2"}, "objects")
        for number, answer in enumerate(answers, 1):
            check_final(answer, final[f"socket#{number}"], final[f"sk#{number}"])
            # Newer kernels leave the struct socket's state as it was; /proc/net/unix shows SS_*.
            check_equal(answer["connected"], True, "connected")
            check_equal(final[f"sk#{number}"]["state_name"], "TCP_ESTABLISHED", "state")
            check_equal(final[f"socket#{number}"]["sk"], f"sk#{number}", "link")
        created = [state for name, state in history(creation) if name == "__sock_create"][1]
        for number in (1, 2):
            check_equal(created[f"socket#{number}"]["state_name"], "SS_UNCONNECTED", "before")
            check_equal(created[f"sk#{number}"]["state_name"], "TCP_CLOSE", "before")
        check_addresses(text)


def failing(*sockets):
    """The creations of these sockets, all of which fail."""
    calls = [f"try:\n socket.socket{arguments}\nexcept OSError:\n pass" for arguments in sockets]
    code = "\n".join(["import socket", *calls])
    options = ["--state", "-f", "inet", "-x", "--stages", "core,ping_init_sock"]
    run = trace_command(options, [sys.executable, "-S", "-c", code])
    run.json.check_nothing_lost()
    check_equal(len(run.json.sockets), len(sockets), "creations")
    return run.json.sockets


@test("--state of creations that fail: nothing is read of what is released")
def failures():
    no_protocol = (int(socket.AF_INET), int(socket.SOCK_STREAM), 99)
    ping = (int(socket.AF_INET), int(socket.SOCK_DGRAM), socket.IPPROTO_ICMP)
    with setting("net/ipv4/ping_group_range", "1 0"):
        creation, refused = failing(no_protocol, ping)
    # inet_create() finds no such protocol: there is a socket, but no sock.
    seen = {span["name"]: span.get("state") for span in spans(creation["tree"])}
    check_equal(set(seen["sock_alloc"]), {"socket#1"}, "objects")
    check_equal(seen["__sock_create"], None, "state at the exit of what failed")
    check_equal(seen["__sys_socket"], None, "state at the end")
    # ping_init_sock() refuses, after which inet_create() frees the sock.
    states = dict(history(refused))
    seen = {span["name"]: span.get("state", {}) for span in spans(refused["tree"])}
    check_equal(states["ping_init_sock"]["sk#1"]["prot_name"], "PING", "before it is freed")
    check("sk#1" not in seen["inet_create"], f"read after it was freed: {seen['inet_create']}")
    check_equal(seen["__sock_create"], {}, "state at the exit of what failed")


@lru_cache(maxsize=None)
def traced_kinds():
    """Every kind, traced: the output as JSON, all outputs as text by their names, what was made."""
    timeline, tree = temporary("timeline"), temporary("tree")
    options = ["--state", "-c", "kinds"]
    files = ["-o", f"timeline:{timeline}", "-o", f"tree:{tree}"]
    core = ["-o", f"jsonl:{temporary('core')}"]
    traces = [
        Trace(*options, "--detail", "full", "--format", "jsonl", *files, prefix=["env", "LC_ALL=C"]),
        Trace(*options, "--color", "always", *core, prefix=["env", "LC_ALL=C.UTF-8"]),
    ]
    Trace.start_all(traces)
    made_sockets = work.run("kinds")
    Trace.end_all(traces)
    texts = {"jsonl": traces[0].text, "timeline": read(timeline), "tree": read(tree)}
    texts["coloured tree"] = traces[1].text
    texts["core"] = read(core[1].partition(":")[2])
    return traces[0].json, texts, made_sockets


# --- Who has set what -------------------------------------------------------------------------------

# All that is set, by the sources of 5.10, 6.1, 6.12 and 7.2: net/socket.c, net/core/sock.c,
# net/ipv4/{af_inet,tcp,tcp_ipv4,udp,raw}.c, net/unix/af_unix.c, net/packet/af_packet.c. inet_create(),
# unix_create(), packet_create() and so on look the operations up before they allocate the sock or right
# after that, and set the protocol after sock_init_data(), which they call next. To put the sock into a
# table takes a reference.
ANY_FAMILY = {
    ("socket", "type"): ["__sock_create"],
    ("socket", "state"): ["sock_alloc"],
    ("socket", "inode"): ["sock_alloc"],
    ("socket", "sk"): ["sock_init_data"],
    ("socket", "file"): ["sock_alloc_file"],
    ("socket", "fd"): ["sock_map_fd"],
    ("sk", "family"): ["sk_alloc"],
    ("sk", "prot"): ["sk_alloc"],
    ("sk", "netns"): ["sk_alloc"],
    ("sk", "cgroup_id"): ["sk_alloc"],
    ("sk", "socket"): ["sock_init_data"],
    ("sk", "type"): ["sock_init_data"],
    ("sk", "state"): ["sock_init_data"],
    ("sk", "rcvbuf"): ["sock_init_data"],
    ("sk", "sndbuf"): ["sock_init_data"],
    ("sk", "refcnt"): ["sock_init_data"],
}
OF_INET = {("socket", "ops"): ["inet_create"], ("sk", "protocol"): ["inet_create"]}
SETTERS = {
    (socket.AF_INET, socket.SOCK_STREAM, 0): {
        **OF_INET,
        ("sk", "rcvbuf"): ["sock_init_data", "tcp_v4_init_sock"],
        ("sk", "sndbuf"): ["sock_init_data", "tcp_v4_init_sock"],
        ("sk", "destruct"): ["sock_init_data", "inet_create"],
    },
    (socket.AF_INET, socket.SOCK_DGRAM, 0): {
        **OF_INET,
        ("sk", "destruct"): ["sock_init_data", "inet_create", "udp_init_sock"],
    },
    (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP): {
        **OF_INET,
        ("sk", "destruct"): ["sock_init_data", "inet_create"],
        ("sk", "refcnt"): ["sock_init_data", "inet_create"],
    },
    (socket.AF_UNIX, socket.SOCK_STREAM, 0): {
        ("socket", "ops"): ["unix_create"],
        ("sk", "destruct"): ["sock_init_data", "unix_create"],
        ("sk", "refcnt"): ["sock_init_data", "unix_create"],
    },
    (socket.AF_PACKET, socket.SOCK_DGRAM, 0x9000): {
        ("socket", "ops"): ["packet_create"],
        ("sk", "destruct"): ["sock_init_data", "packet_create"],
        ("sk", "refcnt"): ["sock_init_data", "packet_create"],
    },
}
# Who sets flags of the socket, and in which of the matrix's kernels that began: SOCK_SUPPORT_ZC, and of
# unix sockets SOCK_CUSTOM_SOCKOPT.
FLAGS = {
    (socket.AF_INET, socket.SOCK_STREAM, 0): ("tcp_v4_init_sock", (6, 1)),
    (socket.AF_INET, socket.SOCK_DGRAM, 0): ("udp_init_sock", (6, 1)),
    (socket.AF_UNIX, socket.SOCK_STREAM, 0): ("unix_create", (7, 2)),
}


def setters_of(kind):
    """All that is set in a socket of this kind, and by which functions, on this kernel."""
    expected = {**ANY_FAMILY, **SETTERS[kind]}
    if kind in FLAGS and RELEASE >= FLAGS[kind][1]:
        expected["socket", "flags"] = [FLAGS[kind][0]]
    # TCP over IPv4 has a destructor of its own in newer kernels that sign segments.
    if kind == (socket.AF_INET, socket.SOCK_STREAM, 0) and "tcp4_destruct_sock" in kernel_functions():
        expected["sk", "destruct"] = [*expected["sk", "destruct"], "tcp_v4_init_sock"]
    return expected


def setters(creation, functions):
    """
    {(object, member): [those of the functions that set it, once each time]}. What other functions
    have set counts as set by the nearest of these above them.
    """
    result, seen, caller_of = {}, set(), {}
    for span, caller, when, changes in moments(creation["tree"]):
        caller_of[id(span)] = caller
        setter = caller if when == "before" else span
        while setter and setter["name"] not in functions:
            setter = caller_of[id(setter)]
        for name, change in changes.items():
            for member, value in change.items():
                if member.endswith(("_name", "_str")) or (name not in seen and not value):
                    continue
                owners = result.setdefault((name, member), [])
                if owners[-1:] != [setter["name"]]:
                    owners.append(setter["name"])
        seen |= set(changes)
    return result


def kinds_in_both():
    """[(creation with all functions, the same with the default ones)] of those that succeed."""
    full, texts, _ = traced_kinds()
    core = [json.loads(line) for line in texts["core"].splitlines()]
    core = [line for line in core if line["event"] == "socket"]
    check_equal(len(core), len(full.sockets), "creations")
    pairs = list(zip(full.sockets, core))
    for one, other in pairs:
        check_equal((one["via"], one["args"]), (other["via"], other["args"]), "the same creation")
    return [(one, other) for one, other in pairs if one["ret"] >= 0 and one["via"] == "socket"]


@test("--state: who has set what is the same whether the functions below are observed or not")
def core_and_full():
    for full, core in kinds_in_both():
        functions = {span["name"] for span in spans(core["tree"])}
        expected, found = setters(core, functions), setters(full, functions)
        check_equal(found, expected, f"{core['args']}")


@test("--state: members count as set by those that set them in the kernel's sources")
def setters_by_sources():
    missing = set(SETTERS)
    for _, core in kinds_in_both():
        functions = {span["name"] for span in spans(core["tree"])}
        kind = tuple(core["args"].values())
        if kind not in missing:
            continue
        missing.remove(kind)
        found = setters(core, functions)
        expected = setters_of(kind)
        for what in sorted({*expected, *((name[:-2], member) for name, member in found)}):
            owners = found.get((f"{what[0]}#1", what[1]))
            check_equal(owners, expected.get(what), f"{core['args']}: {what}")
    check_equal(missing, set(), "kinds that were not made")


@test("--state where no descriptor is left: up to there, and nothing of what is released")
def no_descriptor():
    shown = traced_kinds()[0]
    failed = [s for s in shown.sockets if s["errno"] == "EMFILE"]
    creation = next(s for s in failed if s["via"] == "socket")
    states = dict(history(creation))
    check("sk#1" in states["__sock_create"], "the sock")
    seen = {span["name"]: span.get("state") for span in spans(creation["tree"])}
    check_equal((seen["sock_map_fd"], seen["__sys_socket"]), (None, None), "after the release")


@test("--state of every kind of socket: objects, no addresses, nothing lost")
def kinds():
    shown, texts, made_sockets = traced_kinds()
    shown.check_nothing_lost()
    own = [s for s in shown.sockets if s["via"] in ("socket", "socketpair")]
    check_equal(len(own), len(made_sockets), "creations")
    for creation, expected in zip(own, made_sockets):
        final = history(creation)[-1][1]
        for number, one in enumerate(expected["sockets"], 1):
            of = [state for name, state in final.items() if name.startswith("socket#")
                  and state["inode"] == one["inode"]]
            check_equal(len(of), 1, f"socket objects with inode {one['inode']}: {final}")
            check_equal(of[0]["fd"], one["fd"], "descriptor")
            sock = final[of[0]["sk"]]
            check_equal(sock["socket"], next(n for n, s in final.items() if s is of[0]), "link")
    for text in texts.values():
        check_addresses(text)
    check("sk#1: family=AF_INET" in texts["tree"], "the tree")
    events = json.loads(texts["timeline"])["traceEvents"]
    below = [span for event in events if event["ph"] == "E" for span in event["args"]["spans"]]
    check(any("sk#1" in span.get("state", {}) for span in below), "the timeline")
    nested = [s for s in own if "sk#2" in history(s)[-1][1] and s["via"] == "socket"]
    comment(f"sockets within sockets: {[s['protocol'] for s in nested]}")


@test("--state with less observed: says what is not known")
def less():
    run = trace_command(["--state", "--stages", "__sock_create"], [work.program("loop"), "1"])
    check("sock_alloc is not observed" in run.errors, run.errors)
    check("sk_alloc is not observed" in run.errors, run.errors)
    states = history(run.json.sockets[0])
    check_equal(states[-1][1]["socket#1"]["inode"], run.json.sockets[0]["inode"], "inode")
    check_equal(states[-1][1]["sk#1"]["prot_name"], "TCP", "prot")


@test("--state where symbols are hidden: names are unknown, the rest is there")
def hidden():
    with setting("kernel/kptr_restrict", 2):
        run = trace_command(["--state"], [work.program("loop"), "1"])
    final = history(run.json.sockets[0])[-1][1]
    check_equal((final["sk#1"]["prot"], final["sk#1"]["prot_name"]), ("?", "TCP"), "prot")
    check_equal(final["socket#1"]["ops"], "?", "ops")
    check("can't name" in run.errors, run.errors)


@test_once("--state in a full ring buffer: every state that lacks is counted")
def losses():
    with Trace("--state", "--detail", "full", "--format", "jsonl", "--buffer-size", 1) as trace:
        trace.send(signal.SIGSTOP)
        work.run("kinds", 60)  # of many sizes: small records fit where large ones don't
        trace.send(signal.SIGCONT)

    def number_of_spans(creation):
        return len([s for s in spans(creation["tree"]) if s["attach"] != "reconstructed"])
    without = [s for s in trace.json.sockets if s.get("state_lost")]
    check(trace.json.end["lost"]["ring_buffer_full"] > 0, "nothing lost")
    check_equal(trace.json.end["lost"]["state"], sum(map(number_of_spans, without)), "counted")
    for creation in trace.json.sockets:
        has = any("state" in span for span in spans(creation["tree"]))
        said = bool(creation.get("state_lost"))
        check(has != said or not creation["sockets"], "neither state nor said that it is lost")
    comment(f"{len(without)} of {len(trace.json.sockets)} shown without state")
    if not without:
        raise Skipped("where the snapshots did not fit, the record did not either")


def fields_of_descriptors(pid):
    """What /proc says of each descriptor of a process, but for those it closes meanwhile."""
    for fd in os.listdir(f"/proc/{pid}/fdinfo"):
        try:
            lines = read(f"/proc/{pid}/fdinfo/{fd}").splitlines()
        except FileNotFoundError:
            continue
        yield dict(line.split(":\t", 1) for line in lines if ":\t" in line)


PROGRAM_NAME = 15  # BPF_OBJ_NAME_LEN less the NUL


def loaded(pid):
    """A process's maps and programs: {name: most elements}, {name: bytes}."""
    descriptors = list(fields_of_descriptors(pid))
    all_maps, all_programs = describe_maps(), describe_programs()
    map_ids = [int(fields["map_id"]) for fields in descriptors if "map_id" in fields]
    # Those of links are programs that the process has a descriptor of, too.
    program_ids = [int(fields["prog_id"]) for fields in descriptors if "prog_id" in fields]
    return dict(all_maps[id_] for id_ in map_ids), dict(all_programs[id_] for id_ in program_ids)


@test("without --state: its map has one element, the programs nothing of it, the output no state")
def without_state():
    with Trace("--format", "jsonl", "--raw-latency") as plain, Trace(
        "--format", "jsonl", "--state"
    ) as stateful:
        work.run("loop", 1)
        maps, programs = loaded(plain.process.pid)
        more_maps, more_programs = loaded(stateful.process.pid)
    check_equal(maps["snapshots"], 1, "elements without --state")
    check_equal(more_maps["snapshots"], 1024, "elements with it")
    # What io_uring calls for a request sets nothing itself, and takes no snapshot.
    requests = {name[:PROGRAM_NAME] for name in ("exit_IO_SOCKET", "exit_IO_SOCKET_PREP")}
    exits_of = [name for name in programs if name.startswith("exit_") and name not in requests]
    sizes = [(name, programs[name], more_programs[name.replace("exit_", "snap_")]) for name in exits_of]
    others = {name for name in more_programs if name.startswith("exit_")} - requests
    check_equal(others, set(), "returns that take no snapshot")
    comment(f"bytes of programs without and with it: {sizes}")
    check(sizes and all(less + 2000 < more for _, less, more in sizes), "programs")
    check('"state"' not in plain.text.replace('"exit_without_entry":0,"state":0', ""), "state")
