/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which tasks belong to the COMMAND that the tool runs. Loaded only where there is one, so forking
 * costs nothing without. Processes are marked by tgid in the initial PID namespace: user space may
 * not know that number, so the mark is put on here when the tool forks its child.
 */
#ifndef COMMAND_BPF_H
#define COMMAND_BPF_H

#include "task.bpf.h"

static __always_inline bool command__is_tool(struct task_struct *task)
{
	if (config.pid_namespace_level == 0)
		return (u32)BPF_CORE_READ(task, tgid) == config.tool_pid;
	return task__number_in_tool_namespace(BPF_CORE_READ(task, group_leader)) == config.tool_pid;
}

/* TP_PROTO(struct task_struct *parent, struct task_struct *child); parent is current */
SEC("raw_tp/sched_process_fork")
int command_fork(u64 *ctx)
{
	struct task_struct *parent = (struct task_struct *)ctx[0];
	struct task_struct *child = (struct task_struct *)ctx[1];
	u32 parent_tgid = BPF_CORE_READ(parent, tgid);
	u32 child_tgid = BPF_CORE_READ(child, tgid);
	u32 mark = 1;

	if (parent_tgid == child_tgid) /* a thread */
		return 0;
	if (config.follow_children && bpf_map_lookup_elem(&command_tasks, &parent_tgid))
		goto mark;
	if (!command__is_tool(parent))
		return 0;
mark:
	if (bpf_map_update_elem(&command_tasks, &child_tgid, &mark, BPF_ANY))
		__sync_fetch_and_add(&state.command_tasks_lost, 1);
	return 0;
}

/* TP_PROTO(struct task_struct *task, …): the last thread of a process takes the mark off. */
SEC("raw_tp/sched_process_exit")
int command_exit(u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0];
	u32 tgid = BPF_CORE_READ(task, tgid);

	if (BPF_CORE_READ(task, signal, live.counter) == 0)
		bpf_map_delete_elem(&command_tasks, &tgid);
	return 0;
}

#endif /* COMMAND_BPF_H */
