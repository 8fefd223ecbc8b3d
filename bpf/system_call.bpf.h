/* SPDX-License-Identifier: GPL-2.0 */
/* The system call that the current task is in. */
#ifndef SYSTEM_CALL_BPF_H
#define SYSTEM_CALL_BPF_H

#include "maps.bpf.h"
#include "probe.bpf.h"

#if defined(__TARGET_ARCH_x86)

#define TS_COMPAT     0x0002 /* arch/x86/include/asm/thread_info.h */
#define NR_SOCKETCALL 102    /* arch/x86/entry/syscalls/syscall_32.tbl */

/* Whether it came in as a 32-bit one: from a 32-bit program, or by int 0x80. */
static __always_inline bool system_call__is_compat(struct task_struct *task)
{
	return BPF_CORE_READ(task, thread_info.status) & TS_COMPAT;
}

/* What the user's registers were when the system call began. */
static __always_inline struct pt_regs *system_call__registers(struct task_struct *task)
{
	enum bpf_func_id___with_pt_regs { BPF_FUNC_task_pt_regs___with_pt_regs = 175 };

	/* Since 5.15; before that nothing lay between the registers and the stack's end. */
	if (bpf_core_enum_value_exists(enum bpf_func_id___with_pt_regs,
				       BPF_FUNC_task_pt_regs___with_pt_regs))
		return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	return (struct pt_regs *)(BPF_CORE_READ(task, stack) + config.stack_size -
				  sizeof(struct pt_regs));
}

/* Whether it is socketcall(), which 32-bit programs may use for all that has to do with sockets. */
static __noinline bool system_call__is_socketcall(struct task_struct *task)
{
	struct pt_regs *registers = system_call__registers(task);
	unsigned long number = 0;

	bpf_probe_read_kernel(&number, sizeof(number), &registers->orig_ax);
	return number == NR_SOCKETCALL;
}

#else /* arm64, whose 32-bit programs have no socketcall() */

#define TIF_32BIT 22 /* arch/arm64/include/asm/thread_info.h */

static __always_inline bool system_call__is_compat(struct task_struct *task)
{
	return BPF_CORE_READ(task, thread_info.flags) & (1UL << TIF_32BIT);
}

static __always_inline bool system_call__is_socketcall(struct task_struct *task)
{
	(void)task;
	return false;
}

#endif

#endif /* SYSTEM_CALL_BPF_H */
