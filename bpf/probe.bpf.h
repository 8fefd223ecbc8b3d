/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two ways to observe a function, under one set of names. PROBE_KPROBE selects kprobe and
 * kretprobe, otherwise it is fentry and fexit.
 *
 *   ENTRY_CONTEXT, EXIT_CONTEXT    what a program is handed
 *   ENTRY_SECTION(function), …     the section that makes libbpf attach it there
 *   EXIT_HAS_ARGUMENTS             whether they can be had at return, too
 *   ENTRY_FRAME(ctx, table), EXIT_FRAME(ctx, table)
 *                                  an address on the stack that is the same at a call's entry and
 *                                  return, and lower than that of every function above it
 *   ARGUMENT(ctx, n)               the n-th argument, from 0; at entry. For numbers, and for
 *                                  pointers to structs of the kernel
 *   UNTYPED_ARGUMENT(ctx, n)       the same for any other pointer
 *   RETURN_VALUE(ctx, arguments)   at return, of a function with that many arguments, 0 .. 6
 *   KERNEL_READ(pointer, members)  a member behind a pointer that ARGUMENT() gave, or behind that
 *                                  one and so on, as BPF_CORE_READ()
 *   UNTYPED_READ(pointer, members) the same behind any other pointer
 *   READ_POINTER(address)          a pointer that lies at an address
 *   SKIP_RETURN                    what an entry returns if nothing is to run at the return
 */
#ifndef PROBE_BPF_H
#define PROBE_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "compat.bpf.h"
#include "maps.bpf.h"
#include "verifier.bpf.h"

/*
 * The address of a context that lies on the stack, as a number. The verifier hands out no address,
 * but the distance between two pointers; begin_state() has stored the address of the other one.
 */
static __always_inline u64 context_address(const void *ctx, const struct session *table)
{
	return pointer_difference(ctx, table) + state_of(table)->table_address;
}

/*
 * The address of state.sessions, from which everything that programs need lies at a constant
 * distance. It is a symbol of the assembler's, because the compiler would load the address of state
 * and add to it.
 */
static __always_inline struct session *session_table(void)
{
	struct session *table;

	asm volatile("%0 = state_sessions ll" : "=r"(table));
	return table;
}

/* Define that symbol. Nothing calls this function, so it is not loaded. */
__noinline int define_state_sessions(void)
{
	asm volatile(".set state_sessions, state + %0"
		     :
		     : "i"(__builtin_offsetof(struct state, sessions)));
	return 0;
}

/*
 * The word behind the arguments of a fexit program. The verifier knows their number, but the
 * compiler does not. It must not merge these loads into one at a calculated offset, which the
 * verifier would refuse.
 */
static __always_inline u64 return_value(const u64 *ctx, u32 arguments)
{
	u64 value = 0;

	switch (arguments) {
	case 0:
		asm volatile("%0 = *(u64 *)(%1 + 0)" : "=r"(value) : "r"(ctx));
		break;
	case 1:
		asm volatile("%0 = *(u64 *)(%1 + 8)" : "=r"(value) : "r"(ctx));
		break;
	case 2:
		asm volatile("%0 = *(u64 *)(%1 + 16)" : "=r"(value) : "r"(ctx));
		break;
	case 3:
		asm volatile("%0 = *(u64 *)(%1 + 24)" : "=r"(value) : "r"(ctx));
		break;
	case 4:
		asm volatile("%0 = *(u64 *)(%1 + 32)" : "=r"(value) : "r"(ctx));
		break;
	case 5:
		asm volatile("%0 = *(u64 *)(%1 + 40)" : "=r"(value) : "r"(ctx));
		break;
	case 6:
		asm volatile("%0 = *(u64 *)(%1 + 48)" : "=r"(value) : "r"(ctx));
		break;
	}
	return value;
}

#ifdef PROBE_KPROBE
#include "probe_kprobe.bpf.h"
#ifdef PROBE_KPROBE_SESSION
#include "probe_kprobe_session.bpf.h"
#endif
#else
/* The context holds the arguments as 64-bit words. At the return, the return value follows them. */
#define ENTRY_CONTEXT		u64
#define EXIT_CONTEXT		u64
#define ENTRY_SECTION(function) SEC("fentry/" #function)
#define EXIT_SECTION(function)	SEC("fexit/" #function)

#define EXIT_HAS_ARGUMENTS	true
#define SKIP_RETURN		0

/* Both programs run in one trampoline of the call, which holds the context. */
#define ENTRY_FRAME(ctx, table) context_address(ctx, table)
#define EXIT_FRAME(ctx, table)	context_address(ctx, table)

#define ARGUMENT(ctx, n)	     ((ctx)[n])
#define UNTYPED_ARGUMENT(ctx, n)     compat__untyped_argument(&(ctx)[n])
#define RETURN_VALUE(ctx, arguments) return_value(ctx, arguments)
#define KERNEL_READ(pointer, ...)    READ_TYPED(pointer, __VA_ARGS__)
#define UNTYPED_READ(pointer, ...)   BPF_CORE_READ(pointer, __VA_ARGS__)
#define READ_POINTER(address)	     compat__untyped_argument((const u64 *)(address))
#endif

#endif /* PROBE_BPF_H */
