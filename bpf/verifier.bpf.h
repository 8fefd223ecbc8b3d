/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is there for the verifier and the compiler only. Nothing in here changes what a program
 * does: it decides which instructions the compiler emits, and what the verifier can prove of them.
 */
#ifndef VERIFIER_BPF_H
#define VERIFIER_BPF_H

#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

/*
 * A global function. The verifier checks it once for each program, with arguments it knows nothing
 * about, instead of at every call with all that is known there. So it takes and returns numbers
 * only.
 */
#define GLOBAL __noinline

/*
 * Keep a loop as a loop. For the slow path, where a loop runs a few rounds at most: unrolling it
 * saves the verifier nothing, since it walks through every round in any case.
 */
#ifdef __clang__
#define NOT_UNROLLED _Pragma("clang loop unroll(disable)")
#else
#define NOT_UNROLLED
#endif

/* Keep the compiler from moving accesses to memory across it. */
#define barrier() asm volatile("" ::: "memory")

/*
 * Have the compiler keep a pointer in a register. Otherwise it calculates the address of each
 * member anew, from what the pointer was calculated from.
 */
#define keep_in_register(pointer) asm volatile("" : "+r"(pointer))

/*
 * Hide a value from the compiler, as the kernel's OPTIMIZER_HIDE_VAR() does. The compiler then
 * emits a check of bounds that it knows to hold, and from which the verifier learns them.
 */
#define hide_from_compiler(value)	    asm volatile("" : "+r"(value))
#define hide_both_from_compiler(one, other) asm volatile("" : "+r"(one), "+r"(other))

/*
 * Hide a value from the verifier, by passing it through memory of which the verifier does not track
 * the contents. Otherwise it walks through what follows once for each value that there can be.
 */
static __always_inline u32 launder_u32(u32 *scratch, u32 value)
{
	*(volatile u32 *)scratch = value;
	return *(volatile u32 *)scratch;
}

/* Limit an index to 0 .. size - 1 in a way that the verifier follows. size is a power of two. */
#define bounded(index, size) ((index) & ((size)-1))

/*
 * Add an offset to a pointer in one instruction: the compiler would first copy the pointer. What is
 * built for user space by the unit tests adds as usual.
 */
static __always_inline void *at_offset(const void *base, u64 offset)
{
#ifdef __bpf__
	asm volatile("%0 += %1" : "+r"(offset) : "r"(base));
	return (void *)offset;
#else
	return (void *)base + offset;
#endif
}

/*
 * The difference between the addresses of a program's context and of a map's value. The verifier
 * forbids arithmetic on a pointer to the context, but subtracting another pointer from it gives a
 * number. It has to be one instruction of assembly: the compiler would reorder the sums in which
 * the difference is used.
 */
static __always_inline u64 pointer_difference(const void *ctx, const void *value)
{
	u64 difference = (u64)ctx;

	asm volatile("%0 -= %1" : "+r"(difference) : "r"(value));
	return difference;
}

#endif /* VERIFIER_BPF_H */
