/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Note what each process executes, when it forks or executes a program. A process can be gone
 * before the front end reads of its sockets, and then /proc does not tell any more. socket() itself
 * does nothing for that. These programs are loaded only if an output shows what they note.
 *
 * Where the kernel may preempt a task in a tracepoint, it can skip one of these programs. Then the
 * front end asks /proc, as it does for processes that are older than the trace.
 */
#ifndef EXEC_BPF_H
#define EXEC_BPF_H

#include "files.bpf.h"
#include "task.bpf.h"

static __always_inline void exec__read_key(struct task_struct *task, struct exec_key *key)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	key->start_ns = BPF_CORE_READ(leader, start_boottime);
	key->exec_id = BPF_CORE_READ(task, self_exec_id);
	key->pid = config.pid_namespace_level ? task__number_in_tool_namespace(leader)
					      : BPF_CORE_READ(task, tgid);
}

/*
 * Read the command line. The memory is that of the current task. If no NUL ends it, the process has
 * written a longer title over it.
 */
static __always_inline void exec__read_cmdline(struct mm_struct *mm, struct exec *exec)
{
	const void *start = (const void *)BPF_CORE_READ(mm, arg_start);
	u64 size = BPF_CORE_READ(mm, arg_end) - (u64)start;

	exec->cmdline_size = exec->cmdline_cut = 0;
	if (size > EXEC_CMDLINE_SIZE) {
		size = EXEC_CMDLINE_SIZE;
		exec->cmdline_cut = 1;
	}
	if (!size || bpf_probe_read_user(exec->cmdline, size, start))
		return;
	exec->cmdline_size = size;
	if (exec->cmdline[(size - 1) & (EXEC_CMDLINE_SIZE - 1)])
		exec->cmdline_cut = 1;
}

/* Note what the current task executes, for itself or for a child that is its copy. */
static __always_inline int exec__note(const struct exec_key *key)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	u32 place = exec_key__place(key), file;
	struct exec_entry *entry;

	if (!mm) /* a thread of the kernel */
		return 0;
	file = files__number((u64)BPF_CORE_READ(mm, exe_file));
	entry = bpf_map_lookup_elem(&execs, &place);
	if (!entry || !compat__begin_write(&entry->version))
		return 0;
	entry->key = *key;
	entry->exec.file = file;
	exec__read_cmdline(mm, &entry->exec);
	compat__end_write(&entry->version);
	return 0;
}

/* TP_PROTO(struct task_struct *p, …), called by the task itself */
SEC("raw_tp/sched_process_exec")
int exec_exec(u64 *ctx)
{
	struct exec_key key = {};

	exec__read_key((struct task_struct *)ctx[0], &key);
	return exec__note(&key);
}

/* TP_PROTO(struct task_struct *parent, struct task_struct *child), called by the parent */
SEC("raw_tp/sched_process_fork")
int exec_fork(u64 *ctx)
{
	struct task_struct *parent = (struct task_struct *)ctx[0];
	struct task_struct *child = (struct task_struct *)ctx[1];
	struct exec_key key = {};

	if (BPF_CORE_READ(parent, tgid) == BPF_CORE_READ(child, tgid)) /* a thread */
		return 0;
	exec__read_key(child, &key);
	return exec__note(&key);
}

#endif /* EXEC_BPF_H */
