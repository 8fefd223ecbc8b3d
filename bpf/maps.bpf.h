/* SPDX-License-Identifier: GPL-2.0 */
/* The memory of the BPF side. The fentry and the kprobe object share all of it but config. */
#ifndef MAPS_BPF_H
#define MAPS_BPF_H

#include <bpf/bpf_helpers.h>

#include "shared/config.h"
#include "shared/state.h"

/* Set by the front end before loading; the verifier treats its members as constants. */
const volatile struct config config SEC(".rodata.config");

struct state state;

/* The state by the address of its sessions, which is what programs have in a register. */
static __always_inline struct state *state_of(const struct session *table)
{
	return (void *)table - __builtin_offsetof(struct state, sessions);
}

/* Finished creations, as struct wire_record. The front end sets the size. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024);
} records SEC(".maps");

/* The cgroups of --cgroup, at 0 .. config.filter.nr_cgroups - 1. */
struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, FILTER_MAX_VALUES);
	__type(key, u32);
	__type(value, u32);
} cgroups SEC(".maps");

/*
 * The processes of the traced COMMAND: key is the tgid in the initial PID namespace. Preallocated,
 * since programs of this kind may not allocate on older kernels; the front end makes it small where
 * there is no COMMAND.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u32);
	__type(value, u32);
} command_tasks SEC(".maps");

/*
 * The sessions of tasks that wait in accept(), or have waited in that call, by tid. They may wait
 * for long, so they must not take the slots of others. Preallocated, as command_tasks; the front
 * end makes it small where accept() is not observed.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NR_ACCEPTS);
	__type(key, u32);
	__type(value, struct session);
} accepts SEC(".maps");

#ifndef HAVE_ATOMICS
/* Which slots of state.sessions are taken; inserting with BPF_NOEXIST is the claim. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NR_SESSIONS);
	__type(key, u32);
	__type(value, u32);
} claims SEC(".maps");
#endif

#endif /* MAPS_BPF_H */
