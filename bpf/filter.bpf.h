/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which creations are recorded. config is constant to the verifier, so each test vanishes from the
 * program where its filter is not used.
 */
#ifndef FILTER_BPF_H
#define FILTER_BPF_H

#include "task.bpf.h"

static __always_inline bool filter__has_value(const volatile struct filter_values *set, u32 value)
{
	u32 i;

	if (!set->nr)
		return true;
	for (i = 0; i < FILTER_MAX_VALUES && i < set->nr; i++) {
		if (set->values[i] == value)
			return true;
	}
	return false;
}

static __always_inline bool filter__has_comm(void)
{
	const volatile struct filter_comms *set = &config.filter.comms;
	/* Not all kernels write behind the name's end. */
	u64 comm[WIRE_COMM_LEN / sizeof(u64)] = {};
	u32 i;

	if (!set->nr)
		return true;
	bpf_get_current_comm(comm, sizeof(comm));
	for (i = 0; i < FILTER_MAX_COMMS && i < set->nr; i++) {
		const volatile u64 *value = (const volatile u64 *)set->values[i];

		if (value[0] == comm[0] && value[1] == comm[1])
			return true;
	}
	return false;
}

static __always_inline bool filter__has_cgroup(void)
{
	u32 i;

	if (!config.filter.nr_cgroups)
		return true;
	for (i = 0; i < FILTER_MAX_VALUES && i < config.filter.nr_cgroups; i++) {
		if (bpf_current_task_under_cgroup(&cgroups, i) == 1)
			return true;
	}
	return false;
}

static __always_inline bool filter__has_task(void)
{
	const volatile struct filter *filter = &config.filter;
	u64 pid_tid;
	u32 tgid;

	if (filter->command) {
		tgid = bpf_get_current_pid_tgid() >> 32;
		if (!bpf_map_lookup_elem(&command_tasks, &tgid))
			return false;
	}
	if (filter->pids.nr || filter->tids.nr) {
		pid_tid = task__current_pid_tid();
		if (!filter__has_value(&filter->pids, pid_tid >> 32) ||
		    !filter__has_value(&filter->tids, pid_tid))
			return false;
	}
	if (filter->uids.nr && !filter__has_value(&filter->uids, bpf_get_current_uid_gid()))
		return false;
	if (filter->netns.nr && !filter__has_value(&filter->netns, task__current_netns()))
		return false;
	return filter__has_comm() && filter__has_cgroup();
}

static __always_inline bool filter__has_call(s32 family, s32 type, s32 protocol)
{
	const volatile struct filter *filter = &config.filter;

	return filter__has_value(&filter->families, family) &&
	       filter__has_value(&filter->types, type & SOCKET_TYPE_MASK) &&
	       filter__has_value(&filter->protocols, protocol);
}

/* At the outermost entry, if at_entry; for the current task and what it asks for. */
static __always_inline bool filter__accepts_entry(s32 family, s32 type, s32 protocol)
{
	if (config.filter.by_call && !filter__has_call(family, type, protocol))
		return false;
	return filter__has_task();
}

/* At the outermost return, if at_return; duration in ns as measured, without the wait for a
 * connection. */
static __always_inline bool filter__accepts_exit(s32 ret, u64 duration)
{
	if (config.filter.failed_only && ret >= 0)
		return false;
	return !config.filter.min_ns || duration >= config.filter.min_ns;
}

#endif /* FILTER_BPF_H */
