/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which creations are recorded. config is constant to the verifier, so each test vanishes from the
 * program where its filter is not used.
 */
#ifndef FILTER_BPF_H
#define FILTER_BPF_H

#include "task.bpf.h"

struct filter_call {
	s32 family;
	s32 type; /* with flags */
	s32 protocol;
	u32 netns; /* inode of the socket's network namespace; 0 if that is the task's */
};

struct filter_result {
	s32 ret;
	u64 duration; /* in ns as measured, without the wait for a connection */
};

/* What filters by the task compare: facts about the current one, or about where it makes the
 * socket. */

static __always_inline u32 filter__read_pids(const struct filter_call *call)
{
	(void)call;
	return task__current_pid_tid() >> 32;
}

static __always_inline u32 filter__read_ppids(const struct filter_call *call)
{
	(void)call;
	return task__parent_pid(current_task());
}

static __always_inline u32 filter__read_tids(const struct filter_call *call)
{
	(void)call;
	return task__current_pid_tid();
}

static __always_inline u32 filter__read_uids(const struct filter_call *call)
{
	(void)call;
	return bpf_get_current_uid_gid();
}

static __always_inline u32 filter__read_netns(const struct filter_call *call)
{
	return call->netns ? call->netns : task__current_netns();
}

/* What filters by the call compare. */

static __always_inline u32 filter__read_families(const struct filter_call *call)
{
	return call->family;
}

static __always_inline u32 filter__read_types(const struct filter_call *call)
{
	return call->type & SOCKET_TYPE_MASK;
}

static __always_inline u32 filter__read_protocols(const struct filter_call *call)
{
	return call->protocol;
}

/* What filters at the return compare. */

static __always_inline bool filter__read_failed_only(const struct filter_result *result)
{
	return result->ret < 0;
}

static __always_inline u64 filter__read_min_ns(const struct filter_result *result)
{
	return result->duration;
}

static __always_inline bool filter__has_value(const volatile struct filter_values *set, u32 value)
{
	u32 i;

	for (i = 0; i < FILTER_MAX_VALUES && i < set->nr; i++) {
		if (set->values[i] == value)
			return true;
	}
	return false;
}

/* Whether the current process is one of these, and not a later one with the same number. */
static __always_inline bool filter__has_process(const volatile struct filter_values *set, u32 pid)
{
	u64 start;
	u32 i;

	for (i = 0; i < FILTER_MAX_VALUES && i < set->nr; i++) {
		if (set->values[i] != pid)
			continue;
		start = state.pid_starts[i];
		return !start || TASK_READ(current_task(), group_leader, start_boottime) - start <
					 START_TIME_UNIT;
	}
	return false;
}

static __always_inline bool filter__is_comm(const volatile struct filter_comms *set,
					    const u64 comm[WIRE_COMM_LEN / sizeof(u64)])
{
	u32 i;

	for (i = 0; i < FILTER_MAX_COMMS && i < set->nr; i++) {
		const volatile u64 *value = (const volatile u64 *)set->values[i];

		if (value[0] == comm[0] && value[1] == comm[1])
			return true;
	}
	return false;
}

/* Whether the thread has one of these names, or its process has: that of its first thread. */
static __always_inline bool filter__has_comm(const volatile struct filter_comms *set)
{
	/* Not all kernels write behind the name's end. */
	u64 comm[WIRE_COMM_LEN / sizeof(u64)] = {};
	u64 of_process[WIRE_COMM_LEN / sizeof(u64)] = {};
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	u64 pid_tid = bpf_get_current_pid_tgid();

	bpf_get_current_comm(comm, sizeof(comm));
	if (filter__is_comm(set, comm))
		return true;
	if (pid_tid >> 32 == (u32)pid_tid)
		return false;
	BPF_CORE_READ_STR_INTO(&of_process, task, group_leader, comm);
	return filter__is_comm(set, of_process);
}

/* Whether a file has this name. Both are addresses, the second one of NUL-padded bytes in config.
 */
static __always_inline bool filter__is_name(u64 name, const volatile char *value)
{
	u64 piece[EXE_NAME_PIECE / sizeof(u64) + 1];
	u32 i, word;
	long size;

	NOT_UNROLLED
	for (i = 0; i < EXE_NAME_PIECES; i++) {
		const volatile u64 *words = (const volatile u64 *)(value + i * EXE_NAME_PIECE);

		__builtin_memset(piece, 0, sizeof(piece));
		size = bpf_probe_read_kernel_str(piece, EXE_NAME_PIECE + 1,
						 (void *)name + i * EXE_NAME_PIECE);
		for (word = 0; word < EXE_NAME_PIECE / sizeof(u64); word++) {
			if (piece[word] != words[word])
				return false;
		}
		if (size <= EXE_NAME_PIECE)
			return true;
	}
	return false;
}

/* Whether a file, at this address, has one of the names. */
GLOBAL u32 filter__has_name(u64 address)
{
	struct file *file = (struct file *)address;
	const volatile struct filter_exes *set = &config.filter.exes;
	u64 name;
	u32 i;

	if (!set->nr_names)
		return false;
	name = (u64)BPF_CORE_READ(file, f_path.dentry, d_name.name);
	for (i = 0; i < FILTER_MAX_EXES && i < set->nr_names; i++) {
		if (filter__is_name(name, set->names[i]))
			return true;
	}
	return false;
}

/* Whether the process executes one of these files. Threads of the kernel execute none. */
static __always_inline bool filter__has_exe(const volatile struct filter_exes *set)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct file *file = BPF_CORE_READ(task, mm, exe_file);
	u64 inode;
	u32 i;

	if (!file)
		return false;
	inode = (u64)BPF_CORE_READ(file, f_inode);
	NOT_UNROLLED
	for (i = 0; i < MAX_EXE_FILES && i < state.exe_files.nr_inodes; i++) {
		if (state.exe_files.inodes[i] == inode)
			return true;
	}
	return set->nr_names && filter__has_name((u64)file);
}

static __always_inline bool filter__has_cgroup(const volatile u32 *nr_cgroups)
{
	u32 i;

	for (i = 0; i < FILTER_MAX_VALUES && i < *nr_cgroups; i++) {
		if (bpf_current_task_under_cgroup(&cgroups, i) == 1)
			return true;
	}
	return false;
}

static __always_inline bool filter__is_of_command(void)
{
	u32 tgid = bpf_get_current_pid_tgid() >> 32;

	return bpf_map_lookup_elem(&command_tasks, &tgid) != NULL;
}

/*
 * Whether a filter of each kind refuses what was read of a creation; set is its member of struct
 * filter. Nothing is read where it is not in use.
 */
#define FILTER_REFUSES_NUMBERS(set, read)   ((set)->nr && !filter__has_value(set, read))
#define FILTER_REFUSES_PROCESSES(set, read) ((set)->nr && !filter__has_process(set, read))
#define FILTER_REFUSES_COMMS(set, read)	    ((set)->nr && !filter__has_comm(set))
#define FILTER_REFUSES_EXES(set, read)	    ((set)->nr && !filter__has_exe(set))
#define FILTER_REFUSES_CGROUPS(set, read)   (*(set) && !filter__has_cgroup(set))
#define FILTER_REFUSES_COMMAND(set, read)   (*(set) && !filter__is_of_command())
#define FILTER_REFUSES_FLAG(set, read)	    (*(set) && !(read))
#define FILTER_REFUSES_LEAST(set, read)	    (*(set) && (read) < *(set))

static __always_inline bool filter__has_task(const struct filter_call *call)
{
	const volatile struct filter *filter = &config.filter;

#define FILTER(...)
#define TASK_FILTER(id, member, kind, ...)                                       \
	if (FILTER_REFUSES_##kind(&filter->member, filter__read_##member(call))) \
		return false;
#define IMPLIED_FILTER(member, kind)                   \
	if (FILTER_REFUSES_##kind(&filter->member, 0)) \
		return false;
#include "shared/filters.def"
	return true;
}

static __always_inline bool filter__has_call(const struct filter_call *call)
{
	const volatile struct filter *filter = &config.filter;

#define FILTER(...)
#define CALL_FILTER(id, member, kind, ...)                                       \
	if (FILTER_REFUSES_##kind(&filter->member, filter__read_##member(call))) \
		return false;
#include "shared/filters.def"
	return true;
}

static __always_inline bool filter__has_result(const struct filter_result *result)
{
	const volatile struct filter *filter = &config.filter;

#define FILTER(...)
#define RETURN_FILTER(id, member, kind, ...)                                       \
	if (FILTER_REFUSES_##kind(&filter->member, filter__read_##member(result))) \
		return false;
#include "shared/filters.def"
	return true;
}

/* At the outermost entry, if at_entry; for the current task and what it asks for. */
GLOBAL int filter__accepts_entry(s32 family, s32 type, s32 protocol, u32 netns)
{
	const struct filter_call call = { family, type, protocol, netns };

	if (config.filter.by_call && !filter__has_call(&call))
		return false;
	return filter__has_task(&call);
}

/* At the outermost return, if at_return; see struct filter_result. */
static __always_inline bool filter__accepts_exit(s32 ret, u64 duration)
{
	const struct filter_result result = { ret, duration };

	return filter__has_result(&result);
}

#endif /* FILTER_BPF_H */
