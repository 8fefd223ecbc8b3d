/* SPDX-License-Identifier: GPL-2.0 */
/* The system call that the current task is in. */
#ifndef SYSTEM_CALL_BPF_H
#define SYSTEM_CALL_BPF_H

#include "maps.bpf.h"
#include "probe.bpf.h"

#define NR_ARGUMENTS_READ 4 /* the fifth and sixth do not matter for sockets */

#if defined(__TARGET_ARCH_x86)

#define TS_COMPAT	 0x0002	    /* arch/x86/include/asm/thread_info.h */
#define NR_SOCKETCALL	 102	    /* arch/x86/entry/syscalls/syscall_32.tbl */
#define NR_SOCKET_32	 359	    /* likewise */
#define NR_SOCKETPAIR_32 360	    /* likewise */
#define NR_ACCEPT4_32	 364	    /* likewise; there is no accept() */
#define NR_SOCKET	 41	    /* arch/x86/entry/syscalls/syscall_64.tbl */
#define NR_ACCEPT	 43	    /* likewise */
#define NR_SOCKETPAIR	 53	    /* likewise */
#define NR_ACCEPT4	 288	    /* likewise */
#define X32_BIT		 0x40000000 /* __X32_SYSCALL_BIT in arch/x86/include/uapi/asm/unistd.h */

/* The first argument of socketcall(): include/uapi/linux/net.h */
#define SOCKETCALL_SOCKET     1
#define SOCKETCALL_ACCEPT     5
#define SOCKETCALL_SOCKETPAIR 8
#define SOCKETCALL_ACCEPT4    18

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

/* What user space gets of the system call: what is in the register for it now. */
static __always_inline s32 system_call__result(struct task_struct *task)
{
	unsigned long result = 0;

	bpf_probe_read_kernel(&result, sizeof(result), &compat__user_registers(task)->ax);
	return result;
}

/* The register of the result has been set back to what it was before the system call. */
static __always_inline bool system_call__is_rolled_back(struct task_struct *task)
{
	return system_call__result(task) == (s32)system_call__number(task);
}

static __always_inline void system_call__read_arguments(struct task_struct *task,
							u32 arguments[NR_ARGUMENTS_READ])
{
	struct pt_regs *from = compat__user_registers(task);
	bool compat = system_call__is_compat(task);
	struct pt_regs registers = {};

	bpf_probe_read_kernel(&registers, sizeof(registers), from);
	arguments[0] = compat ? registers.bx : registers.di;
	arguments[1] = compat ? registers.cx : registers.si;
	arguments[2] = registers.dx;
	arguments[3] = compat ? registers.si : registers.r10;
}

/*
 * The way in that a system call is, by its number; VIA_NONE for all others. socketcall() has the
 * number of the call and the address of its arguments as its own arguments. It has not read them
 * yet, and what can't be read here is shown as -1.
 */
static __always_inline enum via system_call__socketcall_way_in(u32 arguments[NR_ARGUMENTS_READ])
{
	u32 call = arguments[0];
	const void *user = (const void *)(u64)arguments[1];

	if (bpf_probe_read_user(arguments, NR_ARGUMENTS_READ * sizeof(u32), user) &&
	    bpf_probe_read_user(arguments, (NR_ARGUMENTS_READ - 1) * sizeof(u32), user))
		__builtin_memset(arguments, -1, NR_ARGUMENTS_READ * sizeof(u32));
	switch (call) {
	case SOCKETCALL_SOCKET:
		return VIA_SOCKET;
	case SOCKETCALL_SOCKETPAIR:
		return VIA_SOCKETPAIR;
	case SOCKETCALL_ACCEPT:
		return VIA_ACCEPT;
	case SOCKETCALL_ACCEPT4:
		return VIA_ACCEPT4;
	}
	return VIA_NONE;
}

static __always_inline enum via system_call__compat_way_in(u32 number,
							   u32 arguments[NR_ARGUMENTS_READ])
{
	switch (number) {
	case NR_SOCKETCALL:
		return system_call__socketcall_way_in(arguments);
	case NR_SOCKET_32:
		return VIA_SOCKET;
	case NR_SOCKETPAIR_32:
		return VIA_SOCKETPAIR;
	case NR_ACCEPT4_32:
		return VIA_ACCEPT4;
	}
	return VIA_NONE;
}

/* Whether a number can be that of a system call that makes sockets, as a 64-bit or a 32-bit one. */
static __always_inline bool system_call__may_make_sockets(u32 number)
{
	switch (number & ~X32_BIT) {
	case NR_SOCKET:
	case NR_SOCKETPAIR:
	case NR_ACCEPT:
	case NR_ACCEPT4:
	case NR_SOCKETCALL:
	case NR_SOCKET_32:
	case NR_SOCKETPAIR_32:
	case NR_ACCEPT4_32:
		return true;
	}
	return false;
}

#else /* arm64, whose 32-bit programs have no socketcall() */

#define TIF_32BIT	 22  /* arch/arm64/include/asm/thread_info.h */
#define NR_SOCKET_32	 281 /* arch/arm64/include/asm/unistd32.h */
#define NR_ACCEPT_32	 285
#define NR_SOCKETPAIR_32 288
#define NR_ACCEPT4_32	 366
#define NR_SOCKET	 198 /* include/uapi/asm-generic/unistd.h */
#define NR_SOCKETPAIR	 199
#define NR_ACCEPT	 202
#define NR_ACCEPT4	 242
#define X32_BIT		 0 /* there is no such thing */

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

static __always_inline bool system_call__may_make_sockets(u32 number)
{
	switch (number) {
	case NR_SOCKET:
	case NR_SOCKETPAIR:
	case NR_ACCEPT:
	case NR_ACCEPT4:
	case NR_SOCKET_32:
	case NR_SOCKETPAIR_32:
	case NR_ACCEPT_32:
	case NR_ACCEPT4_32:
		return true;
	}
	return false;
}

static __always_inline s32 system_call__result(struct task_struct *task)
{
	struct pt_regs___of_system_call *registers = (void *)compat__user_registers(task);

	return BPF_CORE_READ(registers, regs[0]);
}

/* The register of the result has been set back to the first argument, which was there before. */
static __always_inline bool system_call__is_rolled_back(struct task_struct *task)
{
	struct pt_regs___of_system_call *registers = (void *)compat__user_registers(task);

	return BPF_CORE_READ(registers, regs[0]) == BPF_CORE_READ(registers, orig_x0);
}

static __always_inline void system_call__read_arguments(struct task_struct *task,
							u32 arguments[NR_ARGUMENTS_READ])
{
	struct pt_regs___of_system_call *registers = (void *)compat__user_registers(task);

	arguments[0] = BPF_CORE_READ(registers, orig_x0);
	arguments[1] = BPF_CORE_READ(registers, regs[1]);
	arguments[2] = BPF_CORE_READ(registers, regs[2]);
	arguments[3] = BPF_CORE_READ(registers, regs[3]);
}

static __always_inline enum via system_call__compat_way_in(u32 number,
							   u32 arguments[NR_ARGUMENTS_READ])
{
	(void)arguments;
	switch (number) {
	case NR_SOCKET_32:
		return VIA_SOCKET;
	case NR_SOCKETPAIR_32:
		return VIA_SOCKETPAIR;
	case NR_ACCEPT_32:
		return VIA_ACCEPT;
	case NR_ACCEPT4_32:
		return VIA_ACCEPT4;
	}
	return VIA_NONE;
}

#endif

/*
 * Read the arguments of a system call that makes sockets, before it has begun. Return the way in
 * that it is by its number, or VIA_NONE for all other system calls.
 */
static __noinline enum via system_call__read(struct task_struct *task, u32 number,
					     u32 arguments[NR_ARGUMENTS_READ])
{
	system_call__read_arguments(task, arguments);
	if (system_call__is_compat(task))
		return system_call__compat_way_in(number, arguments);
	switch (number & ~X32_BIT) {
	case NR_SOCKET:
		return VIA_SOCKET;
	case NR_SOCKETPAIR:
		return VIA_SOCKETPAIR;
	case NR_ACCEPT:
		return VIA_ACCEPT;
	case NR_ACCEPT4:
		return VIA_ACCEPT4;
	}
	return VIA_NONE;
}

#endif /* SYSTEM_CALL_BPF_H */
