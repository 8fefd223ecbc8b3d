# SPDX-License-Identifier: GPL-2.0
"""
BPF programs of few instructions: such that return a value, by which a kernel denies, or changes, a
call; and one that takes time.
"""

import contextlib
import ctypes
import os
import resource
import struct

SYS_BPF = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
PROG_LOAD, PROG_ATTACH, RAW_TRACEPOINT_OPEN = 5, 8, 17
PROG_GET_NEXT_ID, PROG_GET_FD_BY_ID, OBJ_GET_INFO_BY_FD = 11, 13, 15
MAP_GET_NEXT_KEY, MAP_GET_NEXT_ID, MAP_GET_FD_BY_ID = 4, 12, 14
PROG_NAME_AT, MAP_NAME_AT, NAME_SIZE = 64, 24, 16  # in struct bpf_prog_info and bpf_map_info
KEY_SIZE_AT, MAX_ENTRIES_AT = 8, 16  # in struct bpf_map_info
XLATED_AT = 20  # in struct bpf_prog_info
ID_AT = 4  # in both

# Kinds of programs: enum bpf_prog_type and enum bpf_attach_type of include/uapi/linux/bpf.h.
CGROUP_SOCK_CREATE = (9, 2)
FENTRY = (26, 24)
MODIFY_RETURN = (26, 26)
LSM = (29, 27)

libc = ctypes.CDLL(None, use_errno=True)


def call(command, attributes):
    attributes = ctypes.create_string_buffer(attributes, 128)
    result = libc.syscall(SYS_BPF, command, attributes, 128)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


@contextlib.contextmanager
def unlimited_locked_memory():
    """
    Before 5.11 a program counts as locked memory of its user, together with all that the tool has
    loaded.
    """
    before = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, before)


def returning(value):
    """r0 = value; exit"""
    return struct.pack("<BBhi", 0xB7, 0, 0, value) + struct.pack("<BBhi", 0x95, 0, 0, 0)


def load_returning(value, kind, function=0):
    """Loads a program that does nothing but return a value. The descriptor."""
    return load(returning(value), kind, function)


def load_delaying(kind, function):
    """Loads a program that takes some microseconds, but in one of four calls next to none."""
    random = struct.pack("<BBhi", 0x85, 0, 0, 7)  # r0 = bpf_get_prandom_u32()
    random += struct.pack("<BBhi", 0x57, 0, 0, 3)  # r0 &= 3
    delay = struct.pack("<BBhi", 0x85, 0, 0, 5) * 200  # r0 = bpf_ktime_get_ns()
    unless = struct.pack("<BBhi", 0x15, 0, len(delay) // 8, 0)  # if r0 == 0, skip the delay
    return load(random + unless + delay + returning(0), kind, function)


def load(program, kind, function):
    instructions = ctypes.create_string_buffer(program)
    terms = ctypes.create_string_buffer(b"GPL")
    pointers = ctypes.addressof(instructions), ctypes.addressof(terms)
    head = struct.pack("<IIQQ", kind[0], len(program) // 8, *pointers)
    # log_level, log_size, log_buf, kern_version, prog_flags, prog_name
    head += struct.pack("<IIQII16s", 0, 0, 0, 0, 0, b"returns")
    # prog_ifindex, expected_attach_type, then nothing of the program's own BTF, attach_btf_id
    head += struct.pack("<IIIIQIIQII", 0, kind[1], 0, 0, 0, 0, 0, 0, 0, function)
    with unlimited_locked_memory():
        return call(PROG_LOAD, head)


def loaded(next_id, fd_by_id):
    """The descriptor and what the kernel says of each program, or map, that is loaded."""
    number = 0
    while True:
        attributes = ctypes.create_string_buffer(struct.pack("<II", number, 0), 128)
        if libc.syscall(SYS_BPF, next_id, attributes, 128):
            return
        number = struct.unpack_from("<I", attributes, 4)[0]
        try:
            fd = call(fd_by_id, struct.pack("<I", number))
        except OSError:  # unloaded meanwhile
            continue
        info = ctypes.create_string_buffer(256)
        call(OBJ_GET_INFO_BY_FD, struct.pack("<IIQ", fd, 256, ctypes.addressof(info)))
        yield fd, info.raw
        os.close(fd)


def name_at(info, place):
    return info[place : place + NAME_SIZE].split(b"\0")[0].decode()


def number_at(info, place):
    return struct.unpack_from("<I", info, place)[0]


def describe_maps():
    """{number: (name, most elements)} of all maps that are loaded."""
    infos = [info for _, info in loaded(MAP_GET_NEXT_ID, MAP_GET_FD_BY_ID)]
    return {
        number_at(info, ID_AT): (name_at(info, MAP_NAME_AT), number_at(info, MAX_ENTRIES_AT))
        for info in infos
    }


def describe_programs():
    """{number: (name, bytes of its instructions as the verifier left them)} of all programs."""
    infos = [info for _, info in loaded(PROG_GET_NEXT_ID, PROG_GET_FD_BY_ID)]
    return {
        number_at(info, ID_AT): (name_at(info, PROG_NAME_AT), number_at(info, XLATED_AT))
        for info in infos
    }


def loaded_programs():
    """The names of all programs that are loaded, cut to 15 characters as the kernel has them."""
    return [name_at(info, PROG_NAME_AT) for _, info in loaded(PROG_GET_NEXT_ID, PROG_GET_FD_BY_ID)]


def count_keys(name):
    """How many elements the maps of this name have in all."""
    count = 0
    for fd, info in loaded(MAP_GET_NEXT_ID, MAP_GET_FD_BY_ID):
        if name_at(info, MAP_NAME_AT) == name:
            count += count_keys_of(fd, number_at(info, KEY_SIZE_AT))
    return count


def count_keys_of(fd, size):
    key, following = None, ctypes.create_string_buffer(size)
    count = 0
    while True:
        at = ctypes.addressof(key) if key else 0
        pointers = struct.pack("<IIQQ", fd, 0, at, ctypes.addressof(following))
        attributes = ctypes.create_string_buffer(pointers, 128)
        if libc.syscall(SYS_BPF, MAP_GET_NEXT_KEY, attributes, 128):
            return count
        count += 1
        key = ctypes.create_string_buffer(following.raw, size)


def attach(program):
    """Attaches one to its function; a descriptor that holds it there."""
    return call(RAW_TRACEPOINT_OPEN, struct.pack("<QII", 0, program, 0))


def attach_to_cgroup(program, cgroup):
    call(PROG_ATTACH, struct.pack("<IIII", cgroup, program, CGROUP_SOCK_CREATE[1], 0))


# What follows the 12 bytes of a type in BTF, by its kind: so much, and so much for each member.
FUNC = 12
BEHIND = {1: (4, 0), 3: (12, 0), 4: (0, 12), 5: (0, 12), 6: (0, 8), 13: (0, 8), 14: (4, 0),
          15: (0, 12), 17: (4, 0), 19: (0, 12)}  # fmt: skip


def function_id(name):
    """The number of a function in the kernel's BTF (Documentation/bpf/btf.rst)."""
    with open("/sys/kernel/btf/vmlinux", "rb") as file:
        btf = file.read()
    # magic, version, flags; then the lengths and offsets, which count from behind the header
    header, types, types_size, strings = struct.unpack_from("<4xIIII", btf)
    at, number = header + types, 1
    while at < header + types + types_size:
        name_at, info = struct.unpack_from("<II", btf, at)
        kind, members = info >> 24 & 31, info & 0xFFFF
        if kind == FUNC:
            start = header + strings + name_at
            if btf[start : btf.index(b"\0", start)] == name.encode():
                return number
        fixed, each = BEHIND.get(kind, (0, 0))
        at += 12 + fixed + each * members
        number += 1
    raise LookupError(f"no function {name} in the kernel's BTF")
