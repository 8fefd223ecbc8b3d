/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keep the set of the processes of the COMMAND that the tool runs. These programs are loaded only
 * if there is a COMMAND, so they cost nothing otherwise. A process is marked by its tgid in the
 * initial PID namespace. User space may not know that number, so the mark is set here, when the
 * tool forks its child.
 *
 * There are two programs for each purpose. The ones on tracepoints are for kernels that do not
 * preempt tasks inside them. Where tracepoints leave preemption on
 * (FEATURE_TRACEPOINTS_PREEMPTIBLE), the kernel skips a program while a preempted task is inside
 * it. kprobes do not allow that, so there the kprobe programs are attached.
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

/*
 * Mark a process that has been forked by a process of the COMMAND, or that is the COMMAND itself.
 */
static __always_inline int command__forked(struct task_struct *parent, struct task_struct *child)
{
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

/* Remove the mark of a process when its last thread exits. */
static __always_inline int command__exited(struct task_struct *task)
{
	u32 tgid = BPF_CORE_READ(task, tgid);

	if (BPF_CORE_READ(task, signal, live.counter) == 0)
		bpf_map_delete_elem(&command_tasks, &tgid);
	return 0;
}

/* TP_PROTO(struct task_struct *parent, struct task_struct *child) */
SEC("raw_tp/sched_process_fork")
int command_fork(u64 *ctx)
{
	return command__forked((struct task_struct *)ctx[0], (struct task_struct *)ctx[1]);
}

/* TP_PROTO(struct task_struct *task, …) */
SEC("raw_tp/sched_process_exit")
int command_exit(u64 *ctx)
{
	return command__exited((struct task_struct *)ctx[0]);
}

/* The parent calls wake_up_new_task(child) before the child first runs. */
SEC("kprobe/wake_up_new_task")
int command_fork_kprobe(struct pt_regs *ctx)
{
	return command__forked((struct task_struct *)bpf_get_current_task(),
			       (struct task_struct *)PT_REGS_PARM1(ctx));
}

/*
 * exit_files(task) is called for a task that exits, and for one that could not be forked, which is
 * still alive.
 */
SEC("kprobe/exit_files")
int command_exit_kprobe(struct pt_regs *ctx)
{
	return command__exited((struct task_struct *)PT_REGS_PARM1(ctx));
}

#endif /* COMMAND_BPF_H */
