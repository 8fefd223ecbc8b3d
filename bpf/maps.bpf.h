/* SPDX-License-Identifier: GPL-2.0 */
/* The memory of the BPF side. The fentry and the kprobe object share all of it except config. */
#ifndef MAPS_BPF_H
#define MAPS_BPF_H

#include <bpf/bpf_helpers.h>

#include "shared/config.h"
#include "shared/exec.h"
#include "shared/state.h"
#include "shared/wire_file.h"

/* The front end sets this before loading, and the verifier treats its members as constants. */
const volatile struct config config SEC(".rodata.config");

/*
 * What few users ask for, and takes most of the time to load. The programs are built with it and,
 * for everybody else, without it (LEAN): the verifier removes code that a constant makes
 * unreachable, but not before it has looked at it in several ways.
 */
#ifdef LEAN
#define WITH_STATE	  false
#define WITH_STACKS	  false
#define WITH_KERNEL_STACK false
#define WITH_USER_STACK	  false
#define WITH_ACCEPT	  false
#else
#define WITH_STATE	  config.state
#define WITH_STACKS	  config.stacks
#define WITH_KERNEL_STACK config.kernel_stack
#define WITH_USER_STACK	  config.user_stack
#define WITH_ACCEPT	  config.accept
#endif

struct state state;

#define BPF_F_MMAPABLE (1U << 10) /* include/uapi/linux/bpf.h */

/* The state, by the address of its sessions, which every program has in a register. */
static __always_inline struct state *state_of(const struct session *table)
{
	return (void *)table - __builtin_offsetof(struct state, sessions);
}

/* The ring buffer of finished creations, as struct wire_record. The front end sets its size. */
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
 * The processes of the traced COMMAND. The key is the tgid in the initial PID namespace. The map is
 * preallocated, since older kernels warn of tracing programs whose maps allocate
 * (FEATURE_MAPS_MAY_ALLOCATE); the front end makes it small where there is no COMMAND.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u32);
	__type(value, u32);
} command_tasks SEC(".maps");

/*
 * The sessions of tasks that wait in accept(), or have waited in that call, by tid. They may wait
 * for long, so they must not take the slots of others. The map is preallocated as command_tasks is;
 * the front end makes it small where accept() is not observed.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NR_ACCEPTS);
	__type(key, u32);
	__type(value, struct session);
} accepts SEC(".maps");

/*
 * The numbers of the files whose paths have been sent: see files.bpf.h. The front end makes it
 * small where no paths are wanted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, NR_FILES);
	__type(key, struct file_key);
	__type(value, u32);
} files SEC(".maps");

/*
 * What processes execute: see exec.bpf.h. The front end makes it small where no output shows that.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, NR_EXECS);
	__type(key, u32);
	__type(value, struct exec_entry);
} execs SEC(".maps");

#ifndef HAVE_ATOMICS
/* The claimed slots of state.sessions: see compat__claim_slot(). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NR_SLOTS);
	__type(key, u32);
	__type(value, u32);
} claims SEC(".maps");
#endif

#endif /* MAPS_BPF_H */
