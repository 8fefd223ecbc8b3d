/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between kernels that the BPF side deals with, in one place. The table
 * shared/features.def has them all, with what the front end does about each; FEATURE_<id> below
 * names a row of it.
 *
 * There are two ways to deal with a difference. Where the verifier refuses the newer form even in
 * code that is never reached, the programs are built with and without it: HAVE_ATOMICS selects
 * kernels from 5.12 on (arm64: from 5.18 on), and these have bpf_get_current_task_btf() as well.
 * Anything else is decided when a program is loaded: libbpf replaces bpf_core_field_exists() and
 * the like by a constant (CO-RE), and the verifier removes the code that this makes unreachable.
 */
#ifndef COMPAT_BPF_H
#define COMPAT_BPF_H

#include "maps.bpf.h"
#include "shared/kfuncs.h"
#include "verifier.bpf.h"

/*
 * FEATURE_ATOMICS: atomic operations that return a value. Since 5.12, commit 5ffa25502b5a "bpf: Add
 * instructions for atomic_[cmp]xchg"; on arm64 since 5.18, commit 1902472b4fa9 "bpf, arm64: Support
 * more atomic operations". Older kernels claim slots by inserting an element into the map claims,
 * which fails where it exists.
 */

/* Claim the slot of a session for a stack, if it is free. Return whether it has been claimed. */
static __always_inline bool compat__claim_slot(struct session *session, const u32 *slot, u64 stack)
{
#ifdef HAVE_ATOMICS
	u64 previous = __sync_val_compare_and_swap(&session->stack, 0, stack);

	(void)slot;
	/* Otherwise the compiler decides twice. */
	keep_in_register(previous);
	return !previous;
#else
	if (session->stack || bpf_map_update_elem(&claims, slot, slot, BPF_NOEXIST))
		return false;
	session->stack = stack;
	return true;
#endif
}

/* Give up a claim. What the slot held has been read by then. */
static __always_inline void compat__release_slot(struct session *session)
{
#ifdef HAVE_ATOMICS
	/* The exchange orders these reads before the writes of the slot's next owner. */
	__sync_lock_test_and_set(&session->stack, 0);
#else
	u32 slot = session->slot;

	session->stack = 0;
	bpf_map_delete_elem(&claims, &slot);
#endif
}

/*
 * Count up and return the number before. Without atomic operations that return a value, two tasks
 * of which one preempts the other here can get the same number.
 */
static __always_inline u64 compat__next_number(u64 *counter)
{
#ifdef HAVE_ATOMICS
	return __sync_fetch_and_add(counter, 1);
#else
	return (*counter)++;
#endif
}

/*
 * Begin to write what others read without a lock, and end it: version is odd in between. Return
 * whether nobody else writes it. Without atomic operations that return a value, two can do so at a
 * time. With them, writes are in this order for every processor.
 */
static __always_inline bool compat__begin_write(u32 *version)
{
	u32 before = *(volatile u32 *)version;

	if (before & 1)
		return false;
#ifdef HAVE_ATOMICS
	return __sync_val_compare_and_swap(version, before, before + 1) == before;
#else
	*version = before + 1;
	barrier();
	return true;
#endif
}

static __always_inline void compat__end_write(u32 *version)
{
#ifdef HAVE_ATOMICS
	__sync_lock_test_and_set(version, *(volatile u32 *)version + 1);
#else
	barrier();
	(*version)++;
#endif
}

/* The rest needs the kernel's types, which the unit tests, built for user space, do not have. */
#ifdef __bpf__

#include <bpf/bpf_core_read.h>

/* The kernel's own functions, which the front end puts in place of these calls: see kfuncs.h. */
static bool (*const bpf_session_is_return)(void *ctx) = (void *)KFUNC_SESSION_IS_RETURN;
static void *(*const bpf_rdonly_cast)(const void *pointer, u32 type) = (void *)KFUNC_RDONLY_CAST;

/*
 * Read a member through pointers whose types the verifier knows. That is a load for each pointer; a
 * call of bpf_probe_read_kernel() takes ten times as many instructions.
 */
#define READ_TYPED_1(pointer, a)	     ((pointer)->a)
#define READ_TYPED_2(pointer, a, b)	     ((pointer)->a->b)
#define READ_TYPED_3(pointer, a, b, c)	     ((pointer)->a->b->c)
#define READ_TYPED_N(_1, _2, _3, macro, ...) macro
#define READ_TYPED(pointer, ...)                                                    \
	READ_TYPED_N(__VA_ARGS__, READ_TYPED_3, READ_TYPED_2, READ_TYPED_1, _dummy) \
	(pointer, __VA_ARGS__)

/*
 * FEATURE_CURRENT_TASK_BTF: the current task as a typed pointer. Since 5.11, commit 3ca1032ab7ab
 * "bpf: Implement get_current_task_btf and RET_PTR_TO_BTF_ID".
 *
 *   TASK_READ(task, members)   a member behind current_task(), as BPF_CORE_READ()
 */
#ifdef HAVE_ATOMICS
static __always_inline struct task_struct *current_task(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

#ifndef PROBE_KPROBE
	/* See FEATURE_SORTED_BTF. */
	if (config.types.task_struct)
		task = bpf_rdonly_cast(task, config.types.task_struct);
#endif
	return task;
}

#define TASK_READ(task, ...) READ_TYPED(task, __VA_ARGS__)
#else
#define current_task()	     ((struct task_struct *)bpf_get_current_task())
#define TASK_READ(task, ...) BPF_CORE_READ(task, __VA_ARGS__)
#endif

/* The name of the current task: any bytes, of which those behind a NUL mean nothing. */
static __always_inline void compat__task_comm(struct task_struct *task, char comm[WIRE_COMM_LEN])
{
#ifdef HAVE_ATOMICS
	((u64 *)comm)[0] = *(u64 *)&task->comm[0];
	((u64 *)comm)[1] = *(u64 *)&task->comm[8];
#else
	(void)task;
	bpf_get_current_comm(comm, WIRE_COMM_LEN);
#endif
}

/* The same of the current task's process: of its first thread. */
static __always_inline void compat__process_comm(struct task_struct *task, char comm[WIRE_COMM_LEN])
{
#ifdef HAVE_ATOMICS
	compat__task_comm(task->group_leader, comm);
#else
	BPF_CORE_READ_INTO((u64(*)[2])comm, task, group_leader, comm);
#endif
}

/*
 * FEATURE_INT_POINTER_ARGUMENTS: read an argument of a fentry program that is a pointer to anything
 * but a struct. The verifier accepts a load of a pointer to a number since 5.17, commit
 * bb6728d75611 "bpf: Allow access to int pointer arguments in tracing programs", and before that
 * refuses it (btf_ctx_access(): "type PTR is not a struct"). It refuses a pointer to a pointer for
 * longer. Copying the argument is accepted by every kernel.
 */
static __always_inline u64 compat__untyped_argument(const u64 *argument)
{
	u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), argument);
	return value;
}

/*
 * FEATURE_TASK_STATE_RENAMED: task_struct.state became __state in 5.14, commit 2f064a59a11f "sched:
 * Change task_struct::state".
 */
struct task_struct___since_5_14 {
	unsigned int __state;
} __attribute__((preserve_access_index));

struct task_struct___before_5_14 {
	long state;
} __attribute__((preserve_access_index));

static __always_inline u32 compat__task_state(struct task_struct *task)
{
	struct task_struct___since_5_14 *renamed = (void *)task;

	if (bpf_core_field_exists(renamed->__state))
		return BPF_CORE_READ(renamed, __state);
	return BPF_CORE_READ((struct task_struct___before_5_14 *)task, state);
}

/*
 * FEATURE_TASK_PT_REGS: what the user's registers were when the current task's system call began.
 * Since 5.15 a helper knows where they are, commit dd6e10fbd9fb "bpf: Add bpf_task_pt_regs()
 * helper". Before that, nothing lay between them and the end of the stack.
 */
static __always_inline struct pt_regs *compat__user_registers(struct task_struct *task)
{
	enum bpf_func_id___with_pt_regs { BPF_FUNC_task_pt_regs___with_pt_regs = 175 };

	if (bpf_core_enum_value_exists(enum bpf_func_id___with_pt_regs,
				       BPF_FUNC_task_pt_regs___with_pt_regs))
		return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	return (struct pt_regs *)(BPF_CORE_READ(task, stack) + config.stack_size -
				  bpf_core_type_size(struct pt_regs));
}

/*
 * FEATURE_SOCK_CGROUP_POINTER: the cgroup of a sock, or NULL if it is not known. Since 5.15 the
 * member is a pointer, commit 8520e224f547 "bpf, cgroups: Fix cgroup v2 fallback on v1/v2 mixed
 * mode". Before that, it was a word that is a pointer only if its low bits are 0. Kernels built
 * without cgroups have neither.
 */
static __always_inline struct cgroup *compat__sock_cgroup(struct sock *sk)
{
	struct sock_cgroup_data___before_5_15 *old;
	u64 word;

	if (!bpf_core_field_exists(sk->sk_cgrp_data))
		return NULL;
	if (bpf_core_field_exists(struct sock_cgroup_data, cgroup))
		return BPF_CORE_READ(sk, sk_cgrp_data.cgroup);
	old = (void *)&sk->sk_cgrp_data;
	word = BPF_CORE_READ(old, val);
	return word & 3 ? NULL : (struct cgroup *)word;
}

#endif /* __bpf__ */

#endif /* COMPAT_BPF_H */
