/* SPDX-License-Identifier: GPL-2.0 */
/* The system call that the current task is in. */
#ifndef SYSTEM_CALL_BPF_H
#define SYSTEM_CALL_BPF_H

#include "maps.bpf.h"
#include "probe.bpf.h"

#if defined(__TARGET_ARCH_x86)

#define TS_COMPAT     0x0002	 /* arch/x86/include/asm/thread_info.h */
#define NR_SOCKETCALL 102	 /* arch/x86/entry/syscalls/syscall_32.tbl */
#define NR_ACCEPT4_32 364	 /* likewise; there is no accept() */
#define NR_ACCEPT     43	 /* arch/x86/entry/syscalls/syscall_64.tbl */
#define NR_ACCEPT4    288	 /* likewise */
#define X32_BIT	      0x40000000 /* __X32_SYSCALL_BIT in arch/x86/include/uapi/asm/unistd.h */

#define ENOSYS 38

/* Whether it is a 32-bit one: from a 32-bit program, or by int 0x80. */
static __always_inline bool system_call__is_compat(struct task_struct *task)
{
	return TASK_READ(task, thread_info.status) & TS_COMPAT;
}

static __noinline u64 system_call__number(struct task_struct *task)
{
	struct pt_regs *registers = compat__user_registers(task);
	unsigned long number = 0;

	bpf_probe_read_kernel(&number, sizeof(number), &registers->orig_ax);
	return number;
}

/* Whether it is socketcall(), which 32-bit programs may use for all that has to do with sockets. */
static __always_inline bool system_call__is_socketcall(struct task_struct *task)
{
	return system_call__number(task) == NR_SOCKETCALL;
}

/* Whether it is accept() rather than accept4(). */
static __always_inline bool system_call__is_accept(struct task_struct *task)
{
	return !system_call__is_compat(task) && (system_call__number(task) & ~X32_BIT) == NR_ACCEPT;
}

/*
 * Whether the task is inside a system call that may accept a connection. A task on its way back to
 * user space, which may do io_uring's work there, is not inside it any more, although the number
 * still is in the registers. By then the result has replaced the -ENOSYS that the entry has put
 * there.
 */
static __always_inline bool system_call__is_accepting(struct task_struct *task)
{
	u64 number = system_call__number(task) & ~X32_BIT;
	long result = 0;

	bpf_probe_read_kernel(&result, sizeof(result), &compat__user_registers(task)->ax);
	if ((s32)result != -ENOSYS)
		return false;
	if (system_call__is_compat(task))
		return number == NR_SOCKETCALL || number == NR_ACCEPT4_32;
	return number == NR_ACCEPT || number == NR_ACCEPT4;
}

#else /* arm64, whose 32-bit programs have no socketcall() */

#define TIF_32BIT     22  /* arch/arm64/include/asm/thread_info.h */
#define NR_ACCEPT_32  285 /* arch/arm64/include/asm/unistd32.h */
#define NR_ACCEPT4_32 366
#define NR_ACCEPT     202 /* include/uapi/asm-generic/unistd.h */
#define NR_ACCEPT4    242

/* The kernel's whole struct, of which programs see only a part in their context. */
struct pt_regs___of_system_call {
	u64 regs[31];
	u64 orig_x0;
	s32 syscallno;
} __attribute__((preserve_access_index));

static __always_inline bool system_call__is_compat(struct task_struct *task)
{
	return TASK_READ(task, thread_info.flags) & (1UL << TIF_32BIT);
}

static __always_inline bool system_call__is_socketcall(struct task_struct *task)
{
	(void)task;
	return false;
}

/* 32-bit programs pass the number in r7, others in x8, and the kernel leaves it there. */
static __noinline u64 system_call__number(struct task_struct *task)
{
	struct pt_regs *registers = compat__user_registers(task);
	u64 number = 0;

	bpf_probe_read_kernel(&number, sizeof(number),
			      &registers->user_regs.regs[system_call__is_compat(task) ? 7 : 8]);
	return number;
}

/* Whether it is accept() rather than accept4(). */
static __always_inline bool system_call__is_accept(struct task_struct *task)
{
	u64 number = system_call__number(task);

	return number == (system_call__is_compat(task) ? NR_ACCEPT_32 : NR_ACCEPT);
}

/*
 * Whether the task is inside a system call that may accept a connection. A task on its way back to
 * user space, which may do io_uring's work there, is not inside it any more. By then the result has
 * replaced the first argument, or the kernel has cleared the number, so that signals do not restart
 * the call twice.
 */
static __always_inline bool system_call__is_accepting(struct task_struct *task)
{
	struct pt_regs___of_system_call *registers = (void *)compat__user_registers(task);
	s32 number = BPF_CORE_READ(registers, syscallno);

	if (BPF_CORE_READ(registers, regs[0]) != BPF_CORE_READ(registers, orig_x0))
		return false;
	if (system_call__is_compat(task))
		return number == NR_ACCEPT_32 || number == NR_ACCEPT4_32;
	return number == NR_ACCEPT || number == NR_ACCEPT4;
}

#endif

#endif /* SYSTEM_CALL_BPF_H */
