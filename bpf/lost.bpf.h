/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which processes lose creations. Only a loss runs this, and only one that the process itself sees:
 * of a return that was missed, it is known too late who it was.
 */
#ifndef LOST_BPF_H
#define LOST_BPF_H

#include "account.bpf.h"
#include "task.bpf.h"

/*
 * The processes that have lost creations, by their tgid in the initial PID namespace. Further ones
 * are in the counts alone.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NR_LOST_PROCESSES);
	__type(key, u32);
	__type(value, struct lost_process);
} lost_processes SEC(".maps");

/* Count a creation of the current task as lost, in the account and for its process. */
static __noinline int lost__count(enum lost_reason reason)
{
	struct lost_process first = {}, *process;
	u64 tgid_tid = bpf_get_current_pid_tgid();
	u32 tgid = tgid_tid >> 32;

	account__lost(reason);
	process = bpf_map_lookup_elem(&lost_processes, &tgid);
	if (!process) {
		first.pid = task__current_pid_tid() >> 32;
		first.uid = bpf_get_current_uid_gid();
		bpf_get_current_comm(first.comm, sizeof(first.comm));
		bpf_map_update_elem(&lost_processes, &tgid, &first, BPF_NOEXIST);
		process = bpf_map_lookup_elem(&lost_processes, &tgid);
	}
	if (process)
		__sync_fetch_and_add(&process->count, 1);
	return 0;
}

#endif /* LOST_BPF_H */
