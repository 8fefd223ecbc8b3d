/* SPDX-License-Identifier: GPL-2.0 */
/* Facts about tasks. */
#ifndef TASK_BPF_H
#define TASK_BPF_H

#include "maps.bpf.h"
#include "probe.bpf.h"

#define MAX_PID_NAMESPACES 32 /* MAX_PID_NS_LEVEL in include/linux/pid_namespace.h */

/*
 * The pid of a task in the tool's own PID namespace, or 0 if it is not visible there. A task has a
 * pid in its own namespace and in each above it, and the tool's may be any of them.
 * bpf_get_ns_current_pid_tgid() answers only for a task's own namespace.
 */
static __noinline u32 task__number_in_tool_namespace(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	const char *numbers = (const char *)&pid->numbers[0];
	u32 deepest = BPF_CORE_READ(pid, level);
	u32 level;

	for (level = 0; level < MAX_PID_NAMESPACES && level <= deepest; level++) {
		struct upid upid = {};

		bpf_probe_read_kernel(&upid, sizeof(upid), numbers + level * sizeof(upid));
		if (BPF_CORE_READ(upid.ns, ns.inum) == config.pid_namespace)
			return upid.nr;
	}
	return 0;
}

/* pid and tid of the current task in the tool's own PID namespace, as tgid << 32 | tid. */
static __always_inline u64 task__current_pid_tid(void)
{
	struct task_struct *task;
	u64 pid;

	if (config.pid_namespace_level == 0)
		return bpf_get_current_pid_tgid();
	task = (struct task_struct *)bpf_get_current_task();
	pid = task__number_in_tool_namespace(BPF_CORE_READ(task, group_leader));
	return pid << 32 | task__number_in_tool_namespace(task);
}

/*
 * Identify the current process by when it started, and its program by the number of its execve():
 * see wire.h.
 */
static __always_inline void task__identify_process(struct task_struct *task, __u64 *start_ns,
						   __u64 *exec_id)
{
	*start_ns = TASK_READ(task, group_leader, start_boottime);
	*exec_id = TASK_READ(task, self_exec_id);
}

/* The pid of a task's parent in the tool's own PID namespace. */
static __always_inline u32 task__parent_pid(struct task_struct *task)
{
	if (config.pid_namespace_level == 0)
		return TASK_READ(task, real_parent, tgid);
	return task__number_in_tool_namespace(BPF_CORE_READ(task, real_parent, group_leader));
}

/* The real user ID of a task, as the initial user namespace sees it. */
static __always_inline u32 task__uid(struct task_struct *task)
{
	return TASK_READ(task, cred, uid.val);
}

/* The inode of the current task's network namespace, or 0 if the task is exiting. */
static __always_inline u32 task__current_netns(void)
{
	struct task_struct *task = current_task();

	return TASK_READ(task, nsproxy, net_ns, ns.inum);
}

#endif /* TASK_BPF_H */
